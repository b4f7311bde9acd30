"""How long a text is, in the unit that a placement counts in."""

import unicodedata
from collections.abc import Callable

COUNTINGS = ("characters", "display_width", "bytes")


def characters(text: str) -> int:
    """Length in Unicode code points."""
    return len(text)


def display_width(text: str) -> int:
    """Length in columns: East Asian wide and full-width characters count 2, combining marks 0.

    Source: Unicode Standard Annex #11 (East Asian Width).
    """
    return sum(_columns(char) for char in text)


def byte_length(text: str) -> int:
    """Length in UTF-8 bytes; a lone surrogate counts as its 3-byte form."""
    return len(text.encode("utf-8", "surrogatepass"))


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


COUNT: dict[str, Callable[[str], int]] = {
    "characters": characters,
    "display_width": display_width,
    "bytes": byte_length,
}


def length(text: str, counting: str) -> int:
    """Return the length of `text` counted as `counting` says (one of `COUNTINGS`)."""
    return COUNT[counting](text)
