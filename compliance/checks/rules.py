"""The gate of the rule packs: what the law of the market says to each span."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from compliance.base import SEVERITIES, Copy, Hit, NotFlagged, PackRef
from compliance.evidence import substantiated
from compliance.matching import Lexicon, Sight, in_scope
from compliance.normalize import HAN, Normal, normalized
from compliance.packs import Pack, installed
from compliance.packs.schema import Law, Rule
from compliance.spans import Spans
from compliance.wordlists import Words

#: What tells that a normalised text holds words of a language. Three Latin letters: "5G" and "XL"
#: are no words.
_SCRIPTS = {"zh": re.compile(f"[{HAN}]"), "en": re.compile("[a-z]{3}")}


def active_packs(copy: Copy) -> tuple[Pack, ...]:
    """Return the packs in force for `copy`.

    A pack is in force in its markets, for its language, and wherever the text holds words of its
    language: words of the other language are no way round the law, nor are disguised ones. A pack of
    English alone has nothing to say of a text without English. Which law a rule stands in, and whether
    it holds at all, follows the market of the copy: see `Rule.law`.
    """
    texts = tuple([field.text for field in copy.fields])
    return _active(installed(), copy.market, _languages(texts, copy.language), copy.off)


@lru_cache(maxsize=2)  # the copy at hand, and the same one under another category
def _languages(texts: tuple[str, ...], said: str) -> frozenset[str]:
    """Return the languages of which `texts` hold words, and the one they are said to be in."""
    normals = normalized(texts)
    found = {said}
    for language, script in _SCRIPTS.items():
        if language != said and any(script.search(normal.bare) for normal in normals):
            found.add(language)
    return frozenset(found)


@lru_cache(maxsize=256)
def _active(
    packs: tuple[Pack, ...], market: str, languages: frozenset[str], off: frozenset[str]
) -> tuple[Pack, ...]:
    return tuple(
        pack
        for pack in packs
        if market in pack.holds_in
        and (
            languages & set(pack.meta.languages)
            or (market in pack.meta.markets and pack.meta.languages != ["en"])
        )
        and pack.meta.name not in off
    )


@lru_cache(maxsize=256)
def _refs(packs: tuple[Pack, ...]) -> tuple[PackRef, ...]:
    return tuple(pack.ref for pack in packs)


def refs(copy: Copy) -> tuple[PackRef, ...]:
    """Return what a report says of the packs it was made by."""
    return _refs(active_packs(copy))


def _normals(copy: Copy) -> tuple[Normal, ...]:
    return normalized(tuple([field.text for field in copy.fields]))


@dataclass(frozen=True, slots=True)
class _Required:
    """A rule that demands a text, and the automaton of the texts that would do."""

    pack: str
    rule: Rule
    texts: Words


class _Ready:
    """Some packs made ready: their automaton, and their rules that demand a text."""

    def __init__(self, packs: tuple[Pack, ...]) -> None:
        self.lexicon = Lexicon(packs)
        self._required = [
            _Required(pack.meta.name, rule, Words(rule.require))
            for pack in packs
            for rule in pack.rules
            if rule.kind == "required"
        ]
        self._asked: dict[tuple[str, str, str], list[_Required]] = {}

    def required(self, market: str, category: str, channel: str) -> list[_Required]:
        """Return the rules that demand a text of copy of that kind."""
        key = (market, category, channel)
        if key not in self._asked:
            self._asked[key] = [
                one
                for one in self._required
                if in_scope(one.rule, market=market, category=category, channel=channel)
            ]
        return self._asked[key]


@lru_cache(maxsize=16)  # a few sets by market and language, and as many again after a reload
def _ready(packs: tuple[Pack, ...]) -> _Ready:
    """Return `packs` made ready, once a process for each set of them."""
    return _Ready(packs)


class PackCheck:
    """Runs the active packs' rules over every field, and their required texts over the copy."""

    id = "packs"

    def hits(self, copy: Copy) -> Iterable[Hit | NotFlagged]:
        """Yield what the rules caught, and what they let go."""
        ready = _ready(active_packs(copy))
        normals = _normals(copy)
        for index, normal in enumerate(normals):
            sights = ready.lexicon.sights(
                normal, market=copy.market, category=copy.category, channel=copy.channel
            )
            if not sights:
                continue
            sights = [sight for sight in sights if _holds(sight.rule, copy)]
            for result in _outcome(index, normal.original, sights, copy.market):
                yield substantiated(result, copy) if isinstance(result, Hit) else result
        asked = ready.required(copy.market, copy.category, copy.channel)
        yield from _missing(copy, asked, normals)


def _holds(rule: Rule, copy: Copy) -> bool:
    """Tell whether `rule` is in force on the day of the copy, and not switched off for it."""
    return rule.in_force(copy.on) and rule.id not in copy.off


def _outcome(field: int, text: str, sights: list[Sight], market: str) -> Iterator[Hit | NotFlagged]:
    taken: dict[str, Spans] = defaultdict(Spans)
    hits = [s for s in sights if s.exempt is None or s.exempt.severity is not None]
    for sight in hits:
        taken[sight.rule.id].add(sight.start, sight.end)
    for sight in hits:
        if not any(taken[id].covers(sight.start, sight.end) for id in sight.rule.yields):
            yield hit_of(sight, field, text, market=market)
    for sight in sights:
        ground = sight.exempt
        if ground is None or ground.severity is not None:
            continue
        if any(spans.overlaps(sight.start, sight.end) for spans in taken.values()):
            continue
        yield NotFlagged(
            field=field,
            start=sight.start,
            end=sight.end,
            text=text[sight.start : sight.end],
            because=ground.because.model_dump(),
            rule=sight.rule.id,
        )


def hit_of(sight: Sight, field: int, text: str, *, market: str) -> Hit:
    """Return the sight as a finding on `text`, the value of field `field`, under `market`'s law.

    Raises `ValueError` for a rule that does not hold in `market`.
    """
    rule, ground = sight.rule, sight.exempt
    law = _law(rule, market)
    severity = rule.severity_under(law)
    if ground and ground.severity:
        severity = max(severity, ground.severity, key=SEVERITIES.index)
    reason = (law.reason or rule.reason).model_dump()
    if ground is not None:
        reason = {key: f"{said} {ground.because.model_dump()[key]}" for key, said in reason.items()}
    return Hit(
        rule=rule.id,
        severity=severity,
        field=field,
        start=sight.start,
        end=sight.end,
        text=text[sight.start : sight.end],
        reason=reason,
        suggestion=rule.suggestion.model_dump(),
        statute=law.statute,
        article=law.article,
        undone=sight.undone,
        pack=sight.pack,
        **_stakes(rule, law),
    )


def _stakes(rule: Rule, law: Law) -> dict[str, Any]:
    """Return what a finding of `rule` carries over from it for the person who has to clear it.

    Penalty and exemptions belong to the statute of the rule: they are no other market's law.
    """
    own = not rule.statute or law.statute == rule.statute
    return {
        "verified": law.verified,
        "absolute": rule.absolute,
        "supporting": rule.supporting,
        "penalty": law.penalty or (rule.penalty if own else ""),
        "evidence": tuple(rule.evidence),
        "exemptions": tuple(rule.exemptions) if own else (),
    }


def _law(rule: Rule, market: str) -> Law:
    law = rule.law(market)
    if law is None:
        raise ValueError(f"rule {rule.id} does not hold in market {market!r}")
    return law


def _missing(copy: Copy, asked: Sequence[_Required], normals: Sequence[Normal]) -> Iterator[Hit]:
    """Yield a hit for each text that is demanded and not there.

    Under a category that nobody gave it only warns: a line about a wheelchair may be no whole
    advertisement, nor the wheelchair a device for personal use, and a guess is no ground to block.
    """
    for one in asked:
        rule = one.rule
        if _holds(rule, copy) and not any(one.texts.find(normal) for normal in normals):
            law = _law(rule, copy.market)
            yield Hit(
                rule=rule.id,
                severity="warn" if copy.guessed else rule.severity_under(law),
                field=0,
                start=0,
                end=0,
                text="",
                reason=(law.reason or rule.reason).model_dump(),
                suggestion=rule.suggestion.model_dump(),
                statute=law.statute,
                article=law.article,
                pack=one.pack,
                **_stakes(rule, law),
            )
