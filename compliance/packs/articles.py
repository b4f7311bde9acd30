"""Which rules stand in which article of a market's law, as a table for people."""

import re
from collections import defaultdict
from collections.abc import Iterable

from compliance.packs.loader import Pack


def table(packs: Iterable[Pack], market: str) -> str:
    """Return a Markdown table of statute, article and rules for `market`, in the order of the law.

    A rule that cites several articles stands in each; "unread" marks one whose text was not compared
    with the original.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for pack in packs:
        for rule in pack.rules:
            if (law := rule.law(market)) is None:
                continue
            for article in re.split(r",\s*", law.article):
                found[law.statute, article].add(rule.id if law.verified else f"{rule.id} (unread)")
    lines = ["| Statute | Article | Rules |", "| --- | --- | --- |"]
    lines += [
        f"| {statute} | {article} | {_shortened(found[statute, article])} |"
        for statute, article in sorted(found, key=_order)
    ]
    return "\n".join(lines) + "\n"


def _order(key: tuple[str, str]) -> tuple[str, list[int], str]:
    statute, article = key
    return statute, [int(number) for number in re.findall(r"\d+", article)], article


def _shortened(ids: set[str]) -> str:
    """Return rule ids with what they have in common said once: pack.part: one, two."""
    groups: dict[str, list[str]] = defaultdict(list)
    for id in sorted(ids):
        head, _, last = id.rpartition(".")
        groups[head].append(last)
    return "; ".join(f"{head}: {', '.join(lasts)}" for head, lasts in groups.items())
