"""`manage.py run_brief FILE.json`: a brief from a file to checked candidates, for programs too.

Documented in docs/run_brief.md; its JSON, options and exit codes are kept stable.
"""

import json
import logging
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from creatives import leases
from creatives.actions import brief as briefs
from creatives.actions import generate
from creatives.actions.execute import execute
from creatives.actions.organization import ensure_organization
from creatives.errors import Refused
from creatives.models import Candidate, Run
from creatives.states import RUN_OVER, CandidateStatus, RunStatus
from tenants import scope

DONE, BAD_INPUT, NOTHING_PASSED, RUN_FAILED = 0, 2, 3, 4
log = logging.getLogger(__name__)
MAX_FILE = 16 * 1024 * 1024


class Command(BaseCommand):
    help = "Run a brief (JSON) and print its candidates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the brief as JSON; - for standard input")
        parser.add_argument("--organization", metavar="SLUG", help="default: the first")
        parser.add_argument("--generator", metavar="PROFILE", default="", help="generator profile")
        parser.add_argument("--wait", action="store_true", help="wait for the end of the run")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            draft_data = _read(options["file"])
            organization = ensure_organization(options["organization"] or "")
            with scope.organization(organization.pk):
                draft = briefs.parse(draft_data)
                profile = generate.profile_named(options["generator"])
                with transaction.atomic():  # a run that is refused leaves nothing behind
                    brief = briefs.save(draft, organization=organization)
                    run = generate.request_run(brief, by=None, profile=profile, seed=draft.seed)
        except (briefs.BadBrief, Refused) as error:
            raise CommandError(f"bad input: {error}", returncode=BAD_INPUT) from error
        with scope.organization(organization.pk):
            if options["wait"]:
                run = wait_for(run, say=_say)
            self._print(run, as_json=options["json"])
            if options["wait"]:
                sys.exit(exit_code(run))

    def _print(self, run: Run, *, as_json: bool) -> None:
        result = as_dict(run)
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        self.stdout.write(f"run {run.pk}: {run.status} {run.error}".rstrip())
        for candidate in result["candidates"]:
            self.stdout.write(
                f"\n[{candidate['verdict']}] {candidate['placement']} #{candidate['id']}"
            )
            self.stdout.write(candidate["text"])
            for finding in candidate["findings"]:
                law = f"{finding['statute']} {finding['article']}".strip()
                self.stdout.write(
                    f"  {finding['severity']}: {finding['text']} ({law}) {finding['reason']}"
                )


def wait_for(run: Run, *, say: Any = lambda text: None, poll_s: float = 0.2) -> Run:
    """Return `run` when it is over; do it here, through the same lease, when no worker is alive."""
    swept = 0.0
    while True:
        run.refresh_from_db()
        if run.status in RUN_OVER:
            return run
        if time.monotonic() - swept > settings.SWEEP_EVERY_S:
            leases.sweep()
            swept = time.monotonic()
        if not leases.alive(run.queue) and (lease := leases.claim(run_id=run.pk)):
            try:
                execute(lease, progress=lambda row: say(_line(row)))
            except Exception:  # the run's row says that it errored; the log says why
                log.exception("run %s ended by a bug", run.pk)
            continue
        say(_line(run))
        time.sleep(poll_s)


def exit_code(run: Run) -> int:
    """Return 0 done, 3 nothing passed the gates, 4 the run failed."""
    if run.status != RunStatus.SUCCEEDED:
        return RUN_FAILED
    passed = Candidate.objects.filter(run=run).exclude(status=CandidateStatus.BLOCKED)
    return DONE if passed.exists() else NOTHING_PASSED


def as_dict(run: Run) -> dict[str, Any]:
    """Return the run and its candidates as the command prints them."""
    head: dict[str, Any] = {
        "id": run.pk,
        "status": run.status,
        "seconds": run.seconds,
        "seed": run.seed,
        "generator": run.inputs["generator"]["profile"],
        "timings": run.timings,
    }
    if run.error:
        head["error"] = {"code": run.error_code, "message": run.error}
    candidates = Candidate.objects.filter(run=run).order_by("id")
    return {"run": head, "candidates": [_candidate(candidate) for candidate in candidates]}


def _candidate(candidate: Candidate) -> dict[str, Any]:
    language = candidate.language
    return {
        "id": candidate.pk,
        "placement": candidate.placement_id,
        "fields": [{"name": name, "text": text} for name, text in candidate.fields],
        "text": candidate.text,
        "status": candidate.status,
        "verdict": candidate.verdict,
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "field": finding.field,
                "start": finding.start,
                "end": finding.end,
                "text": finding.text,
                "statute": finding.statute,
                "article": finding.article,
                "reason": finding.reason[language],
                "suggestion": finding.suggestion[language],
                "undone": finding.undone,
            }
            for finding in candidate.report.findings.all()
        ],
        "sha256": candidate.sha256,
        "parent": candidate.parent_id,
        "origin": candidate.origin,
    }


def _read(name: str) -> Any:
    try:
        raw = sys.stdin.buffer.read(MAX_FILE + 1) if name == "-" else _bytes(Path(name))
    except OSError as error:
        raise briefs.BadBrief(f"cannot read {name}: {error.strerror}") from error
    if len(raw) > MAX_FILE:
        raise briefs.BadBrief(f"{name} is larger than {MAX_FILE // 1024 // 1024} MB")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise briefs.BadBrief(f"{name} is not JSON in UTF-8: {error}") from error


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE + 1)


def _line(run: Run) -> str:
    return f"{run.get_status_display()} {run.stage} {run.done}/{run.total}"


_last = ""


def _say(text: str) -> None:
    global _last
    if text != _last:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
        _last = text
