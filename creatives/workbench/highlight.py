"""Findings in the place where they are: a text cut at the ends of its spans. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]  # code points, end exclusive


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text, which spans lie over it, and which of them end with it (indices)."""

    text: str
    over: tuple[int, ...] = ()
    ending: tuple[int, ...] = ()


def segments(text: str, spans: Sequence[Span]) -> list[Segment]:
    """Return `text` cut so that each part lies wholly under or outside each span.

    Joined, the parts are the text. Spans may overlap; one that is empty, or outside the text, marks
    nothing.
    """
    starting: dict[int, list[int]] = {}
    ending: dict[int, list[int]] = {}
    for index, (start, end) in enumerate(spans):
        start, end = max(0, start), min(end, len(text))
        if start < end:
            starting.setdefault(start, []).append(index)
            ending.setdefault(end, []).append(index)
    cuts = sorted({0, len(text), *starting, *ending})
    found, over = [], set[int]()
    for left, right in zip(cuts, cuts[1:], strict=False):
        over.difference_update(ending.get(left, ()))
        over.update(starting.get(left, ()))
        ends = tuple(ending.get(right, ()))
        found.append(Segment(text[left:right], tuple(sorted(over)), ends))
    return found


def ghosts(text: str) -> Iterator[tuple[str, str]]:
    """Yield `text` in parts with the code point of each character that nobody sees, else "".

    A reviewer answers for every byte, so zero-width and direction marks must not hide. The joiner
    within an emoji is part of one picture and stays.
    """
    start = 0
    in_flag, before = False, ""
    for at, char in enumerate(text):
        # Tag characters spell a region after a black flag; anywhere else they hide a text.
        in_flag = char == "\U0001f3f4" or (in_flag and "\U000e0020" <= char <= "\U000e007f")
        hidden = not in_flag and _unseen(char)
        if char == "\u200d":
            hidden = not (_picture(before) and _picture(text[at + 1 : at + 2]))
        if char not in _DRESS:
            before = char
        if not hidden:
            continue
        if start < at:
            yield text[start:at], ""
        yield char, f"U+{ord(char):04X}"
        start = at + 1
    if start < len(text):
        yield text[start:], ""


#: Seen by nobody though not of category Cf: fillers and the grapheme joiner.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u3164\uffa0\u00a0")


#: What dresses the picture before it: the emoji style and the skin tones.
_DRESS = frozenset("\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


def _unseen(char: str) -> bool:
    return char in _FILLERS or unicodedata.category(char) == "Cf"


def _picture(char: str) -> bool:
    return bool(char) and unicodedata.category(char) == "So"
