"""The gate of the rule packs: what the law of the market says to each span."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compliance.base import Copy, Hit, NotFlagged
from compliance.evidence import substantiated
from compliance.matching import Lexicon, Sight, in_scope, words
from compliance.normalize import HAN, Normal, normalized
from compliance.packs import Pack, installed
from compliance.packs.schema import Law, Rule
from compliance.spans import Spans

#: What tells that a normalised text holds words of a language. Three Latin letters: "5G" and "XL"
#: are no words.
_SCRIPTS = {"zh": re.compile(f"[{HAN}]"), "en": re.compile("[a-z]{3}")}


def active_packs(copy: Copy) -> tuple[Pack, ...]:
    """Return the packs in force for `copy`.

    A pack is in force in its markets, for its language, and wherever the text holds words of its
    language: words of the other language are no way round the law, nor are disguised ones. Which law
    a rule stands in, and whether it holds at all, follows the market of the copy: see `Rule.law`.
    """
    languages = {copy.language}
    for language, script in _SCRIPTS.items():
        if any(script.search(normal.bare) for normal in _normals(copy)):
            languages.add(language)
    return tuple(
        pack
        for pack in installed()
        if copy.market in pack.meta.markets or languages & set(pack.meta.languages)
    )


def _normals(copy: Copy) -> tuple[Normal, ...]:
    return normalized(tuple(field.text for field in copy.fields))


@dataclass(frozen=True, slots=True)
class _Ready:
    """Some packs made ready: their automaton, and their rules that demand a text."""

    lexicon: Lexicon
    required: tuple[tuple[Pack, Rule], ...]


_READY: dict[tuple[str, ...], _Ready] = {}


def _ready(packs: tuple[Pack, ...]) -> _Ready:
    """Return `packs` made ready, once a process for each set of digests."""
    key = tuple(pack.digest for pack in packs)
    if key not in _READY:
        required = [(p, rule) for p in packs for rule in p.rules if rule.kind == "required"]
        _READY[key] = _Ready(Lexicon(packs), tuple(required))
    return _READY[key]


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
            for result in _outcome(index, normal.original, sights, copy.market):
                yield substantiated(result, copy) if isinstance(result, Hit) else result
        yield from _required(copy, ready.required, normals)


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
    severity = ground.severity if ground and ground.severity else rule.severity
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
    )


def _law(rule: Rule, market: str) -> Law:
    law = rule.law(market)
    if law is None:
        raise ValueError(f"rule {rule.id} does not hold in market {market!r}")
    return law


def _required(
    copy: Copy, required: tuple[tuple[Pack, Rule], ...], normals: Sequence[Normal]
) -> Iterator[Hit]:
    for pack, rule in required:
        asked = in_scope(rule, market=copy.market, category=copy.category, channel=copy.channel)
        if asked and not _said(rule, normals):
            law = _law(rule, copy.market)
            yield Hit(
                rule=rule.id,
                severity=rule.severity,
                field=0,
                start=0,
                end=0,
                text="",
                reason=(law.reason or rule.reason).model_dump(),
                suggestion=rule.suggestion.model_dump(),
                statute=law.statute,
                article=law.article,
                pack=pack.meta.name,
            )


def _said(rule: Rule, normals: Sequence[Normal]) -> bool:
    wanted = words(tuple(rule.require))
    return any(wanted.find(normal) for normal in normals)
