"""A leased run is carried out: written, checked, kept, and what is blocked written once more.

Everything a worker writes goes through its lease, one candidate a transaction; the model and the
gates work outside any. What is missing is read from the rows each time, so a run that was cut off
anywhere goes on where it stopped.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from compliance.base import FieldSpec, PlacementSpec
from creatives import gates
from creatives.errors import LeaseLost
from creatives.failpoints import failpoint
from creatives.fields import as_lists, digest, plain
from creatives.leases import Lease
from creatives.models import Candidate, Placement, Run
from creatives.states import CandidateStatus, Origin, RunStatus, Verdict
from creatives.transitions import move, record
from generators import fields, prompts, registry
from generators.base import Backend, Brief, Cancelled, GenerationError, Request
from tenants import scope

log = logging.getLogger(__name__)

Progress = Callable[[Run], None]
#: Seconds to wait before the second, third, … attempt after a transient failure.
BACKOFF_S = (5, 30, 120)


@dataclass
class _Work:
    """One execution: its lease, its records and where the seconds went."""

    lease: Lease
    progress: Progress
    placements: dict[str, Placement] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def run(self) -> Run:
        return self.lease.run

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - started

    def end(self, to: str, *, code: str = "", error: str = "", **columns: Any) -> None:
        """Give the run back as `to`, with the seconds of all its attempts."""
        error = _storable(error)
        note = f"{code}: {error}" if error else ""
        timings = dict(self.run.timings)
        for stage, seconds in self.seconds.items():
            timings[stage] = timings.get(stage, 0.0) + seconds
        self.lease.end(
            to, note=note, stage="", error_code=code, error=error,
            timings={stage: round(seconds, 4) for stage, seconds in timings.items()}, **columns,
        )  # fmt: skip
        self.tell()

    def tell(self) -> None:
        """Report progress; whoever listens cannot disturb the run."""
        try:
            self.progress(self.run)
        except Exception:
            log.exception("progress of run %s was not shown", self.run.pk)


def execute(lease: Lease, *, progress: Progress = lambda run: None) -> None:
    """Carry out the leased run to its end, whatever the end is; the run's row says which.

    A worker that lost its run just stops. Raises only what is a bug of ours, after marking the run
    as errored.
    """
    work = _Work(lease, progress)
    try:
        with scope.organization(lease.run.organization_id), lease.beating():
            try:
                _carry_out(work)
                work.end(RunStatus.SUCCEEDED, finished_at=timezone.now())
            except Cancelled:
                work.end(RunStatus.CANCELLED, finished_at=timezone.now())
            except GenerationError as error:
                _fail(work, error)
    except LeaseLost:
        log.warning("run %s belongs to another worker now", lease.run.pk)
    except Exception as error:
        with suppress(LeaseLost):
            what = f"{type(error).__name__}: {error}"
            work.end(RunStatus.ERRORED, code="bug", error=what, finished_at=timezone.now())
        raise


def _carry_out(work: _Work) -> None:
    failpoint("claimed")
    run = work.run
    if "queue" not in run.timings and run.started_at:
        work.seconds["queue"] = (run.started_at - run.created_at).total_seconds()
    work.placements = {placement.slug: placement for placement in run.brief.placements.all()}
    _stage(work, "loading")
    generator = run.inputs["generator"]
    with work.timed("load"):
        backend = registry.load(generator["id"], generator["options"])
    _pin_model(work, backend)
    for origin, stage in ((Origin.GENERATED, "writing"), (Origin.REGENERATED, "rewriting")):
        parents = _blocked(run) if origin == Origin.REGENERATED else {}
        requests = _requests(run, origin, parents)
        if requests:
            _stage(work, stage)
            _write(work, backend, requests, origin, parents)


def _write(
    work: _Work,
    backend: Backend,
    requests: list[Request],
    origin: str,
    parents: dict[str, Candidate],
) -> None:
    """Have `backend` answer `requests`; check and keep each answer as it comes."""
    answers = fields.collect(backend, requests, cancelled=work.lease.stop)
    while True:
        with work.timed("generate"):
            answer = _next(work, answers)
        if answer is None:
            return
        failpoint("generating")
        request = answer.request
        values = as_lists((value.name, value.text) for value in answer.fields)
        placement = work.placements[request.placement.slug]
        with work.timed("check"):
            outcome, seconds = gates.judge(work.run.brief, placement, values)
        with work.timed("save"):
            failpoint("before_commit")
            with work.lease.writing(done=work.run.done + 1):
                candidate = Candidate.objects.create(
                    run=work.run, placement=placement, origin=origin, slot=_slot(request.id),
                    parent=parents.get(request.id), seed=request.seed,
                    language=work.run.brief.language, fields=values, text=plain(values),
                    sha256=digest(values), meta={**answer.meta, "model": work.run.inputs["model"]},
                    **work.run.owners,
                )  # fmt: skip
                record(candidate, origin, by=None, sha256=candidate.sha256)
                gates.keep(candidate, outcome, seconds)
                blocked = candidate.verdict == Verdict.BLOCK
                move(
                    candidate,
                    CandidateStatus.BLOCKED if blocked else CandidateStatus.IN_REVIEW,
                    by=None,
                )
            failpoint("after_commit")
        work.tell()


def _next(work: _Work, answers: Iterator[fields.Answer]) -> fields.Answer | None:
    try:
        return next(answers, None)
    except Cancelled:
        if work.lease.lost.is_set():
            raise LeaseLost(f"run {work.run.pk}") from None
        raise


def _requests(run: Run, origin: str, parents: dict[str, Candidate]) -> list[Request]:
    """Return what is still to be written in this round, in the placements' order."""
    written = set(
        Candidate.objects.filter(run=run, origin=origin, author=None).values_list(
            "placement", "slot"
        )
    )
    brief = _brief(run.inputs)
    repeats = run.inputs["generator"]["options"].get("repeats", "some")
    wanted = []
    for place, data in enumerate(run.inputs["placements"]):
        spec = _spec(data)
        slots = prompts.slots(spec, brief.language, repeats=repeats)
        for slot in range(run.inputs["brief"]["count"]):
            key = f"{spec.slug}/{slot}"
            parent = parents.get(key)
            if (spec.slug, slot) in written or (origin == Origin.REGENERATED and parent is None):
                continue
            seed = run.inputs["seed"] + 2 * (place * run.inputs["brief"]["count"] + slot)
            seed += origin == Origin.REGENERATED
            feedback = _feedback(parent, brief.language) if parent else ()
            prompt = prompts.render(brief, spec, slots=slots, feedback=feedback, seed=seed)
            wanted.append(Request(key, prompt, brief, spec, seed, slots, feedback))
    return wanted


def _blocked(run: Run) -> dict[str, Candidate]:
    """Return the blocked candidates of the first round by request id."""
    found = Candidate.objects.filter(run=run, origin=Origin.GENERATED, verdict=Verdict.BLOCK)
    return {f"{candidate.placement_id}/{candidate.slot}": candidate for candidate in found}


def _feedback(parent: Candidate, language: str) -> tuple[str, ...]:
    """Return what the gates found, for the second attempt."""
    return tuple(
        f"{finding.text}: {finding.reason[language]}" if finding.text else finding.reason[language]
        for finding in parent.report.findings.filter(severity="block")
    )


def _brief(inputs: dict[str, Any]) -> Brief:
    brief, client, product = inputs["brief"], inputs["client"], inputs["product"]
    return Brief(
        client=client["name"], product=product["name"], category=product["category"],
        language=brief["language"], market=brief["market"], audience=brief["audience"],
        tone=brief["tone"], brand_voice=client["brand_voice"], facts=tuple(product["facts"]),
        key_messages=tuple(brief["key_messages"]), must_include=tuple(brief["must_include"]),
        must_avoid=tuple(brief["must_avoid"]),
    )  # fmt: skip


def _spec(data: dict[str, Any]) -> PlacementSpec:
    return PlacementSpec(**{**data, "fields": tuple(FieldSpec(**item) for item in data["fields"])})


def _slot(request_id: str) -> int:
    return int(request_id.rpartition("/")[2])


def _stage(work: _Work, stage: str) -> None:
    blocked = len(_blocked(work.run)) if stage == "rewriting" else 0
    total = work.run.inputs["brief"]["count"] * len(work.run.inputs["placements"]) + blocked
    done = Candidate.objects.filter(run=work.run, author=None).count()
    with work.lease.writing(stage=stage, total=total, done=done):
        pass
    work.tell()


def _pin_model(work: _Work, backend: Backend) -> None:
    """Write the model's digest into the snapshot; refuse to go on with another model's."""
    inputs, found = work.run.inputs, fields.digest_of(backend)
    known = inputs.get("model")
    if known is None:
        with work.lease.writing(inputs={**inputs, "model": found}):
            pass
    elif known != found:
        raise GenerationError(
            f"the model changed between two attempts ({known} is now {found}): run the brief anew",
            permanent=True,
            code="model_changed",
        )


def _fail(work: _Work, error: GenerationError) -> None:
    """End the run for good, or put it back for another attempt when that can help."""
    run = work.run
    run.refresh_from_db(fields=["cancel_requested_at"])
    if run.cancel_requested_at:
        work.end(RunStatus.CANCELLED, finished_at=timezone.now())
        return
    if error.permanent or run.attempt >= settings.MAX_ATTEMPTS:
        to = RunStatus.ERRORED if error.code == "crashed" else RunStatus.FAILED
        work.end(to, code=error.code, error=str(error), finished_at=timezone.now())
        return
    wait = BACKOFF_S[min(run.attempt, len(BACKOFF_S)) - 1]
    later = timezone.now() + timedelta(seconds=wait)
    work.end(RunStatus.QUEUED, code=error.code, error=str(error), run_after=later)


def _storable(text: str) -> str:
    """Return `text` as every database takes it: an error may quote bytes that are no text."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
