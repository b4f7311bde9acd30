"""How many blocked terms are still found in disguise, and how much ordinary copy is flagged."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compliance.base import Copy
from compliance.bench.texts import CARRIERS
from compliance.engine import TEXT_CHECKS, check
from compliance.evaluation import MARKET, POSITIVE
from compliance.evasions import EVASIONS
from compliance.intervals import share
from compliance.jsonl import language_of
from compliance.packs import Pack, installed

_HAN = re.compile(r"[\u3400-\u9fff]")


def blocked_terms(language: str, packs: Sequence[Pack] | None = None) -> list[str]:
    """Return the plain terms of all rules that block in the language's market, whatever is sold.

    Rules that hold only for some categories or channels are left out. Sorted, without repeats.
    """
    market, found = MARKET[language], set()
    for pack in installed() if packs is None else packs:
        for rule in pack.rules:
            anywhere = rule.categories.holds("") and not rule.categories.only
            anywhere = anywhere and rule.channels.holds("") and not rule.channels.only
            inside = market in pack.meta.markets and rule.law(market) is not None
            if rule.severity == "block" and anywhere and inside:
                found.update(rule.terms)
    return sorted(term for term in found if bool(_HAN.search(term)) == (language == "zh"))


def seen(text: str, start: int, end: int, language: str) -> bool:
    """Tell whether the gates flag anything, `block` or `evidence`, that overlaps the span."""
    copy = Copy.of(text, language=language, market=MARKET[language])
    return any(
        hit.severity in POSITIVE and hit.start < end and start < hit.end
        for hit in check(copy, checks=TEXT_CHECKS).hits
    )


def _in(carrier: str, term: str, language: str) -> bool:
    at = carrier.index("{}")
    return seen(carrier.replace("{}", term), at, at + len(term), language)


def evasion_recall(sizes: Mapping[str, int], *, seed: int = 0, misses: int = 5) -> dict[str, Any]:
    """Return by language and evasion the share found of terms x carriers; `sizes` says how many terms.

    `plain` is the share without any disguise. Only what is found plain is tried in disguise: the
    rest is no blocked term there, because an exemption or another rule covers it. Some of the
    missed are named, up to `misses` an evasion.
    """
    result: dict[str, Any] = {}
    for language, size in sizes.items():
        terms = blocked_terms(language)
        draw = random.Random(seed)
        terms = sorted(draw.sample(terms, min(size, len(terms))))
        pairs = [(term, carrier) for term in terms for carrier in CARRIERS[language]]
        plain = [pair for pair in pairs if _in(pair[1], pair[0], language)]
        evasions: dict[str, Any] = {}
        for name in EVASIONS:
            outcome = _tried(name, plain, language, seed)
            if not outcome:
                continue
            found = sum(hit for _, hit in outcome)
            lost = list(dict.fromkeys(text for text, hit in outcome if not hit))
            evasions[name] = {**share(found, len(outcome)), "missed": lost[:misses]}
        result[language] = {
            "terms": len(terms),
            "carriers": len(CARRIERS[language]),
            "plain": share(len(plain), len(pairs)),
            "all_but_homophones": _sum(evasions, "homophones"),
            "evasions": evasions,
        }
    return result


def _sum(evasions: Mapping[str, Any], but: str) -> dict[str, Any]:
    counted = [figure for name, figure in evasions.items() if name != but]
    return share(sum(one["hits"] for one in counted), sum(one["of"] for one in counted))


def _tried(
    name: str, pairs: Iterable[tuple[str, str]], language: str, seed: int
) -> list[tuple[str, bool]]:
    """Return the disguised term of each pair to which the evasion applies, and whether it was found."""
    outcome = []
    for term, carrier in pairs:
        draw = random.Random(f"{seed} {name} {term} {carrier}")
        disguised = EVASIONS[name](term, draw)
        if disguised is not None:
            outcome.append((disguised, _in(carrier, disguised, language)))
    return outcome


def ordinary(texts: Sequence[str], *, shown: int = 10) -> dict[str, Any]:
    """Return the share of ordinary texts flagged `block` or `evidence`, the rules, some examples.

    The language of each text is told from its script.
    """
    rules: dict[str, int] = {}
    flagged = []
    for text in texts:
        language = language_of(text)
        copy = Copy.of(text, language=language, market=MARKET[language])
        hits = [hit for hit in check(copy, checks=TEXT_CHECKS).hits if hit.severity in POSITIVE]
        for rule in {hit.rule for hit in hits}:
            rules[rule] = rules.get(rule, 0) + 1
        if hits:
            flagged.append({"rule": hits[0].rule, "span": hits[0].text, "text": text})
    by_count = dict(sorted(rules.items(), key=lambda item: (-item[1], item[0])))
    return {
        "flagged": share(len(flagged), len(texts)),
        "rules": by_count,
        "examples": flagged[:shown],
    }
