"""People decide: approve, reject, edit, accept. What is decided on is one exact digest."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from creatives import gates
from creatives.actions.allowed import disciplines_of, why_not
from creatives.actions.dossier import freeze
from creatives.actions.recheck import stands
from creatives.errors import Refused
from creatives.fields import Fields, digest, plain
from creatives.models import Candidate, Report, Review
from creatives.permissions import require
from creatives.states import CandidateStatus, Decision, Origin, Verdict
from creatives.transitions import move, record
from tenants import scope
from tenants.validators import clean_text, visible

MAX_FIELD = 20_000
MAX_REASON = 4000


def approve(
    candidate: Candidate,
    *,
    by: Any,
    sha256: str,
    report_id: int,
    reason: str = "",
    discipline: str = "",
) -> Review:
    """Approve exactly the bytes `sha256` of `candidate`, having seen the report `report_id`.

    Refused: to whoever wrote, ran or edited it; on other bytes or another report than were shown;
    with a `block`; with `evidence` or `warn` and no written reason; when the rules have changed
    since the report that was shown and see more now.
    """
    open_or_refuse("approve", candidate, by=by)
    _unchanged(candidate, sha256)
    if candidate.report.pk != report_id:
        raise Refused("rules_changed", _("It was judged again since. Look at what was found."))
    report = refresh(candidate)
    if report.verdict == Verdict.BLOCK:
        raise Refused("blocked", _("A blocking finding is open: this copy may not go out."))
    if report.verdict != Verdict.PASS and not written(reason):
        raise Refused("reason_needed", _("Say why it may go out in spite of its findings."))
    with transaction.atomic():
        review = _decided(candidate, report, Decision.APPROVE, by, reason, discipline)
        move(candidate, CandidateStatus.APPROVED, by=by, note=review.reason)
        freeze(review)
    # A list may have changed between the judgement and the approval: once more, now that a
    # re-check would find this approval.
    stands(Candidate.objects.get(pk=candidate.pk), review)
    return review


def reject(
    candidate: Candidate, *, by: Any, sha256: str, reason: str, discipline: str = ""
) -> Review:
    """Reject exactly the bytes `sha256` of `candidate`, with a reason."""
    open_or_refuse("reject", candidate, by=by)
    _unchanged(candidate, sha256)
    if not written(reason):
        raise Refused("reason_needed", _("Say why it is rejected."))
    with transaction.atomic():
        review = _decided(candidate, candidate.report, Decision.REJECT, by, reason, discipline)
        move(candidate, CandidateStatus.REJECTED, by=by, note=review.reason)
    return review


def edit(candidate: Candidate, texts: list[str], *, by: Any, sha256: str) -> Candidate:
    """Make a new candidate of `candidate` with `texts` in its fields; an emptied field is left out.

    A writer's edit goes through the gates into review. A reviewer's edit is a proposal: it waits
    for a writer to accept it. `candidate` itself stays as it is. Sent twice, it is one edit.
    """
    open_or_refuse("edit", candidate, by=by)
    writer = scope.current().may("write")
    _unchanged(candidate, sha256)
    values = _edited(candidate, texts)
    outcome, seconds = gates.judge(candidate.run.brief, candidate.placement, values)
    twin = candidate.children.filter(author=by, sha256=digest(values))
    if (sent_before := twin.first()) is not None:
        return sent_before
    try:
        return _keep_edit(candidate, values, outcome, seconds, by=by, writer=writer)
    except IntegrityError:
        return twin.get()  # sent twice at once: the other one was faster


def _keep_edit(
    candidate: Candidate,
    values: Fields,
    outcome: Any,
    seconds: float,
    *,
    by: Any,
    writer: bool,
) -> Candidate:
    with transaction.atomic():
        child = Candidate.objects.create(
            run=candidate.run, placement=candidate.placement, parent=candidate, author=by,
            origin=Origin.EDITED, slot=candidate.slot, language=candidate.language,
            fields=values, text=plain(values), sha256=digest(values), **candidate.owners,
        )  # fmt: skip
        record(child, "edited", by=by, parent=candidate.pk, sha256=child.sha256)
        gates.keep(child, outcome, seconds)
        move(child, _place(child) if writer else CandidateStatus.PROPOSED, by=by)
    return child


def accept(candidate: Candidate, *, by: Any, sha256: str) -> None:
    """Accept a reviewer's proposal as a writer; it goes on to where its verdict sends it."""
    open_or_refuse("accept", candidate, by=by)
    _unchanged(candidate, sha256)
    move(candidate, _place(candidate), by=by, verb="accepted")


def refresh(candidate: Candidate) -> Report:
    """Return a report under the rules in force; refuse when they see more than the one shown.

    The new report is kept either way, and copy that is now blocked is moved there, so the page shows
    it at the next look.
    """
    shown = candidate.report
    outcome, seconds = gates.judge_again(candidate)
    if gates.same(outcome, shown):
        return shown
    with transaction.atomic():
        report = gates.keep(candidate, outcome, seconds)
        if report.verdict == Verdict.BLOCK and candidate.status == CandidateStatus.IN_REVIEW:
            move(candidate, CandidateStatus.BLOCKED, by=None, note="rules changed")
    if gates.worse(outcome, shown):
        raise Refused(
            "rules_changed", _("The rules have changed and find more now. Look at it again.")
        )
    return report


def _place(candidate: Candidate) -> str:
    blocked = candidate.verdict == Verdict.BLOCK
    return CandidateStatus.BLOCKED if blocked else CandidateStatus.IN_REVIEW


def _decided(
    candidate: Candidate, report: Report, decision: str, by: Any, reason: str, discipline: str
) -> Review:
    if discipline and discipline not in disciplines_of(by):
        raise Refused("other_discipline", _("This is not a discipline of yours."))
    return Review.objects.create(
        candidate=candidate, report=report, reviewer=by, decision=decision, discipline=discipline,
        reason=clean_reason(reason), sha256=candidate.sha256, **candidate.owners,
    )  # fmt: skip


def written(reason: str) -> str:
    """Return `reason` as it would be kept: stripped, with line feeds, "" when nobody sees any."""
    reason = reason.replace("\r\n", "\n").strip()
    return reason if visible(reason) else ""


def clean_reason(reason: str) -> str:
    """Return what a person wrote as a reason, stripped; refuse what is no text, or too long.

    It is "" when there is nothing to see in it, as with zero-width characters alone.
    """
    reason = written(reason)
    if len(reason) > MAX_REASON:
        raise Refused("too_long", _("Longer than %d characters.") % MAX_REASON)
    try:
        clean_text(reason)
    except ValidationError as error:
        raise Refused("not_text", " ".join(error.messages)) from error
    return reason


def open_or_refuse(verb: str, candidate: Candidate, *, by: Any) -> None:
    """Refuse a step that is not open to `by`; a wall or four eyes met are kept as an event."""
    require("view", candidate, by=by)
    if refusal := why_not(verb, candidate, by=by):
        if refusal.code in ("forbidden", "other_language", "own_work", "not_legal"):
            record(candidate, "denied", by=by, note=f"{verb}: {refusal.code}")
        raise refusal


def _unchanged(candidate: Candidate, sha256: str) -> None:
    if sha256 != candidate.sha256 or digest(candidate.fields) != candidate.sha256:
        raise Refused("other_bytes", _("This is not the text that was shown. Reload the page."))


def _edited(candidate: Candidate, texts: list[str]) -> Fields:
    names = [name for name, _text in candidate.fields]
    if len(texts) != len(names):
        raise Refused("other_fields", _("The fields do not match. Reload the page."))
    values: Fields = []
    for name, text in zip(names, texts, strict=True):
        clean = text.replace("\r\n", "\n").strip()
        if len(clean) > MAX_FIELD:
            raise Refused("too_long", _("A field is longer than %d characters.") % MAX_FIELD)
        try:
            clean_text(clean)
        except ValidationError as error:
            raise Refused("not_text", f"{name}: {' '.join(error.messages)}") from error
        if clean:
            values.append([name, clean])
    if not values:
        raise Refused("empty", _("The text is empty."))
    if values == candidate.fields:
        raise Refused("unchanged", _("Nothing was changed."))
    return values
