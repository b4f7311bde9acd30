"""Which strings a text must hold for a regular expression to match in it.

A regex is tried only on a text that holds one string of each set, which an automaton tells for
thousands of regexes in one pass. The method is that of RE2's FilteredRE2 and of R. Cox, "Regular
Expression Matching with a Trigram Index" (2012): sets of exact strings are joined while they stay
small, and become a requirement where they end.
"""

import re
import re._constants as op
import re._parser as parser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, prod
from typing import Any

from compliance import memo
from compliance.data import rarities

#: The most strings of a set that is joined with the next, and of one that is kept at all.
_JOINED = 64
_KEPT = 3000

Strings = frozenset[str]


@lru_cache(maxsize=64)
def parsed(regex: str) -> Any:
    """Return `regex` in its parts. Raises `re.error` for what is no regex, or can match nothing at all.

    To parse a regex costs half of what compiling it does, and most of the packs' are never asked for.
    """
    parts = parser.parse(regex, re.ASCII)
    if parts.getwidth()[0] == 0:
        raise re.error("can match the empty text")
    if "(?<" in regex:
        _fixed_look_behinds(parts)
    return parts


def _fixed_look_behinds(value: Any) -> None:
    """Raise `re.error` for what the parser lets through and the compiler would not."""
    if isinstance(value, tuple) and len(value) == 2 and value[0] in (op.ASSERT, op.ASSERT_NOT):
        direction, inside = value[1]
        least, most = inside.getwidth()
        if direction < 0 and least != most:
            raise re.error("look-behind requires fixed-width pattern")
    if isinstance(value, (tuple, list, parser.SubPattern)):
        for part in value:
            _fixed_look_behinds(part)


def _written(sets: tuple[Strings, ...]) -> list[list[str]]:
    return [sorted(one) for one in sets]


def _read(data: list[list[str]]) -> tuple[Strings, ...]:
    return tuple(frozenset(map(str, one)) for one in data)


@memo.kept("needs", _written, _read)
def needs(regex: str) -> tuple[Strings, ...]:
    """Return sets of strings, one of each of which is in every text that `regex` matches in.

    None at all when nothing can be said. Holds for a regex compiled with `re.ASCII` and without
    `re.IGNORECASE`. Raises `re.error` as `parsed` does.
    """
    found = _sequence(parsed(regex))
    sets = [*found.required, *_ended(found.exact)]
    return tuple(dict.fromkeys(_least(one) for one in sets if len(one) <= _KEPT))


def _least(strings: Strings) -> Strings:
    """Return `strings` without those that hold another of them: where they are, it is too."""
    kept: set[str] = set()
    for one in sorted(strings, key=len):
        size = len(one)
        if not any(one[at:end] in kept for at in range(size) for end in range(at + 1, size + 1)):
            kept.add(one)
    return frozenset(kept)


@lru_cache(maxsize=8192)
def cost(strings: Strings) -> float:
    """Return a guess at how often one of `strings` occurs in a text of 110 characters, 1 at the most.

    By the frequencies of words; a string that is no common word is taken for what its characters
    make by chance, a hundredfold, since nobody lists what is not said.
    """
    return min(1.0, sum(map(_often, strings)))


def _often(string: str) -> float:
    common = rarities()
    if string in common:
        return _TOKENS * exp(-common[string] / 4)
    if len(string) == 1:
        return 0.02 if string > "\u2e80" else 0.5
    if string.isascii():
        return 0.3 ** len(string)
    by_chance = prod(exp(-common.get(char, 36) / 4) for char in string)
    return float(min(_TOKENS * 100 * by_chance, 0.02))


#: The words of a text of 110 characters, about.
_TOKENS = 70


@dataclass(frozen=True, slots=True)
class _Found:
    """Of a part of a regex: all that it can match, if those are few, and what it requires."""

    exact: Strings | None
    required: tuple[Strings, ...] = ()


_NOTHING = _Found(frozenset({""}))
_ANYTHING = _Found(None)


def _sequence(parts: Any) -> _Found:
    """Return what a run of parts requires, joining neighbours that can be only a few strings."""
    required: list[Strings] = []
    run: Strings | None = frozenset({""})
    whole = True
    for part in parts:
        found = _part(*part)
        required.extend(found.required)
        if found.exact is None:
            required.extend(_ended(run))
            run, whole = frozenset({""}), False
            continue
        if run is None or len(run) * len(found.exact) > _JOINED:
            # Too many together: the longer of the two neighbours tells more alone.
            required.extend(_ended(run))
            run, whole = found.exact, False
            continue
        run = frozenset(a + b for a in run for b in found.exact)
    if whole:
        return _Found(run, tuple(required))
    return _Found(None, (*required, *_ended(run)))


def _ended(run: Strings | None) -> Iterator[Strings]:
    if run and "" not in run:
        yield run


def _part(code: Any, value: Any) -> _Found:
    if code is op.LITERAL:
        return _Found(frozenset({chr(value)}))
    if code is op.IN:
        return _Found(_chosen(value))
    if code is op.SUBPATTERN:
        return _sequence(value[-1])
    if code is op.BRANCH:
        return _branch([_sequence(one) for one in value[1]])
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _repeat(*value)
    if code is op.ATOMIC_GROUP:
        return _sequence(value)
    if code is op.ASSERT:
        # It takes up no place, so it is joined with nothing; but what it asks for is in the text.
        inside = _sequence(value[1])
        return _Found(_NOTHING.exact, (*inside.required, *_ended(inside.exact)))
    if code in (op.AT, op.ASSERT_NOT):
        return _NOTHING
    return _ANYTHING


def _chosen(options: Sequence[tuple[Any, Any]]) -> Strings | None:
    """Return the characters of a class, None if it takes in many or says which it does not."""
    chars: set[str] = set()
    for code, value in options:
        if code is op.LITERAL:
            chars.add(chr(value))
        elif code is op.RANGE and value[1] - value[0] < _JOINED:
            chars.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    return frozenset(chars) if len(chars) <= _JOINED else None


def _branch(found: list[_Found]) -> _Found:
    exact: Strings | None = None
    if all(one.exact is not None for one in found):
        exact = frozenset().union(*(one.exact for one in found if one.exact is not None))
        if len(exact) <= _KEPT:
            return _Found(exact)
    best = [_best(one) for one in found]
    if any(one is None for one in best):
        return _ANYTHING
    return _Found(None, (frozenset().union(*(one for one in best if one is not None)),))


def _best(found: _Found) -> Strings | None:
    """Return the one set of `found` that filters best."""
    sets = [*found.required, *_ended(found.exact)]
    return min(sets, key=cost, default=None)


def _repeat(least: int, most: int, inner: Any) -> _Found:
    found = _sequence(inner)
    if least == 0:
        if most == 1 and found.exact is not None:
            return _Found(found.exact | {""})
        return _ANYTHING
    if least == most == 1:
        return found
    return _Found(None, (*found.required, *_ended(found.exact)))
