"""Every status there is, and the moves between them. `creatives.transitions.move` is the only mover."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")  # expected: a reason that a person can act on
    ERRORED = "errored", _("Error")  # a bug, ours or a plugin's
    CANCELLED = "cancelled", _("Cancelled")
    QUARANTINED = "quarantined", _("Quarantined")  # its worker died too often


RUN_MOVES: dict[str, frozenset[str]] = {
    RunStatus.QUEUED: frozenset({RunStatus.RUNNING, RunStatus.CANCELLED}),
    RunStatus.RUNNING: frozenset({
        RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.ERRORED, RunStatus.CANCELLED,
        RunStatus.QUEUED, RunStatus.QUARANTINED,
    }),
    RunStatus.SUCCEEDED: frozenset(),
    RunStatus.FAILED: frozenset({RunStatus.QUEUED}),
    RunStatus.ERRORED: frozenset({RunStatus.QUEUED}),
    RunStatus.CANCELLED: frozenset({RunStatus.QUEUED}),
    RunStatus.QUARANTINED: frozenset({RunStatus.QUEUED}),
}  # fmt: skip
RUN_OVER = frozenset(RunStatus.values) - {RunStatus.QUEUED, RunStatus.RUNNING}


class CandidateStatus(models.TextChoices):
    NEW = "new", _("New")
    BLOCKED = "blocked", _("Blocked")
    PROPOSED = "proposed", _("Proposed")  # a reviewer's edit, until a writer accepts it
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


CANDIDATE_MOVES: dict[str, frozenset[str]] = {
    CandidateStatus.NEW: frozenset({
        CandidateStatus.BLOCKED, CandidateStatus.PROPOSED, CandidateStatus.IN_REVIEW,
    }),
    CandidateStatus.PROPOSED: frozenset({
        CandidateStatus.IN_REVIEW, CandidateStatus.BLOCKED, CandidateStatus.REJECTED,
    }),
    CandidateStatus.BLOCKED: frozenset({CandidateStatus.IN_REVIEW}),
    CandidateStatus.IN_REVIEW: frozenset({
        CandidateStatus.APPROVED, CandidateStatus.REJECTED, CandidateStatus.BLOCKED,
    }),
    # An approval that no longer stands goes back: to review, or to blocked.
    CandidateStatus.APPROVED: frozenset({CandidateStatus.IN_REVIEW, CandidateStatus.BLOCKED}),
    CandidateStatus.REJECTED: frozenset(),
}  # fmt: skip


class PublicationStatus(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    FAILED = "failed", _("Failed")


PUBLICATION_MOVES: dict[str, frozenset[str]] = {
    PublicationStatus.SCHEDULED: frozenset({
        PublicationStatus.LIVE, PublicationStatus.FAILED, PublicationStatus.WITHDRAWN,
    }),
    PublicationStatus.LIVE: frozenset({PublicationStatus.ENDED, PublicationStatus.WITHDRAWN}),
    PublicationStatus.ENDED: frozenset(),
    PublicationStatus.WITHDRAWN: frozenset(),
    PublicationStatus.FAILED: frozenset(),
}  # fmt: skip
PUBLICATION_OPEN = frozenset({PublicationStatus.SCHEDULED, PublicationStatus.LIVE})


class AssetStatus(models.TextChoices):
    WAITING = "waiting", _("Not read yet")
    READ = "read", _("Read")
    FAILED = "failed", _("Cannot be read")
    QUARANTINED = "quarantined", _("Quarantined")  # its worker died too often


#: A worker that reads a picture holds a lease on it; the picture waits until it is read.
ASSET_MOVES: dict[str, frozenset[str]] = {
    AssetStatus.WAITING: frozenset({
        AssetStatus.READ, AssetStatus.FAILED, AssetStatus.QUARANTINED,
    }),
    AssetStatus.READ: frozenset({AssetStatus.WAITING}),
    AssetStatus.FAILED: frozenset({AssetStatus.WAITING}),
    AssetStatus.QUARANTINED: frozenset({AssetStatus.WAITING}),
}  # fmt: skip


class Origin(models.TextChoices):
    GENERATED = "generated", _("Generated")
    REGENERATED = "regenerated", _("Regenerated")
    EDITED = "edited", _("Edited")


class Verdict(models.TextChoices):
    """Highest first, as in `compliance.base.VERDICTS`."""

    BLOCK = "block", _("Blocked")
    EVIDENCE = "evidence", _("Needs evidence")
    WARN = "warn", _("Look at it")
    PASS = "pass", _("Passed")


class Severity(models.TextChoices):
    BLOCK = "block", _("Block")
    EVIDENCE = "evidence", _("Evidence")
    WARN = "warn", _("Warning")
    INFO = "info", _("Note")


class Decision(models.TextChoices):
    APPROVE = "approve", _("Approved")
    REJECT = "reject", _("Rejected")
