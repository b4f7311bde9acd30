"""How fast: verdicts a second beside spaCy's PhraseMatcher, and the cost of long texts."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from compliance.base import Copy, WordList
from compliance.bench.evading import blocked_terms
from compliance.bench.texts import (
    ADVERSARIAL,
    PRODUCTS,
    clean_ads,
    flagged_ads,
    long_text,
    product,
    pseudo_terms,
)
from compliance.engine import MAX_CHARACTERS, TEXT_CHECKS, check
from compliance.evaluation import POSITIVE

#: A text for which the next size would take longer than this is not tried at that size.
_PATIENCE = 60.0


def word_list(terms: Sequence[str]) -> WordList:
    """Return `terms` as an operator's list that blocks, as `Copy.lists` takes it."""
    return WordList(
        name="bench",
        version="1",
        digest=f"bench:{len(terms)}",
        terms=tuple(terms),
        severity="block",
        reason={"zh": "基准测试词", "en": "a word of the benchmark"},
        suggestion={"zh": "删去", "en": "remove it"},
    )


def copies(texts: Sequence[str], *lists: WordList) -> list[Copy]:
    """Return the texts as Chinese copy with a product's name, under `lists`."""
    return [
        Copy.of(text, language="zh", market="cn", product=product(at), lists=lists)
        for at, text in enumerate(texts)
    ]


def _positive(copy: Copy) -> bool:
    return check(copy, checks=TEXT_CHECKS).verdict in POSITIVE


def _always_blocked() -> list[str]:
    """Return the blocked terms that are flagged in ads for each of our products."""
    return [
        term
        for term in blocked_terms("zh")
        if all(
            _positive(Copy.of(f"，{term}，", product=product(at))) for at in range(len(PRODUCTS))
        )
    ]


def list_in_force(words: WordList) -> bool:
    """Tell whether the engine finds a word of the list: without that no speed with it counts."""
    text = f"，{words.terms[-1]}，"
    hits = check(Copy.of(text, lists=(words,)), checks=TEXT_CHECKS).hits
    return any(hit.severity == "block" and hit.text == words.terms[-1] for hit in hits)


def _seconds(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    started = time.perf_counter()
    for item in items:
        work(item)
    return time.perf_counter() - started


def _phrase_matcher(terms: Sequence[str]) -> Callable[[str], object]:
    """Return spaCy's character tokenizer plus PhraseMatcher over `terms`, as one function."""
    from spacy.matcher import PhraseMatcher

    from compliance.nlp import spacy  # imports spaCy without torch

    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "char"}}})
    matcher = PhraseMatcher(nlp.vocab)
    matcher.add("bench", list(map(nlp.make_doc, terms)))
    return lambda text: matcher(nlp.make_doc(text))


def speed(*, terms: int = 65_000, texts: int = 1_000, rounds: int = 9, seed: int = 0) -> Any:
    """Return verdicts a second on clean and on flagged ads, all packs and a list of `terms` loaded.

    Each of the `rounds` times spaCy's PhraseMatcher with the same list and the full verdict on the
    same `texts` ads of 110 characters, one after the other, in turns as to which goes first; the
    ratio is that of the pair. Every text is different, so no cache helps; every second flagged ad
    holds a term of a pack, the others one of the list. One thread.
    """
    ads = clean_ads(texts, seed=seed)
    listed = pseudo_terms(terms, unlike=ads, seed=seed)
    half = len(ads) // 2
    flagged = flagged_ads(ads[:half], _always_blocked(), seed=seed)
    flagged += flagged_ads(ads[half:], listed, seed=seed)
    matcher, ours = _phrase_matcher(listed), word_list(listed)
    result: dict[str, Any] = {
        "list_terms": len(listed),
        "list_in_force": list_in_force(ours),
        "characters": 110,
        "rounds": rounds,
    }
    for name, kind in (("clean", ads), ("flagged", flagged)):
        copied = copies(kind, ours)
        found = sum(_positive(copy) for copy in copied)  # and loads everything
        _seconds(matcher, kind)
        result[name] = {**_pairs(matcher, kind, copied, rounds), "positive": found / len(kind)}
    return result


def _pairs(
    matcher: Callable[[str], object], texts: Sequence[str], copied: Sequence[Copy], rounds: int
) -> dict[str, Any]:
    spacy_speed, gates_speed = [], []
    for turn in range(rounds):
        for first in (turn % 2 == 0, turn % 2 == 1):
            if first:
                spacy_speed.append(len(texts) / _seconds(matcher, texts))
            else:
                gates_speed.append(len(texts) / _seconds(_positive, copied))
    ratios = [ours / theirs for ours, theirs in zip(gates_speed, spacy_speed, strict=True)]
    return {
        "verdicts_per_second": round(statistics.median(gates_speed)),
        "spacy_per_second": round(statistics.median(spacy_speed)),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_low": round(min(ratios), 3),
        "ratio_high": round(max(ratios), 3),
        "texts": len(texts),
    }


def linearity(sizes: Sequence[int] = (10_000, 100_000, 1_000_000), *, seed: int = 0) -> Any:
    """Return the seconds for texts of these lengths, and how the cost a character grows.

    `growth` is seconds a character at the longest measured length over that at the shortest: 1 is
    linear, the ratio of the lengths is quadratic. A length that would take more than a minute, were
    the cost quadratic, is measured only if the cost a character has not doubled so far; else
    its seconds are None. Raises `ValueError` for a length that the engine refuses.
    """
    if max(sizes) > MAX_CHARACTERS:
        raise ValueError(f"at most {MAX_CHARACTERS} characters can be checked")
    ads = clean_ads(500, seed=seed)
    units = {
        "clean": "\n".join(ads),
        "flagged": "\n".join(flagged_ads(ads, blocked_terms("zh"), seed=seed)),
        **ADVERSARIAL,
    }
    _positive(Copy.of("".join(ads[:2])))
    return {name: _growth(unit, sorted(sizes)) for name, unit in units.items()}


def _growth(unit: str, sizes: Sequence[int]) -> dict[str, Any]:
    seconds: dict[int, float | None] = {}
    costs: list[float] = []
    for at, size in enumerate(sizes):
        if at and _too_slow(costs, sizes[at - 1], size):
            seconds[size] = None
            break
        text = long_text(unit, size)
        # Each time another text of the same kind: the last character keeps caches out.
        tries = [Copy.of(f"{text[:-1]}{end}") for end in ("甲乙丙" if at == 0 else "甲")]
        spent = min(_seconds(_positive, [copy]) for copy in tries)
        seconds[size] = round(spent, 4)
        costs.append(spent / size)
    return {"seconds": seconds, "growth": round(costs[-1] / costs[0], 2)}


def _too_slow(costs: Sequence[float], last: int, size: int) -> bool:
    worst = costs[-1] * last * (size / last) ** 2
    return worst > _PATIENCE and costs[-1] > 2 * costs[0]
