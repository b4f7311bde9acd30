"""Measure the gates on labelled cases: what they find, what they flag wrongly, and with which law.

A case is positive when the report's verdict is `block` or `evidence`. The checker is told only the
text, its language, its market (zh: cn, en: uk) and the product's name; `category` (the kind of the
violation) and `basis` serve the report alone.

Character spans: over the violations that carry spans, the labelled characters are all places where
a span's text stands in the text (the label does not say which place is meant), the found ones are
those of the hits of severity `block` or `evidence`; both are unions, so nothing counts twice. True,
false and missed characters are added up over all these rows (micro), missed rows included. Spans
that do not stand in the text are counted apart, as `spans_not_in_text`.

Law: of the Chinese violations found whose `basis` names an article, the share where at least one
such hit names one of these articles; see `compliance.citations`.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from compliance.base import Copy, Hit, Report
from compliance.citations import agrees, cited
from compliance.intervals import bootstrap, f1, share
from compliance.jsonl import LineError, entry_of
from compliance.words import LANGUAGES, known

MARKET = {"zh": "cn", "en": "uk"}
POSITIVE = ("block", "evidence")
CONTEXT = "[context-dependent]"
Label = Literal["violation", "ok"]


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled text. `contextual`: the label hangs on facts that the text does not show."""

    id: str
    text: str
    lang: str
    label: Label
    category: str = ""
    product: str = ""
    basis: str = ""
    spans: tuple[str, ...] = ()
    contextual: bool = False

    def copy(self) -> Copy:
        """Return all that the checker may know of the case."""
        return Copy.of(
            self.text, language=self.lang, market=MARKET[self.lang], product=self.product
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case, the hits that make it positive, and whether a check failed on it."""

    case: Case
    hits: tuple[Hit, ...]
    failed: bool = False

    @property
    def flagged(self) -> bool:
        """Tell whether the verdict was `block` or `evidence`."""
        return bool(self.hits)


def case_of(line: bytes, at: int) -> Case:
    """Return the case on line `at` of a file. Raises `LineError` with the reason."""
    entry = entry_of(line)
    id = str(entry.get("id") or f"line {at}")
    try:
        lang = known("lang", entry.get("lang"), LANGUAGES)
        label = known("label", entry.get("label"), ("violation", "ok"))
    except ValueError as error:
        raise LineError(str(error), id) from error
    words = {key: entry.get(key) or "" for key in ("text", "category", "product", "basis")}
    for key, value in words.items():
        if not isinstance(value, str):
            raise LineError(f"{key} must be a string, not {type(value).__name__}", id)
    if not words["text"]:
        raise LineError("text is missing or empty", id)
    spans = entry.get("spans") or []
    if not isinstance(spans, list) or not all(isinstance(one, str) and one for one in spans):
        raise LineError("spans must be a list of strings that are not empty", id)
    contextual = CONTEXT in json.dumps(entry, ensure_ascii=False)
    return Case(id, lang=lang, label=label, spans=tuple(spans), contextual=contextual, **words)  # type: ignore[arg-type]


def cases(lines: Iterable[bytes], name: str) -> Iterator[Case | str]:
    """Yield the case of each line that is not blank, or what is wrong with it and where."""
    for at, line in enumerate(lines, 1):
        line = line.removeprefix(b"\xef\xbb\xbf") if at == 1 else line
        if not line.strip():
            continue
        try:
            yield case_of(line, at)
        except LineError as error:
            yield f"{name}, line {at}: {error}"


def judge(
    wanted: Sequence[Case], checker: Callable[[Copy], Report], dropped: Sequence[str] = ()
) -> tuple[list[Outcome], float]:
    """Check every case; return the outcomes and the seconds spent in the checker alone.

    `dropped` names packs, rules or the first parts of rule ids whose findings do not count.
    """
    outcomes, seconds = [], 0.0
    for case in wanted:
        copy = case.copy()
        started = time.perf_counter()
        report = checker(copy)
        seconds += time.perf_counter() - started
        hits = tuple(
            hit
            for hit in report.hits
            if hit.severity in POSITIVE and not any(names(hit, name) for name in dropped)
        )
        outcomes.append(Outcome(case, hits, any(hit.rule == "gate.error" for hit in report.hits)))
    return outcomes, seconds


def names(hit: Hit, name: str) -> bool:
    """Tell whether `name` is the hit's pack, its rule, or the rule's first parts."""
    return name == hit.pack or f"{hit.rule}.".startswith(f"{name}.")


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return all figures over `outcomes`, with their 95% intervals."""
    kinds = [(one.case.label == "violation", one.flagged) for one in outcomes]
    true, false = kinds.count((True, True)), kinds.count((False, True))
    missed, quiet = kinds.count((True, False)), kinds.count((False, False))

    def f1_of(drawn: Sequence[tuple[bool, bool]]) -> float | None:
        return f1(drawn.count((True, True)), drawn.count((False, True)), drawn.count((True, False)))

    return {
        "rows": len(outcomes),
        "recall": share(true, true + missed),
        "precision": share(true, true + false),
        "f1": bootstrap(kinds, f1_of),
        "ok_flagged": share(false, false + quiet),
        "characters": characters(outcomes),
        "law": law(outcomes),
        "failed_checks": sum(one.failed for one in outcomes),
    }


def report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the figures by language: of all rows, without the contextual ones, and of these."""
    result = {}
    for lang in LANGUAGES:
        ours = [one for one in outcomes if one.case.lang == lang]
        if not ours:
            continue
        result[lang] = {
            "all": figures(ours),
            "without_context_dependent": figures([o for o in ours if not o.case.contextual]),
            "context_dependent": figures([o for o in ours if o.case.contextual]),
            "by_category": by_category(ours),
            "by_rule": by_rule(ours),
        }
    return result


def _places(text: str, part: str) -> set[int]:
    found: set[int] = set()
    at = text.find(part)
    while at >= 0:
        found.update(range(at, at + len(part)))
        at = text.find(part, at + 1)
    return found


def characters(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Return precision, recall and F1 over characters; see the top of this module."""
    rows, strange = [], 0
    for one in outcomes:
        if one.case.label != "violation" or not one.case.spans:
            continue
        places = [_places(one.case.text, span) for span in one.case.spans]
        strange += sum(not place for place in places)
        wanted = set[int]().union(*places)
        found = set[int]().union(*(range(hit.start, hit.end) for hit in one.hits))
        rows.append((len(wanted & found), len(found - wanted), len(wanted - found)))

    def f1_of(drawn: Sequence[tuple[int, int, int]]) -> float | None:
        return f1(*(sum(row[at] for row in drawn) for at in range(3)))

    true, false, missed = (sum(row[at] for row in rows) for at in range(3))
    return {
        "f1": bootstrap(rows, f1_of),
        "precision": round(true / (true + false), 4) if true + false else None,
        "recall": round(true / (true + missed), 4) if true + missed else None,
        "rows": len(rows),
        "spans_not_in_text": strange,
    }


def law(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Return the share of found Chinese violations with the right statute and article."""
    right = total = 0
    for one in outcomes:
        expected = cited(one.case.basis) if one.case.lang == "zh" else []
        if one.case.label != "violation" or not one.flagged or not expected:
            continue
        total += 1
        right += right_law(one)
    return share(right, total)


def right_law(outcome: Outcome) -> bool:
    """Tell whether a hit of `outcome` names an article that the case names."""
    expected = cited(outcome.case.basis)
    return any(agrees(hit.statute, hit.article, one) for hit in outcome.hits for one in expected)


def by_category(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return for each kind of case how many violations were found and ok rows flagged."""
    result = {}
    for category in sorted({one.case.category for one in outcomes}):
        ours = [one for one in outcomes if one.case.category == category]
        bad = [one for one in ours if one.case.label == "violation"]
        good = [one for one in ours if one.case.label == "ok"]
        result[category or "-"] = {
            "recall": share(sum(one.flagged for one in bad), len(bad)),
            "ok_flagged": share(sum(one.flagged for one in good), len(good)),
            "law": law(ours),
        }
    return result


def by_rule(outcomes: Sequence[Outcome]) -> Mapping[str, Any]:
    """Return for each rule that fired its precision in rows, and the rows that it alone found."""
    fired: dict[str, list[tuple[bool, bool]]] = {}
    for one in outcomes:
        rules = {hit.rule for hit in one.hits}
        for rule in rules:
            row = (one.case.label == "violation", len(rules) == 1)
            fired.setdefault(rule, []).append(row)
    return {
        rule: {
            "precision": share(sum(true for true, _ in rows), len(rows)),
            "alone_true": rows.count((True, True)),
            "alone_false": rows.count((False, True)),
        }
        for rule, rows in sorted(fired.items())
    }
