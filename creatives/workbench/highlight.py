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
    real = {
        index: (max(0, start), min(end, len(text)))
        for index, (start, end) in enumerate(spans)
        if max(0, start) < min(end, len(text))
    }
    cuts = sorted({0, len(text), *(edge for span in real.values() for edge in span)})
    return [
        Segment(
            text[left:right],
            tuple(index for index, (start, end) in real.items() if start <= left and right <= end),
            tuple(index for index, (_, end) in real.items() if end == right),
        )
        for left, right in zip(cuts, cuts[1:], strict=False)
    ]


def ghosts(text: str) -> Iterator[tuple[str, str]]:
    """Yield `text` in parts with the code point of each character that nobody sees, else "".

    A reviewer answers for every byte, so zero-width and direction marks must not hide. The joiner
    within an emoji is part of one picture and stays.
    """
    start = 0
    for at, char in enumerate(text):
        if not _unseen(text, at):
            continue
        if start < at:
            yield text[start:at], ""
        yield char, f"U+{ord(char):04X}"
        start = at + 1
    if start < len(text):
        yield text[start:], ""


#: Seen by nobody though not of category Cf: fillers and the grapheme joiner.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u3164\uffa0\u00a0")


def _unseen(text: str, at: int) -> bool:
    char = text[at]
    if char in _FILLERS:
        return True
    if unicodedata.category(char) != "Cf":
        return False
    if char == "\u200d":
        return not _pictures_around(text, at)
    return not _in_flag(text, at)


def _in_flag(text: str, at: int) -> bool:
    """Tag characters spell a region after a black flag; anywhere else they hide a text."""
    if not 0xE0020 <= ord(text[at]) <= 0xE007F:
        return False
    while at > 0 and 0xE0020 <= ord(text[at]) <= 0xE007F:
        at -= 1
    return text[at] == "\U0001f3f4"


def _pictures_around(text: str, at: int) -> bool:
    left = text[:at].rstrip("\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")[-1:]
    right = text[at + 1 : at + 2]
    return all(char and unicodedata.category(char) == "So" for char in (left, right))
