"""Other ways to say what the gates found fault with, each checked before it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from compliance.engine import check
from compliance.placements import PLACEMENTS
from compliance.rewrite import Rewrite, mended, rewrites
from creatives import gates
from creatives.models import Candidate
from creatives.states import Verdict
from creatives.workbench.diff import Part, diff
from creatives.workbench.page import Hit

#: For how many findings rewrites are looked for, the gravest first: each takes some checks.
MOST_HITS = 12

WAYS: dict[str, Any] = {
    "without_words": _("Leave the words out"),
    "without_clause": _("Leave the clause out"),
    "without_sentence": _("Leave the sentence out"),
    "fact": _("State a fact of the product"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A rewrite as the page offers it: all fields as they would be sent, and what changes.

    `complete`: the copy may go out with it; else it mends its finding, and others remain.
    """

    way: str
    texts: list[str]
    parts: list[Part]
    verdict: str
    verdict_label: str
    complete: bool


def with_rewrites(hits: list[Hit], candidate: Candidate) -> list[Hit]:
    """Return `hits`, the gravest of them with the rewrites that the gates let pass."""
    if candidate.placement.slug not in PLACEMENTS:
        return hits
    copy = gates.copy_of(candidate.run.brief, candidate.placement, candidate.fields)
    report = check(copy)
    found = {(one.rule, one.field, one.start, one.end): one for one in report.hits}
    listed = sorted((hit for hit in hits if hit.shade != "cleared"), key=lambda hit: hit.rank)
    offers: dict[int, Sequence[Offer]] = {}
    for hit in listed[:MOST_HITS]:
        finding = hit.finding
        match = found.get((finding.rule, finding.field, finding.start, finding.end))
        if match is not None:
            offers[hit.number] = [_offer(candidate, one) for one in rewrites(copy, report, match)]
    return [replace(hit, rewrites=offers.get(hit.number, ())) for hit in hits]


def mended_offer(candidate: Candidate) -> Offer | None:
    """Return the copy with all findings mended, None when they cannot or need not be."""
    if candidate.placement.slug not in PLACEMENTS:
        return None
    copy = gates.copy_of(candidate.run.brief, candidate.placement, candidate.fields)
    better, report = mended(copy, check(copy))
    if better.fields == copy.fields or report.verdict not in (Verdict.PASS, Verdict.WARN):
        return None
    old, new = ([field.text for field in one.fields] for one in (copy, better))
    parts = [part for pair in zip(old, new, strict=True) for part in diff(*pair)]
    label = str(Verdict(report.verdict).label)
    return Offer(str(_("Mend all findings")), new, parts, report.verdict, label, True)


def _offer(candidate: Candidate, one: Rewrite) -> Offer:
    texts = [value for _name, value in candidate.fields]
    parts = diff(texts[one.field], one.text)
    texts[one.field] = one.text
    label = str(Verdict(one.verdict).label)
    return Offer(str(WAYS[one.way]), texts, parts, one.verdict, label, one.complete)
