"""Which strings a text must hold for a regular expression to match in it.

A regex is tried only on a text that holds one string of each set, which an automaton tells for
thousands of regexes in one pass. The method is that of RE2's FilteredRE2 and of R. Cox, "Regular
Expression Matching with a Trigram Index" (2012): sets of exact strings are joined while they stay
small, and become a requirement where they end.
"""

import re._constants as op
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, prod
from typing import Any, NamedTuple

from compliance import memo
from compliance.data import rarities
from compliance.normalize import keys
from compliance.regexes import characters, parsed

#: The most strings of a set that is joined with the next, and of one that is kept at all.
_JOINED = 64
_KEPT = 3000

Strings = frozenset[str]


class Try(NamedTuple):
    """When a regex is tried: one of `strings` is in the text, and of each pair in `also` something is.

    A pair is single characters, asked of the set of those in the text, and longer strings.
    """

    strings: tuple[str, ...]
    also: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = ()


def _written(tries: tuple[Try, ...]) -> list[Any]:
    return [
        [one.strings, [["".join(sorted(chars)), more] for chars, more in one.also]] for one in tries
    ]


def _read(data: list[Any]) -> tuple[Try, ...]:
    return tuple(
        Try(tuple(strings), tuple((frozenset(chars), tuple(more)) for chars, more in also))
        for strings, also in data
    )


#: A set of strings is looked for beside what called for the pattern if it has at most so many of more
#: than one character, and if a text often enough has none of them.
_LOOKED_FOR = 12
_OFTEN = 0.8


@memo.kept("tries", _written, _read)
def tries(regex: str, *triggers: str) -> tuple[Try, ...]:
    """Return when to try `regex`, whose author says that one of `triggers` is always there.

    One for each way in which it can match, without strings where nothing can be said of it.
    """
    said = frozenset(key for trigger in triggers for key in keys(trigger))
    found = []
    for sets in ways(regex):
        ordered = sorted({*sets, said} - {frozenset()}, key=cost)
        also = tuple(_apart(one) for one in ordered[1:] if _telling(one))
        found.append(Try(tuple(sorted(ordered[0])), also) if ordered else Try(()))
    return tuple(dict.fromkeys(found))


def possible(regex: str, text: str) -> bool:
    """Tell whether `regex` may match in `text`, going by strings alone."""
    return any(
        not one.strings or any(string in text for string in one.strings) for one in tries(regex)
    )


def _apart(strings: Strings) -> tuple[frozenset[str], tuple[str, ...]]:
    return (
        frozenset(one for one in strings if len(one) == 1),
        tuple(sorted((one for one in strings if len(one) > 1), key=lambda one: (len(one), one))),
    )


def _telling(strings: Strings) -> bool:
    return sum(len(one) > 1 for one in strings) <= _LOOKED_FOR and cost(strings) < _OFTEN


def ways(regex: str) -> tuple[tuple[Strings, ...], ...]:
    """Return the ways in which `regex` can match: sets, one string of each of which is in the text.

    An empty way is one of which nothing can be said. Holds for a regex compiled with `re.ASCII` and
    without `re.IGNORECASE`. Raises `re.error` as `parsed` does.
    """
    found = []
    for parts in _alternatives(parsed(regex)):
        whole = _run(parts)
        sets = [*whole.required, *_ended(whole.exact)]
        found.append(tuple(dict.fromkeys(_least(one) for one in sets if len(one) <= _KEPT)))
    return tuple(found)


def _alternatives(parts: Any) -> list[list["_Found"]]:
    """Return `parts` once for each alternative of the first choice that is more than a word list."""
    parts = list(parts)
    while len(parts) == 1 and parts[0][0] is op.SUBPATTERN:
        parts = list(parts[0][1][-1])
    for at, (code, value) in enumerate(parts):
        if code is op.SUBPATTERN and len(value[-1]) == 1:
            code, value = value[-1][0]
        if code is op.BRANCH:
            choices = [[_part(*part) for part in one] for one in value[1]]
            if any(_run(one).exact is None for one in choices):
                before, after = (
                    [_part(*one) for one in some] for some in (parts[:at], parts[at + 1 :])
                )
                return [[*before, *one, *after] for one in choices]
    return [[_part(*part) for part in parts]]


def _least(strings: Strings) -> Strings:
    """Return `strings` without those that hold another of them: where they are, it is too."""
    sizes = sorted({len(one) for one in strings})
    kept: set[str] = set()
    for one in sorted(strings, key=len):
        size = len(one)
        if not any(
            one[at : at + part] in kept
            for part in sizes
            if part < size
            for at in range(size - part + 1)
        ):
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
    """Of a part of a regex: all that it can match, if those are few, and what it requires.

    `edge` is with what a part of which one is not known begins, and with what it ends.
    """

    exact: Strings | None
    required: tuple[Strings, ...] = ()
    edge: Strings | None = None


_NOTHING = _Found(frozenset({""}))
_ANYTHING = _Found(None)


def _sequence(parts: Any) -> _Found:
    return _run([_part(*part) for part in parts])


def _run(parts: Iterable[_Found]) -> _Found:
    """Return what a run of parts requires, joining neighbours that can be only a few strings."""
    required: list[Strings] = []
    run: Strings | None = frozenset({""})
    whole = True
    for found in parts:
        required.extend(found.required)
        if found.exact is None:
            run, whole = _joined(run, found.edge, required), False
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


def _joined(run: Strings | None, edge: Strings | None, required: list[Strings]) -> Strings:
    """End `run` with the beginning of what repeats, `edge`; return what the next part is joined to."""
    if edge is None or run is None or len(run) * len(edge) > _JOINED:
        required.extend(_ended(run))
    elif "" not in run:
        required.append(frozenset(a + b for a in run for b in edge))
    return frozenset({""}) if edge is None else edge


def _ended(run: Strings | None) -> Iterator[Strings]:
    if run and "" not in run:
        yield run


def _part(code: Any, value: Any) -> _Found:
    if code is op.LITERAL:
        return _Found(frozenset({chr(value)}))
    if code is op.IN:
        return _Found(_few(value))
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


def _few(options: Sequence[tuple[Any, Any]]) -> Strings | None:
    chars = characters(options)
    return None if chars is None or len(chars) > _JOINED else chars


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
    if found.exact is None or "" in found.exact:
        return _Found(None, found.required)
    return _Found(None, found.required, found.exact)
