"""What a paper says of a claim: the same figures, the same thing ranked, and that it is so."""

import re
from collections.abc import Mapping
from typing import Any

from compliance import reach
from compliance.base import Copy, Hit, Localized
from compliance.figures import figures
from compliance.normalize import normalize

# The full stop of "U.K." ends no sentence.
SENTENCE = re.compile(r"[。！？!?；;\n\r]|(?<![A-Z])\.(?=\s|$)")
CLAUSE = re.compile(r"[。！？!?；;\n\r，、]|(?<![A-Z])[.,](?=\s|$)|,(?!\d)")


def around(text: str, start: int, end: int, stop: re.Pattern[str]) -> str:
    """Return text[start:end] with what stands around it, up to the nearest `stop`."""
    begin = 0
    for match in stop.finditer(text, 0, start):
        begin = match.end()
    after = stop.search(text, max(start, end - 1))
    return text[begin : after.start() if after else len(text)]


def claim_of(one: Mapping[str, Any]) -> str:
    """Return what the substantiation `one` proves, in its own words."""
    return text_of(one, "text") or text_of(one, "claim")


def text_of(one: Mapping[str, Any], *names: str) -> str:
    """Return the texts of `one` under `names`, those there are."""
    return " ".join(value for name in names if isinstance(value := one.get(name), str)).strip()


def other_figure(clause: str, one: Mapping[str, Any]) -> list[Localized]:
    """Return the first figure of the clause that is not in the paper; periods are `_other_time`'s."""
    proved = {figure for figure, _start, _end in figures(claim_of(one))}
    for figure, start, end in figures(clause):
        if figure not in proved and figure[0] != "lasting":
            said = clause[start:end].strip()
            return [gap(f"其中没有“{said}”这一数字", f"the figure “{said}” is not in it")]
    return []


def denied(hit: Hit, copy: Copy, one: Mapping[str, Any]) -> list[Localized]:
    """Return a gap if the paper says of the words of the hit what the copy does not: that not."""
    text = copy.fields[hit.field].text
    here = reach.negated(_before(text, hit.start)[-3:])
    paper, said = normalize(claim_of(one)), normalize(hit.text).squeezed
    at = paper.squeezed.find(said)
    while at >= 0:  # everywhere: what a paper says here and denies there is a doubt
        start, end = paper.source(at, at + len(said))
        after = paper.original[end : end + 60]
        if here and not reach.negated(_before(paper.original, start), after):
            return [gap("文案说的是否定句，它不是", "the copy says that it is not so, it does not")]
        if not here and reach.negated(_before(paper.original, start), after):
            return [gap("它说的是“没有”“未发现”一类", "it says that it is not so")]
        at = paper.squeezed.find(said, at + len(said))
    return []


def _before(text: str, at: int) -> str:
    """Return what stands before text[at:] in its clause, 60 characters at most."""
    near = text[max(0, at - 60) : at]
    return near[max((match.end() for match in CLAUSE.finditer(near)), default=0) :]


def other_rank(clause: str, one: Mapping[str, Any]) -> list[Localized]:
    """Return what the clause ranks and the paper does not: 销量第一 is not 口碑第一."""
    shown = reach.ranked(claim_of(one))
    others = text_of(one, "title", "industry", "method", "sample").lower()
    vague = set(shown) <= {""}
    for noun in reach.ranked(clause):
        told = noun in shown or (vague and noun and noun in others)
        if not told and (noun or not vague):
            what = "、".join(filter(None, shown)) or "–"
            return [
                gap(f"排名的是“{what}”，而文案说的是“{noun or '–'}”",
                     f"it ranks “{what}”; the copy ranks “{noun or '–'}”")
            ]  # fmt: skip
    return []


def gap(zh: str, en: str) -> Localized:
    """Return what is missing, in both languages."""
    return {"zh": zh, "en": en}
