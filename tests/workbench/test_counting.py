"""The browser counts by the server's tables."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.counting import display_width
from creatives.workbench.counting import wide


def as_the_browser(text: str) -> int:
    """What counting.js does, in Python."""
    ranges = wide()
    length = 0
    for char in text:
        if any(first <= ord(char) <= last for first, last in ranges["none"]):
            continue
        length += 2 if any(first <= ord(char) <= last for first, last in ranges["two"]) else 1
    return length


@given(st.text())
@settings(deadline=None)
def test_both_count_alike(text: str) -> None:
    assert as_the_browser(text) == display_width(text)


def test_every_wide_character_is_in_the_table() -> None:
    assert as_the_browser("智能 watch é") == 12
    assert unicodedata.combining("\u0301") and as_the_browser("e\u0301") == 1
