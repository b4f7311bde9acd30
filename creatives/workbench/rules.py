"""The rules in force as people read them, and a text checked against them without being kept."""

from dataclasses import dataclass
from typing import Any

from compliance import law, packs
from compliance.base import Copy, Hit, Report
from compliance.engine import TEXT_CHECKS, check
from compliance.packs.schema import Rule
from compliance.placements import PLACEMENTS
from creatives import house_rules
from creatives.actions.precision import Precision, precision
from creatives.models import RuleSwitch
from creatives.models.product import Category
from creatives.states import Severity, Verdict
from creatives.words import here
from creatives.workbench.highlight import ghosts, segments
from creatives.workbench.page import Piece
from creatives.workbench.words import UNDONE, said
from tenants import scope

#: The longest text that the playground checks, in characters.
MOST_PLAYED = 20_000
_RANK = {severity: rank for rank, severity in enumerate(Severity.values)}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in the list of its pack."""

    id: str
    severity: str
    severity_label: str
    law: str
    reason: str
    verified: bool
    absolute: bool
    off: bool
    record: Precision | None


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack in force, with how many of its rules this agency has switched off."""

    name: str
    title: str
    version: str
    digest: str
    markets: str
    effective: str
    count: int
    off: bool


def pack_list() -> list[PackView]:
    """Return the packs in force."""
    off = _off()
    return [
        PackView(
            pack.meta.name, here(pack.meta.title.model_dump()), pack.meta.version, pack.digest,
            ", ".join(sorted(pack.holds_in)), pack.meta.effective, len(pack.rules),
            pack.meta.name in off,
        )
        for pack in packs.installed()
    ]  # fmt: skip


def find_pack(name: str) -> packs.Pack | None:
    """Return the pack in force called `name`."""
    return next((pack for pack in packs.installed() if pack.meta.name == name), None)


def rule_lines(pack: packs.Pack) -> list[RuleLine]:
    """Return the rules of `pack`, each with its law and its record in this agency."""
    off, records = _off(), precision()
    market = pack.meta.markets[0]
    return [
        _line(
            rule, market, off=pack.meta.name in off or rule.id in off, record=records.get(rule.id)
        )
        for rule in pack.rules
    ]


def _line(rule: Rule, market: str, *, off: bool, record: Precision | None) -> RuleLine:
    its = rule.law(market) or next(iter(rule.laws.values()))
    severity = rule.severity_under(its)
    return RuleLine(
        rule.id, severity, str(Severity(severity).label), f"{its.statute} {its.article}",
        here((its.reason or rule.reason).model_dump()), its.verified, rule.absolute, off, record,
    )  # fmt: skip


def rule_page(pack: packs.Pack, rule: Rule) -> dict[str, Any]:
    """Return all that the page of one rule shows."""
    laws = [(market, its) for market in sorted(pack.holds_in) if (its := rule.law(market))]
    cited = {article: None for _, its in laws for article in law.articles(its.statute, its.article)}
    off = _off()
    return {
        "pack": pack.meta,
        "rule": rule,
        "line": _line(rule, pack.meta.markets[0], off=pack.meta.name in off or rule.id in off,
                      record=precision().get(rule.id)),
        "suggestion": here(rule.suggestion.model_dump()),
        "laws": laws,
        "articles": list(cited),
        "papers": [here(law.words("evidence")[key]) for key in rule.evidence],
        "grounds": [
            (key, here(law.words("exemptions")[key]["title"])) for key in rule.exemptions
        ],
        "penalty": here(law.words("penalty")[rule.penalty]["text"]) if rule.penalty else "",
    }  # fmt: skip


def _off() -> frozenset[str]:
    return frozenset(RuleSwitch.objects.values_list("rule", flat=True))


@dataclass(frozen=True, slots=True)
class Played:
    """A finding in the playground, with the names by which the pages show a saved one."""

    number: int
    hit: Hit
    severity: str
    get_severity_display: str
    text: str
    statute: str
    article: str
    rule: str
    reason: str
    suggestion: str
    undone: list[str]
    articles: list[law.Article]


def play(text: str, **asked: str) -> dict[str, Any]:
    """Check `text` as copy of the agency; return what the page shows. Nothing is kept.

    `asked` has language, market, category, product and channel, as a `Copy` has them.
    """
    here_id = scope.current().organization_id or 0  # no organization: the packs alone
    copy = Copy.of(text, **asked, **house_rules.in_force(here_id))
    report = check(copy, checks=TEXT_CHECKS)
    hits = [_played(number, hit) for number, hit in enumerate(report.hits, 1)]
    return {
        "report": report,
        "verdict": report.verdict,
        "verdict_label": Verdict(report.verdict).label,
        "hits": hits,
        "pieces": _pieces(text, hits),
        "not_flagged": [
            {"text": one.text, "because": here(one.because), "rule": one.rule}
            for one in report.not_flagged
        ],
        "category": _category(report),
    }


def _played(number: int, hit: Hit) -> Played:
    return Played(
        number, hit, hit.severity, str(Severity(hit.severity).label), hit.text, hit.statute,
        hit.article, hit.rule, here(hit.reason), here(hit.suggestion),
        [said(UNDONE, trick) for trick in hit.undone], law.articles(hit.statute, hit.article),
    )  # fmt: skip


def _pieces(text: str, hits: list[Played]) -> list[Piece]:
    found = []
    for segment in segments(text, [(one.hit.start, one.hit.end) for one in hits]):
        over = [hits[index] for index in segment.over]
        gravest = min((one.severity for one in over), key=_RANK.__getitem__, default="")
        numbers = " ".join(str(one.number) for one in over)
        found.append(Piece(list(ghosts(segment.text)), gravest, numbers))
    return found


def _category(report: Report) -> str:
    """Return the category that was inferred, "" when it was given or none was."""
    if not report.inferred:
        return ""
    return f"{Category(report.category).label} ← {report.inferred}"


def channels() -> list[str]:
    """Return the channels that rules can know, by name."""
    return sorted({spec.channel for spec in PLACEMENTS.values()})
