"""Stretches of a text that may be read otherwise, and the text with some of them read so."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from compliance.restoring import Edit

#: The inside of a regex class: what may be written otherwise.
HAN = "\u3400-\u9fff\U00020000-\U0003ffff"

_VALUES = {
    **dict(zip("0123456789", "零一二三四五六七八九", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千", strict=True)),
    **{"10": "十", "100": "百", "1000": "千"},
}
_DIGITS = dict(zip("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789", strict=True))
_IN_DIGITS = "".join(_DIGITS)
# Those below begin with the character they cannot do without and look back from it: `re` passes over
# all others fast.
_NUMBER = re.compile(
    r"[0-9壹贰叁肆伍陆柒捌玖拾佰仟](?:(?<=[^0-9])|(?<![\d.].)(?:(?<=1)0{1,3})?(?![\d.%]))"
)
#: Without any of these a text has neither numbers to read otherwise nor Latin letters nor marks.
OTHER = re.compile("[!-~壹贰叁肆伍陆柒捌玖拾佰仟]")
_DIGIT = re.compile(rf"[{_IN_DIGITS}](?<=[0-9a-z.#].)")
_PERCENT = re.compile(rf"[{_IN_DIGITS}0-9]{{1,9}}%")
_MARKED = re.compile(rf"[.,:;'!?](?<=[{HAN}].)[.,:;'!?]{{0,2}}(?=[{HAN}])")


class Unit(NamedTuple):
    """A stretch of the text that may be read as one other character, or as a sound."""

    start: int
    end: int
    instead: str
    trick: str


def apart(text: str) -> Iterator[Unit]:
    """Yield the characters with marks after them that may stand inside a word: 降.压."""
    for match in _MARKED.finditer(text):
        start = match.start() - 1
        yield Unit(start, match.end(), text[start], "symbols")


def numbers(text: str) -> Iterator[Unit]:
    """Yield the numerals that may be other numerals: 1 or 壹 for 一, 一 for 1 after a digit."""
    for match in _NUMBER.finditer(text):
        yield Unit(*match.span(), _VALUES[match[0]], "numbers")
    for match in _DIGIT.finditer(text):
        yield Unit(*match.span(), _DIGITS[match[0]], "numbers")
    if "%" in text:
        for match in _PERCENT.finditer(text):
            for at, char in enumerate(match[0], match.start()):
                if char in _DIGITS:
                    yield Unit(at, at + 1, _DIGITS[char], "numbers")


Stretch = TypeVar("Stretch", Edit, Unit)


def disjoint(stretches: Iterable[Stretch], size: int) -> list[Stretch]:
    """Return those that overlap none taken before, the longest first, in order of the text."""
    taken = bytearray(size)
    kept = []
    for one in sorted(stretches, key=lambda one: (one.start - one.end, one.start)):
        if taken.find(1, one.start, one.end) < 0:
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def clear_of(edits: Iterable[Edit], units: Sequence[Unit]) -> Iterator[Edit]:
    """Yield those that overlap no unit; `units` are in order and apart from each other."""
    starts = [unit.start for unit in units]
    for edit in edits:
        at = bisect_left(starts, edit.end)
        if not at or units[at - 1].end <= edit.start:
            yield edit


class Read:
    """A part of a text with its units read; offsets of `text` are those in the part."""

    def __init__(self, text: str, low: int, high: int, units: Sequence[Unit]) -> None:
        pieces: list[str] = []
        self._units = units
        self._low = at = low
        #: Where the one character of each unit is.
        self._places: list[int] = []
        size = 0
        for unit in units:
            pieces += (text[at : unit.start], unit.instead)
            self._places.append(size + unit.start - at)
            size = self._places[-1] + 1
            at = unit.end
        self.text = "".join([*pieces, text[at:high]])

    def undone(self, start: int, end: int) -> set[str]:
        """Return the tricks of the units within text[start:end]."""
        first = bisect_left(self._places, start)
        if first == len(self._places) or self._places[first] >= end:
            return set()
        last = bisect_left(self._places, end, first)
        return {unit.trick for unit in self._units[first:last]}

    def start(self, at: int) -> int:
        """Return where in the whole text what is read at `at` begins."""
        number = bisect_left(self._places, at)
        if number < len(self._places) and self._places[number] == at:
            return self._units[number].start
        if not number:
            return self._low + at
        return self._units[number - 1].end + at - self._places[number - 1] - 1

    def end(self, at: int) -> int:
        """Return where in the whole text what is read before `at` ends."""
        number = bisect_left(self._places, at)
        if not number:
            return self._low + at
        return self._units[number - 1].end + at - self._places[number - 1] - 1


def clusters(text: str, units: Sequence[Unit], reach: int) -> Iterator[Read]:
    """Yield the parts of `text` up to `reach` from its units, no unit in two of them."""
    first = 0
    for number in range(1, len(units) + 1):
        if number < len(units) and units[number].start - units[number - 1].end <= reach:
            continue
        low, high = max(0, units[first].start - reach), units[number - 1].end + reach
        yield Read(text, low, high, units[first:number])
        first = number
