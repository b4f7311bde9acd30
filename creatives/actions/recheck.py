"""Rules, lists or facts have changed: what was judged under the old ones is judged again."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from compliance.base import Report as Outcome
from creatives import gates
from creatives.errors import LostRace, Refused
from creatives.fields import digest
from creatives.models import Candidate, Report, Review
from creatives.states import CandidateStatus, Decision, PublicationStatus
from creatives.transitions import move, record

#: What may still go out, or may again; `UNDECIDED` has no approval that could fall.
UNDECIDED = (CandidateStatus.BLOCKED, CandidateStatus.IN_REVIEW)
OPEN = (CandidateStatus.APPROVED, *UNDECIDED)


def approval(candidate: Candidate) -> Review:
    """Return the approval of exactly these bytes; refuse when there is none in force."""
    review = candidate.reviews.filter(
        decision=Decision.APPROVE, sha256=digest(candidate.fields)
    ).first()
    if candidate.status != CandidateStatus.APPROVED or review is None:
        raise Refused("not_approved", _("Only approved copy is published."))
    return review


def stands(candidate: Candidate, review: Review) -> Report:
    """Return the report under the rules in force now, if the approval still stands; refuse otherwise.

    An approval stands unless a finding is new or worse than the reviewer saw. One that falls sends
    the candidate back to review, or to blocked, with an event that says why.
    """
    outcome, seconds = gates.judge_again(candidate)
    found = gates.worse(outcome, review.report)
    blocked = outcome.verdict == "block"
    latest = candidate.report
    same = gates.same(outcome, latest)
    if same and not found and not blocked:
        return latest
    rules = ", ".join(sorted({hit.rule for hit in found}))
    with transaction.atomic():
        report = latest if same else gates.keep(candidate, outcome, seconds)
        if not found and not blocked:
            record(candidate, "approval_stands", by=None, packs=report.packs)
            return report
        move(
            candidate, CandidateStatus.BLOCKED if blocked else CandidateStatus.IN_REVIEW, by=None,
            verb="approval_fell", note=rules,
        )  # fmt: skip
    raise Refused(
        "rules_changed",
        _("The rules in force find what the reviewer did not see: %(rules)s. It goes back.")
        % {"rules": rules},
    )


def recheck(candidates: Any) -> list[Candidate]:
    """Judge open `candidates` (a queryset) again at once; return those whose approval fell.

    Called when a list, a product's fact or a rule pack has changed. What is no longer blocked goes
    back to review, what is blocked now leaves it.
    """
    fallen = []
    for candidate in candidates.filter(status__in=OPEN).iterator(chunk_size=200):
        try:
            rejudge(candidate)
            if candidate.status == CandidateStatus.APPROVED:
                stands(candidate, approval(candidate))
        except LostRace:
            continue  # decided anew in the meantime, and judged with it
        except Refused:
            fallen.append(candidate)
            for publication in candidate.publications.filter(status=PublicationStatus.LIVE):
                record(publication, "live_copy_fell", by=None, candidate=candidate.pk)
    return fallen


def rejudge(candidate: Candidate) -> None:
    """Judge a candidate that is blocked or in review again, and put it where its verdict sends it.

    Somebody may clear a finding meanwhile: it is judged until the last report knows all of them. One
    that is decided, or becomes so meanwhile, is left as it is: an approval is for `stands` to judge.
    """
    while candidate.status in UNDECIDED:
        known = gates.clearances_of(candidate)
        outcome, seconds = gates.judge_again(candidate, known)
        try:
            with transaction.atomic():
                locked(candidate)
                _keep(candidate, outcome, seconds)
        except LostRace:
            candidate.refresh_from_db(fields=["status", "verdict"])
            continue
        if gates.clearances_of(candidate) == known:
            return


def locked(candidate: Candidate) -> None:
    """Hold the row of `candidate` to the end of the transaction; `LostRace` if it was moved since."""
    rows = Candidate._base_manager.select_for_update()
    if not rows.filter(pk=candidate.pk, status=candidate.status).exists():
        raise LostRace(
            "lost_race", _("%(row)s was changed by somebody else. Reload it.") % {"row": candidate}
        )


def _keep(candidate: Candidate, outcome: Outcome, seconds: float) -> None:
    if not gates.same(outcome, candidate.report):
        gates.keep(candidate, outcome, seconds)
    to = CandidateStatus.BLOCKED if outcome.verdict == "block" else CandidateStatus.IN_REVIEW
    if candidate.status != to:
        move(candidate, to, by=None, verb="rejudged")
