"""`manage.py demo`: two agencies, a brief of each through the main job, and a table of what came."""

import sys
import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from creatives.actions import demo, generate
from creatives.errors import Refused
from creatives.kept_secret import EmptySecret
from creatives.management.commands.run_brief import wait_for
from creatives.models import Brief, Candidate, Run
from creatives.states import RunStatus
from tenants import scope


class Command(BaseCommand):
    help = "Load the demo agencies and run a brief of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--generator", metavar="PROFILE", default="", help="generator profile")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = demo.load()
        except EmptySecret as error:
            raise CommandError(str(error)) from error
        runs = [
            self._run(wanted.brief, wanted.profile or options["generator"], wanted.seed)
            for wanted in loaded
        ]
        self._people()
        if failed := [run for run in runs if run.status != RunStatus.SUCCEEDED]:
            reasons = "; ".join(f"run {run.pk}: {run.error}" for run in failed)
            raise CommandError(f"the demo did not succeed: {reasons}")

    def _run(self, brief: Brief, profile: str, seed: int) -> Run:
        with scope.organization(brief.organization_id):
            self.stdout.write(f"\n== {brief.name} ({brief.client}, {brief.language}) ==")
            run = self._requested(brief, profile, seed)
            run = wait_for(run, say=_progress)
            sys.stderr.write("\n")
            for candidate in Candidate.objects.filter(run=run):
                self._candidate(candidate)
            stages = "  ".join(f"{stage} {seconds:.2f} s" for stage, seconds in run.timings.items())
            self.stdout.write(
                f"run {run.pk} {run.status} in {run.seconds:.1f} s: {stages} {run.error}"
            )
            return run

    def _requested(self, brief: Brief, profile_name: str, seed: int) -> Run:
        """Queue a run of `brief`, or take the one that an interrupted demo has left open."""
        try:
            profile = generate.profile_named(profile_name)
            return generate.request_run(brief, by=None, profile=profile, seed=seed)
        except Refused as refusal:
            if refusal.code != "already_running":
                raise CommandError(str(refusal)) from refusal
        # The latest, open or not: it may have ended since the refusal.
        run = Run.objects.filter(brief=brief, profile=profile).latest("id")
        sys.stderr.write(f"  run {run.pk} is {run.status}, from before: waiting for it\n")
        return run

    def _candidate(self, candidate: Candidate) -> None:
        head = f"#{candidate.pk}"
        columns = (head, candidate.placement_id, candidate.origin, candidate.verdict)
        self.stdout.write("  ".join(_padded(text, 16) for text in columns).rstrip())
        for _name, text in candidate.fields:
            self.stdout.write(f"      {text}")
        for finding in candidate.report.findings.all():
            law = f"{finding.statute} {finding.article}".strip()
            self.stdout.write(
                f"    ! {finding.severity}: “{finding.text}” {law}: {finding.reason[candidate.language]}"
            )

    def _people(self) -> None:
        self.stdout.write(f"\n== Log in with one of these and the password {demo.password()} ==")
        for agency, username, name, roles in demo.people():
            self.stdout.write(
                "  ".join(_padded(text, 24) for text in (agency, username, name)) + roles
            )


def _padded(text: str, width: int) -> str:
    """Pad to `width` columns, a Chinese character being two."""
    columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, width - columns)


def _progress(text: str) -> None:
    sys.stderr.write(f"\r\033[K  {text}")
    sys.stderr.flush()
