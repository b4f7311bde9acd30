"""A set of spans that do not overlap, asked in logarithmic time."""

from bisect import bisect_left, bisect_right


class Spans:
    """Half-open spans [start, end), disjoint and kept in order."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> bool:
        """Add a span unless it overlaps one that is there; tell whether it was added."""
        if self.overlaps(start, end):
            return False
        at = bisect_left(self._starts, start)
        self._starts.insert(at, start)
        self._ends.insert(at, end)
        return True

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether [start, end) shares a place with a span in the set."""
        at = bisect_right(self._ends, start)
        return at < len(self._starts) and self._starts[at] < end

    def covers(self, start: int, end: int) -> bool:
        """Tell whether [start, end) lies within one span in the set."""
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and end <= self._ends[at]
