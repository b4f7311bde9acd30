"""The legal discipline clears a finding: on which ground, by what, and who said so."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.clearing import FOUR_EYES, UNMADE
from compliance.law import words
from creatives import gates
from creatives.actions.allowed import disciplines_of
from creatives.actions.recheck import locked, recheck
from creatives.actions.review import clean_reason, open_or_refuse, refresh
from creatives.errors import Refused
from creatives.models import Candidate, Clearance, Finding, Substantiation
from creatives.models.evidence import Ground
from creatives.permissions import require
from creatives.states import Severity
from creatives.transitions import record
from creatives.words import here
from tenants.roles import Discipline


def clear(
    finding: Finding,
    *,
    by: Any,
    report_id: int,
    ground: str,
    reason: str,
    code: str = "",
    substantiation: Substantiation | None = None,
) -> Clearance:
    """Clear `finding` as a lawyer who has seen the report `report_id`; the candidate is judged again.

    *dismissed*: the rule is wrong here. *exempt*: `code` is one of the finding's grounds, with a
    paper where the law asks for one. *substantiated*: the paper is in force and covers the claim. An
    absolute finding is only dismissed, and counts as cleared when a second person says so too.
    Refused: to any other discipline; to whoever wrote, ran or edited the copy; without a reason; on
    another report than was shown; for a check that was not made.
    """
    candidate = finding.candidate
    open_or_refuse("clear", candidate, by=by)
    if finding.report_id != report_id or candidate.report.pk != report_id:
        raise Refused("rules_changed", _("It was judged again since. Look at what was found."))
    if refresh(candidate).pk != report_id:
        raise Refused("rules_changed", _("It was judged again since. Look at what was found."))
    reason = clean_reason(reason)
    if not reason:
        raise Refused("reason_needed", _("Say why the finding does not stand in the way."))
    _possible(finding, ground)
    code = code if ground == Ground.EXEMPT else ""
    paper = None if ground == Ground.DISMISSED else substantiation
    _GROUNDS[ground](finding, code, paper)
    with transaction.atomic():
        locked(candidate)  # nobody approves or rejects it between the checks and the clearance
        row = _kept(finding, by, ground, code, paper, reason)
    recheck(Candidate.objects.filter(pk=candidate.pk))
    return row


def withdraw(clearance: Clearance, *, by: Any, reason: str) -> None:
    """Take a clearance back as a lawyer; what rested on it is judged again, approved or live copy too."""
    require("review", clearance, by=by)
    if Discipline.LEGAL not in disciplines_of(by):
        raise Refused("not_legal", _("Findings are cleared by the legal discipline."))
    reason = clean_reason(reason)
    if not reason:
        raise Refused("reason_needed", _("Say why it is withdrawn."))
    with transaction.atomic():
        gone = Clearance.objects.filter(pk=clearance.pk, withdrawn_at=None)
        if not gone.update(withdrawn_by=by, withdrawn_at=timezone.now()):
            raise Refused("closed", _("It was withdrawn before."))
        record(
            clearance.candidate, "clearance_withdrawn", by=by, note=reason,
            clearance=clearance.pk, rule=clearance.finding.rule,
        )  # fmt: skip
    recheck(Candidate.objects.filter(pk=clearance.candidate_id))


def support(clearance: Clearance) -> int:
    """Return how many more people have to say the same before `clearance` counts."""
    if not clearance.finding.absolute:
        return 0
    return max(0, FOUR_EYES - len(said_by(clearance.finding)))


def said_by(finding: Finding) -> list[Clearance]:
    """Return the clearances in force of what `finding` is about, in this report or an earlier one."""
    rule, field, start, end, text, subject = gates.place_of(finding)
    rows = Clearance.objects.filter(
        candidate=finding.candidate_id, withdrawn_at=None, finding__rule=rule,
        finding__field=field, finding__start=start, finding__end=end, finding__text=text,
        finding__subject=subject,
    )  # fmt: skip
    return list(rows.select_related("by", "substantiation", "finding").order_by("id"))


def offered(finding: Finding) -> list[str]:
    """Return the grounds on which `finding` may be cleared at all; none for one that may not be."""
    if finding.cleared or finding.rule == UNMADE or finding.severity == Severity.INFO:
        return []
    grounds: list[str] = [Ground.DISMISSED]
    if finding.absolute:
        return grounds
    if finding.exemptions:
        grounds.append(Ground.EXEMPT)
    if finding.end and (finding.evidence or finding.severity == Severity.EVIDENCE):
        grounds.append(Ground.SUBSTANTIATED)
    return grounds


def _possible(finding: Finding, ground: str) -> None:
    """Refuse a ground on which this finding cannot be cleared."""
    if finding.rule == UNMADE:
        raise Refused("not_clearable", _("A check that was not made cannot be cleared."))
    if finding.cleared:
        raise Refused("already_cleared", _("This finding is cleared already."))
    if ground in offered(finding):
        return
    if finding.absolute and ground in Ground.values:
        raise Refused(
            "absolute",
            _("The law knows no exemption here: it can only be dismissed, by two people."),
        )
    raise Refused("unknown_ground", _("It cannot be cleared on this ground."))


def _dismissed(finding: Finding, code: str, paper: Substantiation | None) -> None:
    """Nothing more is asked: the reason says in what the rule is wrong."""


def _exempt(finding: Finding, code: str, paper: Substantiation | None) -> None:
    if code not in finding.exemptions:
        raise Refused("unknown_code", _("This is no ground of exemption of this finding."))
    if paper is not None:
        _usable(finding, paper)
    elif words("exemptions").get(code, {}).get("evidence"):
        raise Refused("paper_needed", _("This ground needs a paper that proves it: choose one."))


def _substantiated(finding: Finding, code: str, paper: Substantiation | None) -> None:
    if paper is None:
        raise Refused("paper_needed", _("Choose the paper that proves it."))
    _usable(finding, paper)
    if short := gates.gaps_of(finding, paper):
        raise Refused(
            "not_covered",
            _("This paper does not cover the claim: %(why)s.")
            % {"why": "; ".join(here(gap) for gap in short)},
        )


_GROUNDS: dict[str, Callable[[Finding, str, Substantiation | None], None]] = {
    Ground.DISMISSED: _dismissed,
    Ground.EXEMPT: _exempt,
    Ground.SUBSTANTIATED: _substantiated,
}


def _usable(finding: Finding, paper: Substantiation) -> None:
    """Refuse a paper of another product, or one that is not in force."""
    brief = finding.candidate.run.brief
    if paper.claim.product_id != brief.product_id:
        raise Refused("other_product", _("This paper is about another product."))
    if paper.valid_until and paper.valid_until.isoformat() < gates.today(brief):
        raise Refused("expired", _("This paper is no longer valid."))


def _kept(
    finding: Finding, by: Any, ground: str, code: str, paper: Substantiation | None, reason: str
) -> Clearance:
    """Keep the clearance and its event; refuse a second one of the same person."""
    if any(row.by_id == by.pk for row in said_by(finding)):
        raise Refused("already_cleared", _("You have cleared this finding already."))
    try:
        with transaction.atomic():
            row = Clearance.objects.create(
                candidate=finding.candidate, finding=finding, ground=ground, code=code,
                substantiation=paper, reason=reason, by=by, **finding.owners,
            )  # fmt: skip
            record(
                finding.candidate, "cleared", by=by, note=reason, clearance=row.pk,
                rule=finding.rule, ground=ground, code=code,
                paper=paper.pk if paper else None,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("already_cleared", _("You have cleared this finding already.")) from error
    return row
