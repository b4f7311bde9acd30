"""Records to the gates and back: what is checked is always what the records say now."""

import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

import compliance.base as gates
from compliance.engine import check, gate_error
from compliance.evidence import gaps
from compliance.placements import PLACEMENTS
from creatives import house_rules
from creatives.fields import Fields
from creatives.models import (
    Brief,
    Candidate,
    Clearance,
    Finding,
    Placement,
    Product,
    Report,
    Substantiation,
)
from creatives.models.product import FactKind
from creatives.transitions import record


def copy_of(
    brief: Brief,
    placement: Placement,
    fields: Fields,
    *,
    clearances: tuple[gates.Clearance, ...] = (),
) -> gates.Copy:
    """Return `fields` as a copy under the lists of its client, its brief and its product's facts.

    All copy begins as a machine's and stays that: an edit must not make its figures anybody's.
    """
    client = brief.client
    return gates.Copy(
        fields=tuple(gates.Field(name, text) for name, text in fields),
        language=brief.language,
        market=brief.market,
        category=brief.product.category,
        product=brief.product.name,
        channel=placement.channel,
        placement=placement.spec,
        banned=_lists(client=client.banned_words, brief=brief.must_avoid),
        required=_lists(client=client.required_words, brief=brief.must_include),
        facts=facts_of(brief.product),
        substantiations=papers_of(brief.product),
        clearances=clearances,
        generated=True,
        said=said_by(brief),
        on=today(brief),
        **house_rules.in_force(brief.organization_id),
    )


def today(brief: Brief) -> str:
    """Return the date in the agency's time zone, ISO 8601: approvals expire by its calendar."""
    zone = ZoneInfo(brief.organization.time_zone)
    return timezone.now().astimezone(zone).date().isoformat()


def facts_of(product: Product) -> dict[str, Any]:
    """Return the product's facts as the gates read them, approval numbers with their last day."""
    facts: dict[str, Any] = {"approvals": []}
    for fact in product.facts.all():
        if fact.kind == FactKind.APPROVAL_NUMBER:
            expires = fact.expires_on.isoformat() if fact.expires_on else ""
            approval = {"number": fact.value, "expires": expires, "text": fact.approved_text}
            facts["approvals"].append(approval)
        else:
            facts.setdefault(fact.kind, []).append({"label": fact.label, "value": fact.value})
    return facts


def said_by(brief: Brief) -> tuple[str, ...]:
    """Return what the writer was told: a figure in it is the brief's, not the machine's."""
    return (*brief.key_messages, *brief.must_include, brief.audience, brief.tone)


def papers_of(product: Product) -> tuple[dict[str, Any], ...]:
    """Return the product's substantiations, expired ones too: the gates say why one does not cover."""
    papers = Substantiation.objects.filter(claim__product=product).select_related("claim")
    return tuple(paper.as_paper() for paper in papers)


def clearances_of(candidate: Candidate) -> tuple[gates.Clearance, ...]:
    """Return what people cleared in `candidate`, one entry for each place and ground.

    Those who said the same of the same place are counted: absolute rules take two.
    """
    said: dict[tuple[Any, ...], set[int]] = {}
    rows = Clearance.objects.filter(candidate=candidate, withdrawn_at=None)
    for row in rows.select_related("finding", "substantiation").order_by("id"):
        finding, paper = row.finding, row.substantiation
        expires = paper.valid_until.isoformat() if paper and paper.valid_until else ""
        ref = str(paper.pk) if paper and row.ground == "substantiated" else row.code
        key = (*place_of(finding), row.ground, ref, expires, finding.severity)
        said.setdefault(key, set()).add(row.by_id)
    return tuple(
        gates.Clearance(
            rule, field, start, end, text, ground, ref, expires, len(people), severity, subject
        )
        for (rule, field, start, end, text, subject, ground, ref, expires, severity), people in (
            said.items()
        )
    )


def place_of(found: Finding | gates.Hit) -> tuple[str, int, int, int, str, str]:
    """Return what a clearance is about: which rule on which span of which field, or which subject."""
    return found.rule, found.field, found.start, found.end, found.text, found.subject


def gaps_of(finding: Finding, paper: Substantiation) -> list[gates.Localized]:
    """Return in what `paper` falls short of what `finding` asks for; nothing when it covers it."""
    candidate = finding.candidate
    copy = copy_of(candidate.run.brief, candidate.placement, candidate.fields)
    rule, field, start, end, text, _subject = place_of(finding)
    severity: Any = finding.severity
    hit = gates.Hit(
        rule, severity, field, start, end, text, finding.reason, finding.suggestion
    )  # fmt: skip
    return gaps(hit, copy, paper.as_paper())


def foretell(brief: Brief) -> list[tuple[str, gates.Hit]]:
    """Return the entries of `brief` that copy is asked to say, each with what the gates find in it.

    A message that is blocked itself blocks whatever says it: better told before the run than after.
    """
    facts, product = facts_of(brief.product), brief.product
    found = []
    for entry in [*brief.key_messages, *brief.must_include]:
        copy = gates.Copy(
            fields=(gates.Field("text", entry),), language=brief.language, market=brief.market,
            category=product.category, product=product.name, facts=facts, on=today(brief),
            banned=_lists(client=brief.client.banned_words, brief=brief.must_avoid),
            **house_rules.in_force(brief.organization_id),
        )  # fmt: skip
        # A hit without a span is about the copy as a whole, which an entry is not.
        found += [(entry, hit) for hit in check(copy).hits if hit.end and hit.severity != "info"]
    return found


def judge_again(
    candidate: Candidate, clearances: tuple[gates.Clearance, ...] | None = None
) -> tuple[gates.Report, float]:
    """Return what the gates say of `candidate` now, with what people cleared in it."""
    cleared = clearances_of(candidate) if clearances is None else clearances
    brief, placement = candidate.run.brief, candidate.placement
    return judge(brief, placement, candidate.fields, clearances=cleared)


def judge(
    brief: Brief,
    placement: Placement,
    fields: Fields,
    *,
    clearances: tuple[gates.Clearance, ...] = (),
) -> tuple[gates.Report, float]:
    """Return what the gates say of `fields` now, and the seconds it took."""
    started = time.perf_counter()
    if placement.slug not in PLACEMENTS:  # retired by a later release: nothing says what fits
        why = f"placement {placement.slug} is retired"
        return gates.Report((gate_error("placement", why),), (), ()), 0.0
    report = check(copy_of(brief, placement, fields, clearances=clearances))
    return report, time.perf_counter() - started


def keep(candidate: Candidate, outcome: gates.Report, seconds: float) -> Report:
    """Save `outcome` as the candidate's latest report, its hits as findings."""
    report = Report(
        candidate=candidate,
        verdict=outcome.verdict,
        packs=[asdict(pack) for pack in outcome.packs],
        not_flagged=[asdict(span) for span in outcome.not_flagged],
        seconds=round(seconds, 6),
        **candidate.owners,
    )
    report.save()
    Finding.objects.bulk_create(
        Finding(
            report=report, candidate=candidate, **candidate.owners,
            rule=hit.rule, severity=hit.severity, field=hit.field, start=hit.start, end=hit.end,
            text=hit.text, statute=hit.statute, article=hit.article, reason=dict(hit.reason),
            suggestion=dict(hit.suggestion), undone=list(hit.undone), verified=hit.verified,
            absolute=hit.absolute, penalty=hit.penalty, evidence=list(hit.evidence),
            exemptions=list(hit.exemptions), cleared=hit.cleared, subject=hit.subject,
        )
        for hit in outcome.hits
    )  # fmt: skip
    Candidate._base_manager.filter(pk=candidate.pk).update(verdict=outcome.verdict)
    candidate.verdict = outcome.verdict
    record(candidate, "checked", by=None, verdict=outcome.verdict, packs=report.packs)
    return report


def worse(outcome: gates.Report, approved: Report) -> list[gates.Hit]:
    """Return the hits that the person who approved did not see, or saw as less severe.

    What is cleared now is not worse. What was cleared then and is not now is: nobody took the open
    finding upon them.
    """
    rank = {severity: place for place, severity in enumerate(reversed(gates.SEVERITIES))}
    seen: dict[tuple[Any, ...], int] = {}
    for finding in approved.findings.all():
        if not finding.cleared:
            key = place_of(finding)
            seen[key] = max(seen.get(key, 0), rank[finding.severity])  # type: ignore[index]
    return [
        hit
        for hit in outcome.hits
        if hit.severity != "info"
        and not hit.cleared
        and rank[hit.severity] > seen.get(place_of(hit), -1)
    ]


def _lists(**words: Iterable[str]) -> tuple[gates.TermList, ...]:
    return tuple(gates.TermList(source, tuple(terms)) for source, terms in words.items() if terms)


def same(outcome: gates.Report, report: Report) -> bool:
    """Return whether `outcome` was made by the same rules as `report` and says the same."""
    return (
        [asdict(pack) for pack in outcome.packs] == report.packs
        and outcome.verdict == report.verdict
        and _told(outcome.hits) == _told(report.findings.all())
    )


def _told(found: Iterable[gates.Hit | Finding]) -> list[tuple[Any, ...]]:
    """Return what a reader is told of each finding, in one order."""
    return sorted(
        (*place_of(one), one.severity, one.cleared, sorted(one.reason.items())) for one in found
    )
