"""Lawful ways to say it: leave the claim out, or put a sourced fact in its place.

Never a synonym: words of same or near meaning are judged like the word itself (《广告绝对化用语执法指南》
article 3). Every rewrite is checked by the gates that found the hit before anybody sees it, and is kept
only if that hit is gone and nothing is found that was not there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from compliance.base import SEVERITIES, Copy, Field, Hit, Report
from compliance.engine import check
from compliance.rests import joins, tidy, units, whole

Way = Literal["without_words", "without_clause", "without_sentence", "fact"]

_GRAVE = ("block", "evidence")
#: The most rewrites of one hit that are offered.
MOST = 3
#: What ends a sentence, and what parts its clauses.
_SENTENCE = re.compile(r"[。！!？?\n]|(?<=\w)\. |\.$")
_CLAUSE = re.compile(r"[，,；;、。！!？?\n]|(?<=\w)\. |\.$")
_SPACES = re.compile(r"[ \t]{2,}")
#: A copy with fewer letters than this is none any more.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Another text for one field: how it was made, and what the gates say of the copy with it.

    `fact` is the product's fact that it states, "" for none.
    """

    way: Way
    field: int
    text: str
    verdict: str
    fact: str = ""

    @property
    def complete(self) -> bool:
        """Tell whether the copy may go out with it; else findings elsewhere still stand in the way."""
        return self.verdict not in _GRAVE


def rewrites(copy: Copy, report: Report, hit: Hit) -> list[Rewrite]:
    """Return up to `MOST` rewrites that do away with `hit` of `report` on `copy`, complete ones first.

    One that is not complete mends its own clause all the same: what the gates still find is elsewhere.
    There are none for a hit on the copy as a whole, and none where every rewrite is found fault with.
    """
    found = [one for one, here in _tried(copy, report, hit) if one.complete or not here]
    # A whole sentence goes only where less does not do.
    milder = [one for one in found if one.way != "without_sentence"]
    if len(milder) < len(found) and any(one.complete or not found[-1].complete for one in milder):
        found = milder
    return sorted(found, key=lambda one: not one.complete)[:MOST]


def _tried(copy: Copy, report: Report, hit: Hit) -> Iterator[tuple[Rewrite, bool]]:
    """Yield each rewrite that is better, the mildest change first, and if its clause is still at fault."""
    if hit.start == hit.end:
        return
    old = copy.fields[hit.field].text
    start, end = _between(_CLAUSE, old, hit.start, hit.end)
    seen = {old}
    for way, text, fact in _ways(copy, hit):
        if text in seen or sum(char.isalnum() for char in text) < _SHORTEST or not tidy(text, old):
            continue
        seen.add(text)
        fields = list(copy.fields)
        fields[hit.field] = Field(fields[hit.field].name, text)
        outcome = check(replace(copy, fields=tuple(fields), clearances=()))
        if _better(outcome, report, hit):
            stop = len(text) - len(old) + end
            here = way in ("without_words", "fact") and any(
                one.field == hit.field and one.start < stop and one.end > start
                for one in outcome.hits
                if one.severity in _GRAVE
            )
            yield Rewrite(way, hit.field, text, outcome.verdict, fact), here


def mended(copy: Copy, report: Report) -> tuple[Copy, Report]:
    """Return `copy` with rewrite upon rewrite until nothing in it blocks or asks for evidence.

    The gravest hit is rewritten first, each time by its mildest change. Where a hit has no rewrite the
    copy is returned as far as it could be mended, with what the gates say of it.
    """
    for _ in range(len(report.hits)):
        grave = [hit for hit in report.hits if hit.severity in _GRAVE]
        grave.sort(key=lambda hit: SEVERITIES.index(hit.severity))
        step = next((one for hit in grave for one, _here in _tried(copy, report, hit)), None)
        if step is None:
            break
        fields = list(copy.fields)
        fields[step.field] = Field(fields[step.field].name, step.text)
        copy = replace(copy, fields=tuple(fields), clearances=())
        report = check(copy)
    return copy, report


def _ways(copy: Copy, hit: Hit) -> Iterator[tuple[Way, str, str]]:
    text = copy.fields[hit.field].text
    start, end = _between(_CLAUSE, text, hit.start, hit.end)
    if joins(text[start : hit.start], text[hit.end : end]):
        yield "without_words", _joined(text[: hit.start], text[hit.end :]), ""
    for fact in _facts(copy):
        if fact not in text:
            yield "fact", text[:start] + fact + text[end:], fact
    first, last = _between(_SENTENCE, text, hit.start, hit.end)
    around = text[first:start], text[end:last]
    if units(" ".join(around)) and whole(_joined(*around).lstrip("，,；;、 ")):
        yield "without_clause", _without(text, start, end), ""
    # The sentence goes with the sign that ends it.
    yield "without_sentence", _joined(text[:first], text[last:].lstrip("。！!？?.")), ""


def _between(marks: re.Pattern[str], text: str, start: int, end: int) -> tuple[int, int]:
    """Return the clauses or sentences that text[start:end] lies in, without the signs around them."""
    begin, stop = 0, len(text)
    for mark in marks.finditer(text):
        if mark.end() <= start:
            begin = mark.end()
        elif mark.start() >= end:
            stop = mark.start()
            break
    while begin < start and text[begin].isspace():
        begin += 1
    return begin, stop


def _without(text: str, start: int, end: int) -> str:
    """Return `text` without the clause and the one sign that set it apart."""
    after = text[end : end + 1]
    if after and after not in "。！!？?.\n":
        return _joined(text[:start], text[end + 1 :])
    # The last clause of its sentence: the sign before it goes, the one that ends the sentence stays.
    return _joined(re.sub(r"[，,；;、]\s*$", "", text[:start]), text[end:])


def _joined(before: str, after: str) -> str:
    """Return the two with one space between them at most, none before a sign, a capital after a stop."""
    if before.endswith((" ", "\n")) or not before:
        after = after.lstrip(" ")
    if after.lstrip(" ")[:1] in tuple("，。！？；：、,.!?;:"):
        before, after = before.rstrip(" "), after.lstrip(" ")
    if not before.strip() or before.rstrip()[-1] in ".!?":
        after = after[:1].upper() + after[1:]
    return _SPACES.sub(" ", before + after).strip()


def _facts(copy: Copy) -> Iterator[str]:
    """Yield what the product's facts let the copy say, in the words of the facts."""
    for kind in ("specification", "ingredient", "feature"):
        for fact in copy.facts.get(kind, ()):
            if isinstance(fact, Mapping):
                yield _said(fact, copy.language)


def _said(fact: Mapping[str, Any], language: str) -> str:
    label, value = str(fact.get("label") or "").strip(), str(fact.get("value") or "").strip()
    if not label or label in value:
        return value
    return f"{label}{value}" if language == "zh" else f"{label} {value}"


def _better(outcome: Report, report: Report, hit: Hit) -> bool:
    """Tell whether `outcome` has no such hit in the field any more, and nothing that was not there."""
    before, after = _weights(report), _weights(outcome)
    if after.get((hit.rule, hit.field), 0) >= before.get((hit.rule, hit.field), 0):
        return False
    return all(weight <= before.get(key, 0) for key, weight in after.items())


def _weights(report: Report) -> dict[tuple[str, int], int]:
    """Return how much each rule finds in each field, graver hits counting more than any milder ones."""
    weights: dict[tuple[str, int], int] = {}
    for hit in report.hits:
        if hit.severity != "info":
            grave = len(SEVERITIES) - SEVERITIES.index(hit.severity)
            key = (hit.rule, hit.field)
            weights[key] = weights.get(key, 0) + 1000**grave
    return weights
