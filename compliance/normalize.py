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
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from compliance.folding import FULL, ONE, SHAM_LETTERS, bare, invisible

#: The disguises that `Normal.undone` can name.
TRICKS = ("width", "case", "zero_width", "symbols", "spaces")

#: The inside of a regex class: Chinese characters, radicals, and the signs that stand for one.
HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_IS_HAN = re.compile(f"[{HAN}]")
# Punctuation that ends a thought: words on its two sides are not one word, unless every character
# is set apart by it.
_BARRIER = re.compile(
    r"[#\n\r\u2028\u2029,，。．.！!？?；;：:、…()（）\[\]【】{}<>《》〈〉「」『』\"“”'‘’]"
)
_SHAM = re.escape(SHAM_LETTERS)
# Letters that only look like signs count as signs between two Han characters.
_RUN = re.compile(rf"(?<=[{HAN}])[\W_{_SHAM}]+(?=[{HAN}])|[\W_]+")
# A text without any of these is its own squeezed form: one cheap search spares most texts the walk.
_MAY_BE_NOISE = re.compile(
    r"[^\w \n,，。.！!？?；;：:、…()（）\[\]【】{}<>《》〈〉「」『』\"“”'%+&$¥￥/*#@~～=-]|_|\s\s"
    rf"|[{HAN}][^\w,，。.！!？?；;：:、…()（）\[\]【】{{}}<>《》〈〉「」『』\"“”'#\n]"
    rf"|\s[^\w\s]*[{HAN}]|[{HAN}][^\w\s]+[^\S\n]|[^\W\d][^\w\s]+[^\W\d{HAN}]"
    r"|(?<!\w)\w\W+\w(?!\w)"
    rf"|[^\w][{HAN}][^\w]|[{_SHAM}]"
)


@dataclass(frozen=True, slots=True)
class Normal:
    """A text with its two projections; offsets are code points.

    `cuts` and `origins` are the exact map: the squeezed text from `cuts[i]` on comes from the
    original at `origins[i]` on, one for one, until the next cut. In a cut marked in `spelled`, all
    characters come from the one code point at its origin.
    """

    original: str
    folded: str
    squeezed: str
    cuts: tuple[int, ...] = (0,)
    origins: tuple[int, ...] = (0,)
    spelled: frozenset[int] = frozenset()

    @property
    def bare(self) -> str:
        """`squeezed` with Latin letters without accents, offset for offset: guáranteed.

        No third disguise to undo for lists of words, where rosé and rose are two words.
        """
        return bare(self.squeezed)

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
        return _named(_folded_tricks(self.original[start:end]))

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
        return _named(seen)


def _named(seen: set[str]) -> tuple[str, ...]:
    return tuple(trick for trick in TRICKS if trick in seen)


def _dropped_trick(char: str) -> str:
    if invisible(char):
        return "zero_width"
    return "spaces" if char.isspace() else "symbols"


def _folded_tricks(raw: str) -> set[str]:
    letters = "".join(char for char in raw if char.isascii() and char.isalpha())
    seen = {"case"} if letters and _odd_case(raw) else set()
    if raw.isascii():
        return seen
    if any(char.isalnum() and FULL[ord(char)] != char.lower() for char in raw):
        seen.add("width")
    # An accent is a mark on its letter, whether or not the two are one code point.
    if any(invisible(char) or bare(char) != char for char in raw):
        seen.add("zero_width")
    return seen


def _odd_case(raw: str) -> bool:
    """Tell whether a Latin word of `raw` has a capital after a small letter: gUaRanteed."""
    words = re.findall(r"[A-Za-z]+", raw)
    return any(re.search(r"[a-z][A-Z]", word) for word in words)


def normalize(text: str) -> Normal:
    """Return `text` with its projections. Takes any string, lone surrogates and all."""
    full = text.translate(FULL)
    if len(full) != len(text):
        return _spelled_out(text, text.translate(ONE))
    if not _MAY_BE_NOISE.search(full):
        return Normal(text, full, full)
    squeezed, cuts, origins = _squeeze(full)
    return Normal(text, full, squeezed, cuts, origins)


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
    squeezed, cuts, origins = _squeeze("".join(full))
    # Compose the two maps into one piece a character: rare text, simple map.
    back: list[int] = []
    for piece, (cut, origin) in enumerate(zip(cuts, origins, strict=True)):
        size = (cuts[piece + 1] if piece + 1 < len(cuts) else len(squeezed)) - cut
        back.extend(base[origin : origin + size])
    runs = tuple(range(len(back))) or (0,)
    return Normal(text, folded, squeezed, runs, tuple(back) or (0,), frozenset(runs))


def _squeeze(text: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return `text` without noise, and the map back as cuts and origins."""
    pieces: list[str] = []
    cuts: list[int] = []
    origins: list[int] = []
    size = 0
    for begin, end in _kept(text):
        pieces.append(text[begin:end])
        cuts.append(size)
        origins.append(begin)
        size += end - begin
    return "".join(pieces), tuple(cuts) or (0,), tuple(origins) or (0,)


@dataclass(slots=True)
class _Run:
    """A run of non-word characters, and what becomes of it.

    keep; drop; one: a run of spaces becomes one; tight: only its spaces go; chain: see `_drop_chains`.
    """

    begin: int
    end: int
    fate: str


def _kept(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of `text` that are no noise, in order."""
    start = 0
    for run in _judged(text):
        shown = [at for at in range(run.begin, run.end) if not invisible(text[at])]
        if run.fate == "drop":
            shown = []
        elif run.fate == "one" and all(text[at].isspace() for at in shown):
            shown = shown[:1]
        elif run.fate == "tight":
            shown = [at for at in shown if text[at] not in " \t"]
        if len(shown) == run.end - run.begin:
            continue
        if start < run.begin:
            yield start, run.begin
        yield from ((at, at + 1) for at in shown)
        start = run.end
    if start < len(text):
        yield start, len(text)


def _judged(text: str) -> list[_Run]:
    runs = []
    for match in _RUN.finditer(text):
        begin, end = match.span()
        shown = "".join(char for char in match.group() if not invisible(char))
        before = text[begin - 1] if begin else ""
        after = text[end] if end < len(text) else ""
        runs.append(_Run(begin, end, _fate(before, shown, after)))
    _drop_chains(text, runs)
    return runs


def _fate(before: str, shown: str, after: str) -> str:
    """Judge a run by what it shows and the word characters on its two sides."""
    if not shown:
        return "drop"
    if not before or not after:
        return "keep"
    han = bool(_IS_HAN.match(before)), bool(_IS_HAN.match(after))
    if _BARRIER.search(shown):
        return "chain" if all(han) or _in_word(before, shown, after) else "keep"
    if any(han):
        return "drop" if all(han) or shown.isspace() else "tight"
    if shown.isspace():
        return "chain" if before.isalpha() and after.isalpha() else "one"
    return "drop" if _in_word(before, shown, after) else "keep"


def _in_word(before: str, shown: str, after: str) -> bool:
    """Tell whether a run stands between two letters with no space in it."""
    return before.isalpha() and after.isalpha() and not any(char.isspace() for char in shown)


def _drop_chains(text: str, runs: list[_Run]) -> None:
    """Settle the runs that may separate single characters: b e s t, 国，家，级.

    Two or more in a row with one character between them are a disguise and go; between words they
    stay. A Latin chain must be of single letters at its ends too ("I a m" is one, "We r here" not).
    """
    standing = [run for run in runs if run.fate != "drop"]
    units = _units(runs, len(text))
    chain: list[_Run] = []
    for at, run in enumerate(standing):
        if chain and (run.fate != "chain" or units[at] != 1):
            _settle(chain)
            chain = []
        if run.fate != "chain":
            continue
        if _IS_HAN.match(text[run.begin - 1]) or units[at] == units[at + 1] == 1:
            chain.append(run)
        else:
            _settle([run])
    _settle(chain)


def _units(runs: list[_Run], size: int) -> list[int]:
    """Return how many word characters stand before each standing run, and after the last."""
    units, count, start = [], 0, 0
    for run in runs:
        count += run.begin - start
        start = run.end
        if run.fate != "drop":
            units.append(count)
            count = 0
    return [*units, count + size - start]


def _settle(chain: list[_Run]) -> None:
    for run in chain:
        run.fate = "drop" if len(chain) > 1 else "one"
