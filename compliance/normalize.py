"""The normaliser: what a text says once its disguises are off, with a way back to the original.

Two projections of one text:

- `folded`: width and case folded, lone surrogates replaced. One code point for one code point, so
  an offset in it is an offset in the original.
- `squeezed`: `folded` without noise: zero-width, bidi and combining marks, symbols and spaces put
  inside words, characters set apart by commas or line breaks; ligatures and unit signs spelled out.
  `source` leads each of its offsets back to the original.

Plain text has the same two projections, and then the second costs nothing. Linear in the length of
the text, and idempotent: normalising a projection changes nothing.

Sources: Unicode Standard Annex #15 (NFKC), Unicode Technical Report #36 (security).
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from compliance.folding import (
    FULL,
    ONE,
    STEADY_HAN,
    STEADY_SIGNS,
    accented,
    bare,
    invisible,
    traditional,
)
from compliance.restoring import TRICKS, named
from compliance.squeezing import CLEAN, HAN, MAY_BE_NOISE, squeeze

__all__ = ["HAN", "TRICKS", "Normal", "keys", "normalize", "normalized"]


#: Texts that folding leaves as they are: no table has to be asked, character for character.
STEADY = re.compile(f"[{STEADY_HAN}{STEADY_SIGNS}]*+")


class Normal(NamedTuple):
    """A text with its two projections; offsets are code points.

    `bare` is `squeezed` with Latin letters without accents, offset for offset: guáranteed.

    `cuts` and `origins` are the exact map: the squeezed text from `cuts[i]` on comes from the
    original at `origins[i]` on, one for one, until the next cut. In a cut marked in `spelled`, all
    characters come from the one code point at its origin.
    """

    original: str
    folded: str
    squeezed: str
    bare: str
    cuts: tuple[int, ...] = (0,)
    origins: tuple[int, ...] = (0,)
    spelled: frozenset[int] = frozenset()

    @property
    def plain(self) -> bool:
        """True when there was no noise: both projections are the same text."""
        return self.squeezed == self.folded

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that squeezed[start:end] came from; start < end."""
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, at: int) -> int:
        piece = bisect_right(self.cuts, at) - 1
        if piece in self.spelled:
            return self.origins[piece]
        return self.origins[piece] + at - self.cuts[piece]

    def undone(self, start: int, end: int) -> tuple[str, ...]:
        """Name the disguises inside original[start:end] that folding alone removed."""
        return named(_folded_tricks(self.original[start:end]))

    def undone_squeezed(self, start: int, end: int) -> tuple[str, ...]:
        """Name the disguises that were removed to read squeezed[start:end]."""
        begin, stop = self.source(start, end)
        kept = {self._origin(at) for at in range(start, end)}
        raw = self.original
        # What was dropped is named as dropped, not as folded: a blank in its place shows no trick.
        seen = _folded_tricks("".join(raw[at] if at in kept else " " for at in range(begin, stop)))
        for at in range(begin, stop):
            if at not in kept:
                seen.add(_dropped_trick(raw[at]))
        return named(seen)


def _dropped_trick(char: str) -> str:
    if invisible(char):
        return "zero_width"
    return "spaces" if char.isspace() else "symbols"


def _folded_tricks(raw: str) -> set[str]:
    seen = {"case"} if not raw.islower() and _odd_case(raw) else set()
    if raw.isascii():
        return seen
    seen.update(filter(None, map(_folded_trick, raw)))
    return seen


@lru_cache(maxsize=8192)
def _folded_trick(char: str) -> str:
    """Name what folding, accents included, did to one character, "" if nothing."""
    # An accent is a mark on its letter, whether or not the two are one code point.
    if invisible(char) or accented(char):
        return "zero_width"
    if bare(char.lower()) != char.lower():
        return "look_alikes"
    if traditional(char):
        return "traditional"
    if char.isalnum() and FULL[ord(char)] != char.lower():
        return "numbers" if unicodedata.category(char) in ("No", "Nl") else "width"
    return ""


_ODD_CASE = re.compile("[a-z][A-Z]")


def _odd_case(raw: str) -> bool:
    """Tell whether a Latin word of `raw` has a capital after a small letter: gUaRanteed."""
    return _ODD_CASE.search(raw) is not None


def normalize(text: str) -> Normal:
    """Return `text` with its projections. Takes any string, lone surrogates and all."""
    full = text.lower()
    if not (steady := STEADY.fullmatch(full)):
        full = text.translate(FULL)
        if len(full) != len(text):
            return _spelled_out(text, text.translate(ONE))
    if CLEAN.fullmatch(full) or not MAY_BE_NOISE.search(full):
        return Normal(text, full, full, full if steady else bare(full))
    squeezed, cuts, origins = squeeze(full)
    return Normal(text, full, squeezed, bare(squeezed), cuts, origins)


def keys(term: str) -> set[str]:
    """Return the forms under which `term` is looked for: folded and squeezed, never empty."""
    normal = normalize(term.strip())
    return {key for key in (normal.folded, normal.squeezed) if key.strip()}


@lru_cache(maxsize=1)
def normalized(texts: tuple[str, ...]) -> tuple[Normal, ...]:
    """Return the texts of one copy normalised: every check of a copy asks for the same ones."""
    return tuple(normalize(text) for text in texts)


def _spelled_out(text: str, folded: str) -> Normal:
    """Normalise a text in which some code points spell out to several characters."""
    base: list[int] = []
    full: list[str] = []
    for at, char in enumerate(text):
        target = FULL[ord(char)]
        full.append(target)
        base.extend([at] * len(target))
    squeezed, cuts, origins = squeeze("".join(full))
    # Compose the two maps into one piece a character: rare text, simple map.
    back: list[int] = []
    for piece, (cut, origin) in enumerate(zip(cuts, origins, strict=True)):
        size = (cuts[piece + 1] if piece + 1 < len(cuts) else len(squeezed)) - cut
        back.extend(base[origin : origin + size])
    runs = tuple(range(len(back))) or (0,)
    starts = tuple(back) or (0,)
    return Normal(text, folded, squeezed, bare(squeezed), runs, starts, frozenset(runs))
