"""Folding one code point at a time: width, case, compatibility forms, and what nobody sees."""

import re
import unicodedata
from collections.abc import Iterable

from compliance import data

REPLACEMENT = "\ufffd"

# Full-width punctuation is how Chinese is written, no disguise: folding leaves it alone.
_KEPT_WIDE = frozenset("，。！？；：、（）［］｛｝“”《》〈〉「」『』【】…～")


#: Roman numerals in one code point, which compatibility folding would make letters.
ROMAN = {chr(first + at): str(at + 1) for first in (0x2160, 0x2170) for at in range(12)}


def _expand(char: str) -> str:
    """Return the fixpoint of compatibility folding, lower-casing and simplifying of a code point."""
    # No character: half of one, or one that this Unicode has not assigned.
    if unicodedata.category(char) in ("Cs", "Cn"):
        return REPLACEMENT
    if char in "‘’":
        return "'"
    if char in ROMAN:
        return ROMAN[char]
    while (step := unicodedata.normalize("NFKC", char).lower()) != char:
        char = step
    return char.translate(data.simplified())


class _Table(dict[int, str]):
    """A `str.translate` table that fills itself; bounded by the number of code points."""

    def __init__(self, *, one_to_one: bool) -> None:
        super().__init__()
        self.one_to_one = one_to_one

    def __missing__(self, code: int) -> str:
        char = chr(code)
        target = char if char in _KEPT_WIDE else _expand(char)
        # A sign that spells out to no letter or digit ("…", "´") stays as it is: it is noise or a
        # barrier either way.
        if len(target) > 1 and (self.one_to_one or not any(c.isalnum() for c in target)):
            target = char
        self[code] = target
        return target


#: Keeps the number of code points: a sign that spells out to several stays as it is.
ONE = _Table(one_to_one=True)
#: Spells such signs out, "㎏" as "kg".
FULL = _Table(one_to_one=False)


def ranges(codes: Iterable[int]) -> str:
    """Return ascending code points as the inside of a regex class."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in runs)


#: The inside of a regex class: the Han characters that folding leaves alone, as most are.
STEADY_HAN = ranges(
    code for code in range(0x4E00, 0xA000) if code not in data.simplified() and code < 0x9FFD
)
#: And other signs of which that is true; no accented letter is among them.
STEADY_SIGNS = ranges(
    code
    for code in (
        *range(0x80),
        *range(0x2010, 0x2040),
        *range(0x3000, 0x3020),
        *range(0xFF00, 0xFF60),
    )
    if FULL[code] == chr(code)
)

# Letters to Unicode that look like a dot, a bar or a dash: clicks, Canadian and sinological dots,
# and the Hangul vowels that compatibility Hangul (U+318D, U+3161, U+3163) folds to.
_LOOK_LIKE_SIGNS = "\u01c0\u01c1\u01c2\u01c3\u1427\ua78f\u119e\u1173\u1175"

#: Letters and digits to Unicode that between two Han characters are no part of a word: the modifier
#: letters, U+02C9 or U+30FC say. The one Han word sign among them, 々, is a part.
SHAM_LETTERS = _LOOK_LIKE_SIGNS + "".join(
    char
    for char in map(chr, range(0x2B0, 0x20000))
    if unicodedata.category(char) == "Lm" and char != "々"
)


def _bare(char: str) -> str:
    """Return the Latin letter under the accents of `char`, `char` itself if it is no such letter."""
    apart = unicodedata.normalize("NFD", char)
    plain = apart[0].isascii() and all(unicodedata.category(mark) == "Mn" for mark in apart[1:])
    return apart[0] if plain else char


def traditional(char: str) -> bool:
    """Tell whether folding makes `char` another character, its simplified form."""
    return ord(char) in data.simplified()


_MARKED = (chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
_BARE: dict[int, str] = {
    **data.latin(),
    **{ord(char): plain for char in _MARKED if (plain := _bare(char)) != char},
}
_ACCENTED = re.compile(f"[{''.join(map(chr, sorted(_BARE)))}]")


def accented(char: str) -> bool:
    """Tell whether `char` is a Latin letter with accents on it, in one code point."""
    return _bare(char) != char


def bare(text: str) -> str:
    """Return `text` with Latin letters for those with accents, strokes or of look-alike alphabets.

    One for one code point: guáranteed, curеs (with a Cyrillic е), frøø.
    """
    return text.translate(_BARE) if _ACCENTED.search(text) else text


def invisible(char: str) -> bool:
    """Tell whether a reader sees nothing of `char`, or only a mark on its neighbour."""
    if char in "\n\r\t":
        return False
    return (
        unicodedata.category(char) in ("Cf", "Cc", "Mn", "Me") or char in "\u3164\u115f\u1160\uffa0"
    )
