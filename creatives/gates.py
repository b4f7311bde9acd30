"""Records to the gates and back: what is checked is always what the records say now."""

import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

import compliance.base as gates
from compliance.engine import check, gate_error
from compliance.placements import PLACEMENTS
from creatives.fields import Fields
from creatives.models import Brief, Candidate, Finding, Placement, Product, Report
from creatives.models.product import FactKind
from creatives.transitions import record


def copy_of(brief: Brief, placement: Placement, fields: Fields) -> gates.Copy:
    """Return `fields` as a copy under the lists of its client, its brief and its product's facts."""
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
        on=today(brief),
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
            facts["approvals"].append({"number": fact.value, "expires": expires})
        else:
            facts.setdefault(fact.kind, []).append({"label": fact.label, "value": fact.value})
    return facts


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
        )  # fmt: skip
        # A hit without a span is about the copy as a whole, which an entry is not.
        found += [(entry, hit) for hit in check(copy).hits if hit.end and hit.severity != "info"]
    return found


def judge(brief: Brief, placement: Placement, fields: Fields) -> tuple[gates.Report, float]:
    """Return what the gates say of `fields` now, and the seconds it took."""
    started = time.perf_counter()
    if placement.slug not in PLACEMENTS:  # retired by a later release: nothing says what fits
        why = f"placement {placement.slug} is retired"
        return gates.Report((gate_error("placement", why),), (), ()), 0.0
    report = check(copy_of(brief, placement, fields))
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
            suggestion=dict(hit.suggestion), undone=list(hit.undone),
        )
        for hit in outcome.hits
    )  # fmt: skip
    Candidate._base_manager.filter(pk=candidate.pk).update(verdict=outcome.verdict)
    candidate.verdict = outcome.verdict
    record(candidate, "checked", by=None, verdict=outcome.verdict, packs=report.packs)
    return report


def worse(outcome: gates.Report, approved: Report) -> list[gates.Hit]:
    """Return the hits that the person who approved did not see, or saw as less severe."""
    rank = {severity: place for place, severity in enumerate(reversed(gates.SEVERITIES))}
    seen: dict[tuple[Any, ...], int] = {}
    for finding in approved.findings.all():
        key = (finding.rule, finding.field, finding.start, finding.end)
        seen[key] = max(seen.get(key, 0), rank[finding.severity])  # type: ignore[index]
    return [
        hit
        for hit in outcome.hits
        if hit.severity != "info"
        and rank[hit.severity] > seen.get((hit.rule, hit.field, hit.start, hit.end), -1)
    ]


def _lists(**words: Iterable[str]) -> tuple[gates.TermList, ...]:
    return tuple(gates.TermList(source, tuple(terms)) for source, terms in words.items() if terms)


def same(outcome: gates.Report, report: Report) -> bool:
    """Return whether `outcome` was made by the same rules as `report` and sees just as much."""
    return (
        [asdict(pack) for pack in outcome.packs] == report.packs
        and outcome.verdict == report.verdict
        and not worse(outcome, report)
        and len(outcome.hits) == report.findings.count()
    )
