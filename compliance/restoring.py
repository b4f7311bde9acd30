"""A text read otherwise in places, with the way back from what is read to what is written."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: The disguises that `undone` can name, in this order.
TRICKS = (
    "width", "case", "zero_width", "symbols", "spaces", "traditional", "look_alikes", "numbers",
    "leet", "repeats", "split", "pinyin", "homophones",
)  # fmt: skip


def named(seen: Iterable[str]) -> tuple[str, ...]:
    """Return the tricks in their order, each once."""
    kinds = set(seen)
    return tuple(trick for trick in TRICKS if trick in kinds)


@dataclass(frozen=True, slots=True)
class Edit:
    """Read text[start:end] as `instead`; `tricks` are the disguises that this undoes."""

    start: int
    end: int
    instead: str
    tricks: frozenset[str]


class Restored:
    """A text with edits made; every character of an edit comes from all that it replaces."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        pieces: list[str] = []
        self._cuts = [0]
        self._from: list[tuple[int, Edit | None]] = [(0, None)]
        at = size = 0
        for edit in edits:
            for start, said, by in ((at, text[at : edit.start], None), (0, edit.instead, edit)):
                pieces.append(said)
                self._cuts.append(size)
                self._from.append((start, by))
                size += len(said)
            at = edit.end
        self._cuts.append(size)
        self._from.append((at, None))
        self.text = "".join([*pieces, text[at:]])
        self.edited = bool(edits)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Return the span before the edits that text[start:end] came from; start < end."""
        return self._place(start)[0], self._place(end - 1)[1]

    def undone(self, start: int, end: int) -> tuple[str, ...]:
        """Name the disguises that the edits within text[start:end] undid; () without any."""
        pieces = self._from[self._piece(start) : self._piece(end - 1) + 1]
        return named(trick for _, edit in pieces if edit is not None for trick in edit.tricks)

    def _piece(self, at: int) -> int:
        return bisect_right(self._cuts, at) - 1

    def _place(self, at: int) -> tuple[int, int]:
        piece = self._piece(at)
        begin, edit = self._from[piece]
        if edit is not None:
            return edit.start, edit.end
        here = begin + at - self._cuts[piece]
        return here, here + 1
