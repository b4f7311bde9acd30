"""Running one regular expression over a text, fast: only where it can begin.

`re` skips ahead by itself only to a literal or a class at the very start of a regex. What begins with
a number or a choice of words is tried at each character; here a class of all first characters, read
from the regex, leads from one place where it may match to the next.
"""

import re
import re._constants as op
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from compliance.folding import ranges
from compliance.regexes import characters, parsed


@lru_cache(maxsize=4096)
def compiled(regex: str) -> re.Pattern[str]:
    """Compile a rule's regex; its classes are ASCII, so \\b stands between Han and Latin."""
    return re.compile(regex, re.ASCII)


def spans(regex: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where `regex` matches in `text`, as `finditer` does, but for matches of nothing."""
    beginning = _beginning(regex)
    whole = compiled(regex)
    if beginning is None:
        yield from (match.span() for match in whole.finditer(text))
        return
    at = 0
    while (first := beginning.search(text, at)) is not None:
        at = first.start()
        if (match := whole.match(text, at)) is not None:
            yield match.span()
            at = max(match.end(), at + 1)
        else:
            at += 1


@lru_cache(maxsize=4096)
def _beginning(regex: str) -> re.Pattern[str] | None:
    """Return the class of the characters with which a match of `regex` begins, None if it may be any."""
    chars = first(regex)
    return re.compile(f"[{ranges(sorted(map(ord, chars)))}]") if chars else None


def first(regex: str) -> str:
    """Return the characters with which a match of `regex` can begin, sorted; "" where it may be any."""
    found, empty = _sequence(parsed(regex))
    return "" if found is None or empty else "".join(sorted(found))


#: What a part can begin with, None for anything, and whether it can match the empty text.
_First = tuple[frozenset[str] | None, bool]


def _sequence(parts: Any) -> _First:
    chars: frozenset[str] = frozenset()
    for part in parts:
        found, empty = _part(*part)
        if found is None:
            return None, empty
        chars |= found
        if not empty:
            return chars, False
    return chars, True


def _part(code: Any, value: Any) -> _First:
    if code is op.LITERAL:
        return frozenset({chr(value)}), False
    if code is op.IN:
        return characters(value), False
    if code is op.SUBPATTERN:
        return _sequence(value[-1])
    if code is op.ATOMIC_GROUP:
        return _sequence(value)
    if code is op.BRANCH:
        found = [_sequence(one) for one in value[1]]
        empty = any(one[1] for one in found)
        sets = [one[0] for one in found]
        return (None if None in sets else frozenset().union(*sets)), empty  # type: ignore[arg-type]
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        chars, empty = _sequence(value[2])
        return chars, empty or value[0] == 0
    if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return frozenset(), True
    return None, False
