"""What a lawyer needs beside a finding: the article itself, what is at stake, and what clears it."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from compliance.law import Article, articles, words
from creatives import gates
from creatives.actions.clear import offered, support
from creatives.models import Candidate, Clearance, Finding, Substantiation
from creatives.models.evidence import Ground
from creatives.words import here
from creatives.workbench.page import Hit


@dataclass(frozen=True, slots=True)
class Stakes:
    """What hangs on one finding. `missing` is how many more people have to say the same."""

    articles: list[Article]
    penalty: str
    papers: list[str]
    exemptions: list[tuple[str, str]]
    clearances: list[Clearance]
    missing: int
    grounds: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A substantiation that may be chosen."""

    pk: int
    label: str


def with_stakes(hits: list[Hit], candidate: Candidate) -> list[Hit]:
    """Return `hits`, each with its stakes, in one query for all of them."""
    said: dict[Any, list[Clearance]] = defaultdict(list)
    rows = Clearance.objects.filter(candidate=candidate).select_related(
        "by", "withdrawn_by", "substantiation", "finding"
    )
    for row in rows.order_by("id"):
        said[gates.place_of(row.finding)].append(row)
    return [
        replace(hit, stakes=_stakes(hit.finding, said[gates.place_of(hit.finding)])) for hit in hits
    ]


def papers_of(candidate: Candidate) -> list[Paper]:
    """Return the papers on file for the candidate's product, in force and expired ones told apart."""
    brief = candidate.run.brief
    today = gates.today(brief)
    rows = Substantiation.objects.filter(claim__product=brief.product_id).select_related("claim")
    return [
        Paper(row.pk, f"{row.claim.text} · {row}")
        for row in rows.order_by("claim", "-dated_on")
        if not row.valid_until or row.valid_until.isoformat() >= today
    ]


def _stakes(finding: Finding, clearances: list[Clearance]) -> Stakes:
    exemptions = [(code, _title("exemptions", code)) for code in finding.exemptions]
    open_ones = [row for row in clearances if row.withdrawn_at is None]
    return Stakes(
        articles=articles(finding.statute, finding.article),
        penalty=_title("penalty", finding.penalty) if finding.penalty else "",
        papers=[_title("evidence", key) for key in finding.evidence],
        exemptions=exemptions,
        clearances=clearances,
        missing=support(open_ones[-1]) if open_ones and not finding.cleared else 0,
        grounds=_grounds(finding, exemptions),
    )


def _grounds(finding: Finding, exemptions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the choices of the form: the word that is sent, and its label."""
    choices: list[tuple[str, str]] = []
    for ground in offered(finding):
        if ground == Ground.EXEMPT:
            choices += [
                (f"{ground}:{code}", _("Exempt by %(code)s: %(title)s") % {"code": code, "title": title})
                for code, title in exemptions
            ]  # fmt: skip
        elif ground == Ground.DISMISSED:
            choices.append((ground, _("Dismiss: the rule is wrong here")))
        else:
            choices.append((ground, _("Substantiate: the paper below proves it")))
    return choices


def _title(kind: str, key: str) -> str:
    """Return an entry of the law's words in the language of the interface; the key if it is gone."""
    entry = words(kind).get(key)
    if entry is None:
        return key
    return here(entry.get("title") or entry.get("text") or entry)
