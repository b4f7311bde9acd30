"""What rules look for, as plain strings: their terms, and what their patterns spell out.

A pattern such as 最(?:好|大) looks for 最好 and 最大. The normaliser needs such strings to know what a
disguise may stand for. Where a pattern allows too many strings, or any character at all, it falls
into pieces.
"""

import re
import re._constants as op
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from compliance import memo
from compliance.data import rarities
from compliance.normalize import normalize
from compliance.packs import Pack
from compliance.regexes import parsed

#: How many strings one piece of a pattern may stand for before it is cut: two lists of words multiply
#: to little use, one list with a word before it (最 and a hundred qualities) is what patterns are for.
_MOST = 80
_WIDE = 300
#: How many characters a class may hold to be spelled out.
_CLASS = 12

#: From how rare on two characters are a word with content, in quarters of a nat.
_CONTENT = 48
#: Up to how rare a character is too common to tell anything: 的, 一, 了, 有.
_EMPTY = 23
_SHORT = re.compile("[\u3400-\u9fff]{2}")

Item = tuple[Any, Any]


def vocabulary(packs: Iterable[Pack]) -> set[str]:
    """Return what the rules of `packs` that block or ask for evidence look for, normalised."""
    return set().union(*map(_of_pack, packs))


@memo.kept("vocabulary", sorted, frozenset, key=lambda pack: pack.digest)
def _of_pack(pack: Pack) -> frozenset[str]:
    found: set[str] = set()
    for rule in pack.rules:
        if rule.severity in ("block", "evidence"):
            found.update(normalize(term).squeezed for term in rule.terms)
            for pattern in rule.patterns:
                pieces = {piece.lower() for piece in spelled(pattern.regex)}
                pieces -= found  # many rules are built of the same words
                found.update(piece for piece in pieces if _telling(piece, pattern.triggers))
    return frozenset(found)


def _telling(piece: str, triggers: Sequence[str]) -> bool:
    """Tell whether a piece of a pattern is worth a disguise: 最好 and 治疗 are, 是了 is not."""
    if not _SHORT.fullmatch(piece) or piece in triggers:
        return True
    common = rarities()
    if min(common.get(char, _CONTENT) for char in piece) < _EMPTY:
        return False
    return common.get(piece, 0) >= _CONTENT or any(word in piece for word in triggers)


@lru_cache(maxsize=512)  # packs that include one library have its patterns
def spelled(regex: str) -> frozenset[str]:
    """Return the strings, or pieces of strings, that `regex` spells out."""
    done: set[str] = set()
    whole = _strings(parsed(regex), done)
    return frozenset(done | (whole or set())) - {""}


def _strings(items: Iterable[Item], done: set[str]) -> set[str] | None:
    """Return all strings of a sequence, None if it was cut; the pieces go to `done`."""
    opened, cut = {""}, False
    for item in items:
        options = _options(item, done)
        if options is None or _too_many(len(opened), len(options)):
            done |= opened
            opened, cut = options or {""}, True
        else:
            opened = {head + tail for head in opened for tail in options}
    if cut:
        done |= opened
    return None if cut else opened


def _too_many(heads: int, tails: int) -> bool:
    return heads * tails > (_WIDE if min(heads, tails) <= 2 else _MOST)


def _options(item: Item, done: set[str]) -> set[str] | None:
    kind, value = item
    if kind is op.LITERAL:
        return {chr(value)}
    if kind is op.SUBPATTERN:
        return _strings(value[-1], done)
    if kind is op.BRANCH:
        return _either(value[1], done)
    if kind is op.IN:
        return _members(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, inner = value
        options = _strings(inner, done) if most <= 2 else None
        if options is None or least:
            return options
        return options | {""}
    if kind in (op.ASSERT, op.ASSERT_NOT, op.AT):
        return {""}
    return None


def _either(branches: Iterable[Sequence[Item]], done: set[str]) -> set[str] | None:
    found: set[str] = set()
    cut = False
    for branch in branches:
        options = _strings(branch, done)
        if options is None:
            cut = True
        else:
            found |= options
    if not cut:
        return found
    done |= found
    return None


def _members(members: Sequence[Item]) -> set[str] | None:
    if members == [(op.CATEGORY, op.CATEGORY_SPACE)]:
        return {" "}
    if all(kind is op.LITERAL for kind, _ in members) and len(members) <= _CLASS:
        return {chr(value) for _, value in members}
    return None
