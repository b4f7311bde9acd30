"""Finding terms and patterns in text: one Aho-Corasick pass for all lexicons, regexes on demand.

The string core of the gates. It sees both projections of a `Normal` and answers in spans of the
original. Terms go through the same normaliser as the text; a term that begins or ends with a Latin
letter or digit must stand at a word boundary there.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from daachorse import CharwiseDoubleArrayAhoCorasick

from compliance import memo
from compliance.base import Localized
from compliance.disguise import Disguises
from compliance.folding import bare
from compliance.normalize import Normal, keys
from compliance.packs import Pack
from compliance.packs.schema import Exempt, Pattern, Rule, Text, Tokens
from compliance.prefilter import possible, tries
from compliance.restoring import Restored, named
from compliance.scanning import compiled, spans
from compliance.spans import Spans
from compliance.vocabulary import vocabulary

#: From a span of a projection to the original: the span there, and what was undone on the way.
Back = Callable[[int, int], tuple[tuple[int, int], tuple[str, ...]]]

#: How far before that reach a regex of a context may look back: more than any does.
_LOOKED_BACK = 40

#: How far a context that exempts a hit may reach to either side of it, in code points.
REACH = 60

#: For how many kinds of copy a lexicon keeps what is in scope, some 200 kB each.
_SCOPES = 48

_LATIN = re.compile(r"[0-9a-z\u00df-\u024f]")


@dataclass(frozen=True, slots=True)
class Sight:
    """A span of the original that a rule caught; `exempt` is the ground that lets it go."""

    rule: Rule
    pack: str
    start: int
    end: int
    undone: tuple[str, ...] = ()
    exempt: Exempt | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a string of the automaton stands for: a term of a rule, or what calls for a pattern.

    `also` is what must be in the text too, or the pattern is not tried: see `prefilter.Try`.
    """

    rule: Rule
    pack: str
    what: Pattern | Tokens | None = None
    also: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = ()


class Lexicon:
    """Every term and trigger of some packs in one automaton. Build once, use from any thread."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        entries: dict[str, list[_Entry]] = {}
        for pack in packs:
            for rule in pack.rules:
                for entry, strings in _entries(rule, pack.meta.name):
                    for string in strings:
                        entries.setdefault(string, []).append(entry)
        self._disguises = Disguises(vocabulary(packs))
        self._entries = list(entries.values())
        self._scopes: dict[tuple[str, str, str], list[list[_Entry]]] = {}
        memo.write_down()  # all that there is to find out about these packs was found out now
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(entries)) if entries else None

    def sights(self, normal: Normal, *, market: str, category: str, channel: str) -> list[Sight]:
        """Return what the rules in scope caught in either projection, exemptions judged, merged."""
        entries = self._in_scope(market, category, channel)
        found: list[Sight] = []
        for entry, start, end in self._scan(normal.folded, entries):
            span = (start, end)
            found.append(_sight(entry, normal.folded, span, span, normal.undone(start, end)))
        for text in _without_disguise(normal):
            for entry, start, end in self._scan(text, entries):
                span, undone = normal.source(start, end), normal.undone_squeezed(start, end)
                found.append(_sight(entry, text, (start, end), span, undone))
        for view, back in self._restored(normal):
            for entry, start, end in self._scan(view.text, entries):
                # What stands outside the edits was seen without them.
                if tricks := view.undone(start, end):
                    low, high = view.source(start, end)
                    span, more = back(low, high)
                    if "homophones" in tricks and "spaces" in more:
                        continue  # 挂钟 极简: the words on two sides of a blank are two
                    undone = named((*tricks, *more))
                    found.append(_sight(entry, view.text, (start, end), span, undone))
        return merged(found)

    def _in_scope(self, market: str, category: str, channel: str) -> list[list[_Entry]]:
        """Return for each string of the automaton what it stands for in copy of that kind."""
        key = (market, category, channel)
        found = self._scopes.get(key)
        if found is None:
            rules = {id(entry.rule): entry.rule for slot in self._entries for entry in slot}
            inside = {
                id for id, rule in rules.items()
                if in_scope(rule, market=market, category=category, channel=channel)
            }  # fmt: skip
            found = [[one for one in slot if id(one.rule) in inside] for slot in self._entries]
            if len(self._scopes) >= _SCOPES:  # an agency's few kinds of copy stay; the rest is rare
                self._scopes.clear()
            self._scopes[key] = found
        return found

    def _restored(self, normal: Normal) -> Iterator[tuple[Restored, Back]]:
        """Yield the text with the terms in disguise put in place, and the way to the original."""
        if edits := self._disguises.edits(normal.bare, foreign=normal.bare != normal.squeezed):
            yield (
                Restored(normal.bare, edits),
                lambda low, high: (normal.source(low, high), normal.undone_squeezed(low, high)),
            )
        if normal.plain:
            return
        folded = bare(normal.folded)
        if edits := self._disguises.signs(folded):
            yield (
                Restored(folded, edits),
                lambda low, high: ((low, high), normal.undone(low, high)),
            )

    def _scan(
        self, text: str, entries: Sequence[Sequence[_Entry]]
    ) -> Iterator[tuple[_Entry, int, int]]:
        if self._automaton is None or not text:
            return
        fired: dict[int, _Entry] = {}
        for start, end, at in self._automaton.find_overlapping(text):
            for entry in entries[at]:
                if entry.what is not None:
                    fired[id(entry)] = entry
                elif at_boundary(text, start, end):
                    yield entry, start, end
        if fired:
            yield from _gated(fired.values(), text)


def _without_disguise(normal: Normal) -> Iterator[str]:
    """Yield the squeezed text, with and without accents, as far as they add to the folded one."""
    if not normal.plain:
        yield normal.squeezed
    if normal.bare != normal.squeezed:
        yield normal.bare


def in_scope(rule: Rule, *, market: str, category: str, channel: str) -> bool:
    """Tell whether `rule` holds for copy of that market, category and channel."""
    return (
        rule.categories.holds(category)
        and rule.channels.holds(channel)
        and rule.law(market) is not None
    )


def _gated(fired: Iterable[_Entry], text: str) -> Iterator[tuple[_Entry, int, int]]:
    """Yield the matches of the patterns whose trigger occurs in `text`."""
    tokens: list[tuple[_Entry, Tokens]] = []
    tried: set[int] = set()  # a pattern may be called for in several ways
    seen: dict[str, list[tuple[int, int]]] = {}  # rules that are like each other share a regex
    chars = set(text)
    for entry in fired:
        for singles, strings in entry.also:  # each in turn must be there, or it cannot match
            if chars.isdisjoint(singles):
                for string in strings:
                    if string in text:
                        break
                else:
                    break
        else:
            what = entry.what
            if isinstance(what, Tokens):
                tokens.append((entry, what))
            elif what is not None and id(what) not in tried:
                tried.add(id(what))
                if what.regex not in seen:
                    seen[what.regex] = list(spans(what.regex, text))
                for start, end in seen[what.regex]:
                    yield entry, start, end
    if tokens:
        # spaCy costs half a second and 50 MB: imported only where a rule on tokens has its trigger.
        from compliance import nlp

        for index, start, end in nlp.token_spans([what for _, what in tokens], text):
            yield tokens[index][0], start, end


def _entries(rule: Rule, pack: str) -> Iterator[tuple[_Entry, Collection[str]]]:
    """Yield what the automaton looks for on behalf of `rule`, each with its strings."""
    for term in rule.terms:
        yield _Entry(rule, pack), keys(term)
    for tokens in rule.tokens:
        yield _Entry(rule, pack, tokens), {key for one in tokens.triggers for key in keys(one)}
    for pattern in rule.patterns:
        for one in tries(pattern.regex, *pattern.triggers):
            yield _Entry(rule, pack, pattern, one.also), one.strings


def at_boundary(text: str, start: int, end: int) -> bool:
    """Tell whether text[start:end] cuts through no Latin word or number."""
    return not (
        (start and _LATIN.match(text[start]) and _LATIN.match(text[start - 1]))
        or (end < len(text) and _LATIN.match(text[end - 1]) and _LATIN.match(text[end]))
    )


def _sight(
    entry: _Entry,
    text: str,
    at: tuple[int, int],
    span: tuple[int, int],
    undone: tuple[str, ...],
) -> Sight:
    exempt = _allowed(entry.rule, text, *at) or _exempted(entry.rule, text, *at)
    return Sight(entry.rule, entry.pack, *span, undone, exempt)


_ALLOWED: Localized = {
    "zh": "属于常用词“{phrase}”，不是该规则所指的用语",
    "en": "part of the ordinary phrase “{phrase}”, not what the rule is about",
}


def _allowed(rule: Rule, text: str, start: int, end: int) -> Exempt | None:
    """Return the ground for letting go when a phrase that the rule allows covers the hit."""
    for phrase in rule.allow:
        size = len(phrase)
        if size < end - start:
            continue
        at = text.find(phrase, max(0, end - size), start + size)
        if at >= 0:
            because = {language: said.format(phrase=phrase) for language, said in _ALLOWED.items()}
            return Exempt.model_construct(
                code="phrase", regexes=[], severity=None, because=Text(**because)
            )
    return None


def _exempted(rule: Rule, text: str, start: int, end: int) -> Exempt | None:
    """Return the first exemption whose context covers the hit itself."""
    low, high = max(0, start - REACH), min(len(text), end + REACH)
    around = text[max(0, low - _LOOKED_BACK) : high]
    for exempt in rule.exempt:
        for regex in exempt.regexes:
            if not possible(regex, around):
                continue
            for match in compiled(regex).finditer(text, low, high):
                if match.start() <= start and end <= match.end():
                    return exempt
    return None


def merged(sights: Iterable[Sight]) -> list[Sight]:
    """Keep of overlapping sights of one rule the longest; of equal ones the least disguised.

    A sight that is let go never swallows one that is not.
    """
    order = sorted(
        sights,
        key=lambda s: (s.exempt is not None, s.start - s.end, len(s.undone), s.start),
    )
    taken: dict[str, Spans] = defaultdict(Spans)
    return [sight for sight in order if taken[sight.rule.id].add(sight.start, sight.end)]
