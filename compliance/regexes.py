"""A regular expression in its parts: read, checked, and asked which characters a class holds."""

import re
import re._constants as op
import re._parser as parser
from collections.abc import Sequence
from functools import lru_cache
from string import digits, whitespace
from typing import Any

from compliance import memo

#: The most characters of a class that is spelled out.
_SPELLED = 600


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


@memo.kept("valid", bool, bool)
def valid(regex: str) -> bool:
    """Return True. Raises `re.error` as `parsed` does."""
    parsed(regex)
    return True


def characters(options: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    """Return the characters of a class, None if it takes in many or says which it does not."""
    chars: set[str] = set()
    for code, value in options:
        if code is op.LITERAL:
            chars.add(chr(value))
        elif code is op.RANGE and value[1] - value[0] < _SPELLED:
            chars.update(map(chr, range(value[0], value[1] + 1)))
        elif code is op.CATEGORY and value is op.CATEGORY_DIGIT:
            chars.update(digits)
        elif code is op.CATEGORY and value is op.CATEGORY_SPACE:
            chars.update(whitespace)
        else:
            return None
    return frozenset(chars) if len(chars) <= _SPELLED else None
