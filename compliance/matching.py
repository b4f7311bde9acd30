"""Finding terms and patterns in text: one Aho-Corasick pass for all lexicons, regexes on demand.

The string core of the gates. It sees both projections of a `Normal` and answers in spans of the
original. Terms go through the same normaliser as the text; a term that begins or ends with a Latin
letter or digit must stand at a word boundary there.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from daachorse import CharwiseDoubleArrayAhoCorasick

from compliance.base import Localized
from compliance.normalize import Normal, normalize
from compliance.packs import Pack
from compliance.packs.schema import Exempt, Pattern, Rule, Text, Tokens
from compliance.spans import Spans

#: How far a context that exempts a hit may reach to either side of it, in code points.
REACH = 60

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
    """What a string of the automaton stands for: a term of a rule, or a trigger."""

    rule: Rule
    pack: str
    what: Pattern | Tokens | None = None


class Lexicon:
    """Every term and trigger of some packs in one automaton. Build once, use from any thread."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        entries: dict[str, list[_Entry]] = {}
        for pack in packs:
            for rule in pack.rules:
                for string, what in _strings(rule):
                    for key in keys(string):
                        entries.setdefault(key, []).append(_Entry(rule, pack.meta.name, what))
        self._entries = list(entries.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(entries)) if entries else None

    def sights(self, normal: Normal, *, market: str, category: str, channel: str) -> list[Sight]:
        """Return what the rules in scope caught in either projection, exemptions judged, merged."""

        def inside(rule: Rule) -> bool:
            return in_scope(rule, market=market, category=category, channel=channel)

        found: list[Sight] = []
        for entry, start, end in self._scan(normal.folded):
            if inside(entry.rule):
                undone = normal.undone(start, end)
                found.append(_sight(entry, normal.folded, (start, end), (start, end), undone))
        for text in _without_disguise(normal):
            for entry, start, end in self._scan(text):
                if inside(entry.rule):
                    span = normal.source(start, end)
                    undone = normal.undone_squeezed(start, end)
                    found.append(_sight(entry, text, (start, end), span, undone))
        return merged(found)

    def _scan(self, text: str) -> Iterator[tuple[_Entry, int, int]]:
        if self._automaton is None or not text:
            return
        fired: dict[int, _Entry] = {}
        for start, end, at in self._automaton.find_overlapping(text):
            for entry in self._entries[at]:
                if entry.what is not None:
                    fired[id(entry.what)] = entry
                elif at_boundary(text, start, end):
                    yield entry, start, end
        yield from _gated(list(fired.values()), text)


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


def _gated(fired: list[_Entry], text: str) -> Iterator[tuple[_Entry, int, int]]:
    """Yield the matches of the patterns whose trigger occurs in `text`."""
    tokens: list[tuple[_Entry, Tokens]] = []
    for entry in fired:
        if isinstance(entry.what, Tokens):
            tokens.append((entry, entry.what))
        elif entry.what is not None:
            for match in compiled(entry.what.regex).finditer(text):
                if match.end() > match.start():
                    yield entry, match.start(), match.end()
    if tokens:
        # spaCy costs half a second and 50 MB: imported only where a rule on tokens has its trigger.
        from compliance import nlp

        for index, start, end in nlp.token_spans([what for _, what in tokens], text):
            yield tokens[index][0], start, end


def _strings(rule: Rule) -> Iterator[tuple[str, Pattern | Tokens | None]]:
    yield from ((term, None) for term in rule.terms)
    gated: list[Pattern | Tokens] = [*rule.patterns, *rule.tokens]
    for pattern in gated:
        yield from ((trigger, pattern) for trigger in pattern.triggers)


def keys(term: str) -> set[str]:
    """Return the forms under which `term` is looked for: folded and squeezed, never empty."""
    normal = normalize(term.strip())
    return {key for key in (normal.folded, normal.squeezed) if key.strip()}


def at_boundary(text: str, start: int, end: int) -> bool:
    """Tell whether text[start:end] cuts through no Latin word or number."""
    return not (
        (start and _LATIN.match(text[start]) and _LATIN.match(text[start - 1]))
        or (end < len(text) and _LATIN.match(text[end - 1]) and _LATIN.match(text[end]))
    )


@lru_cache(maxsize=4096)
def compiled(regex: str) -> re.Pattern[str]:
    """Compile a rule's regex; its classes are ASCII, so \\b stands between Han and Latin."""
    return re.compile(regex, re.ASCII)


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
    for exempt in rule.exempt:
        for regex in exempt.regexes:
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


@dataclass(frozen=True, slots=True)
class Found:
    """A span of the original in which a listed word occurs, and the word."""

    term: str
    start: int
    end: int
    undone: tuple[str, ...]


class Words:
    """A list of plain words in an automaton of their own, such as a client's banned words."""

    def __init__(self, terms: Iterable[str]) -> None:
        entries: dict[str, str] = {}
        for term in terms:
            for key in keys(term):
                entries.setdefault(key, term)
        self._terms = list(entries.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(entries)) if entries else None

    def find(self, normal: Normal) -> list[Found]:
        """Return where the words occur, disguised or not; of overlapping finds the longest."""
        if self._automaton is None:
            return []
        found = [
            Found(self._terms[at], start, end, normal.undone(start, end))
            for start, end, at in self._automaton.find_overlapping(normal.folded)
            if at_boundary(normal.folded, start, end)
        ]
        if not normal.plain:
            found.extend(
                Found(
                    self._terms[at],
                    *normal.source(start, end),
                    normal.undone_squeezed(start, end),
                )
                for start, end, at in self._automaton.find_overlapping(normal.squeezed)
                if at_boundary(normal.squeezed, start, end)
            )
        found.sort(key=lambda one: (one.start - one.end, len(one.undone), one.start))
        taken = Spans()
        return sorted(
            (one for one in found if taken.add(one.start, one.end)), key=lambda one: one.start
        )


@lru_cache(maxsize=512)
def words(terms: tuple[str, ...]) -> Words:
    """Return the automaton of a word list, built once a list."""
    return Words(terms)
