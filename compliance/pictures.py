"""Text in pictures: what a reader saw on one, in which order it reads, and where each part stands.

A reader is a plugin (`compliance.readers`); everything here is plain data and knows no model. Points
are pixels of the picture as it is displayed, turned as its EXIF says, from the top left corner.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, runtime_checkable

Point = tuple[float, float]
#: Four corners in the order of the text: where it begins above, where it ends above, and below.
Box = tuple[Point, Point, Point, Point]

#: Below this score a line was rather guessed than read; it is kept, and a person has to look.
DOUBTFUL = 0.5
#: How many texts of earlier frames a line is compared with, the last first.
_RECENT = 100
#: A box this many times as high as it is wide holds a line that runs downwards.
UPRIGHT = 1.5


class ReadingError(Exception):
    """A picture that could not be read: what was wrong, and what to do.

    `permanent` says that reading it again cannot help; `code` is stable, for programs.
    """

    def __init__(self, message: str, *, permanent: bool, code: str) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a picture. `score` is the reader's own, 0 to 1; `frame` counts from 0."""

    text: str
    box: Box
    score: float
    frame: int = 0

    @property
    def doubtful(self) -> bool:
        """Return whether the line was rather guessed than read."""
        return self.score < DOUBTFUL


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a reader saw on a picture of `width` × `height` pixels.

    `reader` names program, version and models. `frames` is how many pictures an animation has, and
    `unread` how many of them were not looked at.
    """

    lines: tuple[Line, ...]
    reader: str
    width: int
    height: int
    frames: int = 1
    unread: int = 0


@runtime_checkable
class Reader(Protocol):
    """Reads text from pictures. Loading its models is its own affair, at the first `read`."""

    id: str
    licence: str

    def read(self, content: bytes) -> Reading:
        """Return what stands on the picture in the bytes. Raise `ReadingError` for what is foreseen."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a picture."""

    box: Box
    frame: int = 0


def in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return `lines` as they are read: by frame, by row from above, in a row from the left.

    Lines stand in one row when they share half the height of the lower one.
    """
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (one.frame, _span(one, 1), _span(one, 0))):
        if rows and rows[-1][0].frame == line.frame and _beside(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda one: _span(one, 0)))


def _span(line: Line, axis: int) -> tuple[float, float]:
    values = [point[axis] for point in line.box]
    return min(values), max(values)


def _beside(one: Line, other: Line) -> bool:
    (top, bottom), (upper, lower) = _span(one, 1), _span(other, 1)
    shared = min(bottom, lower) - max(top, upper)
    return shared >= 0.5 * min(bottom - top, lower - upper)


def text_of(reading: Reading) -> str:
    """Return the text of the picture: its lines joined by line feeds."""
    return "\n".join(line.text for line in reading.lines)


def flowing(reading: Reading, *, frames: bool = False) -> str:
    """Return the text with a space where a line seems to go on in the next, at equal offsets.

    Words are set in lines to fit a picture: “国家” above “级” is one word. A line goes on in one of the
    same frame and nearly the same size that stands close below it or beside it; with `frames`, each
    frame also goes on in the next.
    """
    parts = [""]
    for one, other in pairwise(reading.lines):
        on = _goes_on(one, other) if one.frame == other.frame else frames
        parts += [one.text, " " if on else "\n"]
    parts += [line.text for line in reading.lines[-1:]]
    return "".join(parts)


def sequences(reading: Reading) -> tuple[tuple[Line, ...], ...]:
    """Return the lines that those who watch an animation may read as one text; none of a still.

    All of them, frame after frame; and those that follow one another in one place, or go on from it,
    while other text stays or changes beside them.
    """
    if len({line.frame for line in reading.lines}) < 2:
        return ()
    chains: list[list[Line]] = []
    for line in reading.lines:
        for chain in chains[: -_RECENT - 1 : -1]:
            last = chain[-1]
            if last.frame < line.frame and _follows(last, line):
                chain.append(line)
                break
        else:
            chains.append([line])
    return (reading.lines, *(tuple(chain) for chain in chains if len(chain) > 1))


def position(reading: Reading, part: Reading, at: int) -> int:
    """Return where in the text of `reading` that stands which is at `at` in the text of its `part`."""
    for line in part.lines:
        if at <= len(line.text):
            break
        at -= len(line.text) + 1
    for other in reading.lines:
        if other is line:
            break
        at += len(other.text) + 1
    return at


def _follows(one: Line, other: Line) -> bool:
    """Return whether a line of a later frame stands where `one` stood, or goes on from there."""
    (left, right), (start, end) = _span(one, 0), _span(other, 0)
    if _beside(one, other):
        return min(right, end) > max(left, start) or (start >= left and _goes_on(one, other))
    return _span(other, 1) > _span(one, 1) and _goes_on(one, other)


def _goes_on(one: Line, other: Line) -> bool:
    (left, right), (top, bottom) = _span(one, 0), _span(one, 1)
    (start, end), (upper, lower) = _span(other, 0), _span(other, 1)
    size, next_size = bottom - top, lower - upper
    if max(size, next_size) > 1.4 * min(size, next_size):
        return False
    if _beside(one, other):
        return start - right <= size
    return upper - bottom <= 0.8 * size and min(right, end) > max(left, start)


def marks_of(reading: Reading, start: int, end: int) -> tuple[Mark, ...]:
    """Return where text[start:end] stands: a part of the box of each line that it touches.

    The part is taken along the line by the width of its characters, a Chinese one as two Latin ones.
    """
    marks, at = [], 0
    for line in reading.lines:
        low, high = max(start - at, 0), min(end - at, len(line.text))
        if low < high:
            marks.append(Mark(_part(line, low, high), line.frame))
        at += len(line.text) + 1
    return tuple(marks)


def _part(line: Line, low: int, high: int) -> Box:
    widths = [2 if ord(char) >= 0x2E80 else 1 for char in line.text]
    whole = sum(widths)
    begin, stop = sum(widths[:low]) / whole, sum(widths[:high]) / whole
    one, two, three, four = line.box
    if _length(one, four) >= UPRIGHT * _length(one, two):  # the text runs downwards
        return (
            _along(one, four, begin), _along(two, three, begin),
            _along(two, three, stop), _along(one, four, stop),
        )  # fmt: skip
    return (
        _along(one, two, begin), _along(one, two, stop),
        _along(four, three, stop), _along(four, three, begin),
    )  # fmt: skip


def _length(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def _along(one: Point, other: Point, share: float) -> Point:
    x, y = (round(a + (b - a) * share, 1) for a, b in zip(one, other, strict=True))
    return x, y
