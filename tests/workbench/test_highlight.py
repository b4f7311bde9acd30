"""Marks lie exactly where the findings are, whatever the text."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creatives.workbench.highlight import ghosts, segments

TEXT = st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("👨‍👩‍👧é\u200b国\U0001f1e8"))
SPANS = st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=8)


@given(TEXT, SPANS)
@settings(deadline=None)
def test_the_parts_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    assert "".join(part.text for part in segments(text, spans)) == text


@given(TEXT, SPANS)
@settings(deadline=None)
def test_the_parts_under_a_span_are_its_text(text: str, spans: list[tuple[int, int]]) -> None:
    parts = segments(text, spans)
    for index, (start, end) in enumerate(spans):
        marked = "".join(part.text for part in parts if index in part.over)
        wanted = text[max(0, start) : max(0, end)] if start < end else ""
        assert marked == wanted
        assert sum(index in part.ending for part in parts) == (1 if wanted else 0)


@given(TEXT, SPANS)
@settings(deadline=None)
def test_no_part_is_empty(text: str, spans: list[tuple[int, int]]) -> None:
    assert all(part.text for part in segments(text, spans))


def test_an_emoji_before_a_finding_moves_nothing() -> None:
    text = "👨‍👩‍👧🇨🇳顶级成分"
    start = text.index("顶级")
    parts = segments(text, [(start, start + 2)])
    assert [part.text for part in parts if part.over] == ["顶级"]


def test_overlapping_findings_are_each_marked_whole() -> None:
    parts = segments("全国销量第一名", [(0, 6), (4, 7)])
    assert [(part.text, part.over) for part in parts] == [
        ("全国销量", (0,)), ("第一", (0, 1)), ("名", (1,)),
    ]  # fmt: skip


@given(TEXT)
@settings(deadline=None)
def test_showing_the_unseen_loses_nothing(text: str) -> None:
    parts = list(ghosts(text))
    assert "".join(part for part, _code in parts) == text
    assert all(len(part) == 1 for part, code in parts if code)


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u00a0"])
def test_what_nobody_sees_is_shown(hidden: str) -> None:
    assert list(ghosts(f"国{hidden}家级")) == [
        ("国", ""), (hidden, f"U+{ord(hidden):04X}"), ("家级", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("picture", ["👨‍👩‍👧", "👩🏽‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "🇨🇳"])
def test_an_emoji_stays_one_picture(picture: str) -> None:
    assert list(ghosts(f"好{picture}好")) == [(f"好{picture}好", "")]


def test_a_text_hidden_in_tags_is_shown() -> None:
    assert [code for _part, code in ghosts("a\U000e0041b") if code] == ["U+E0041"]


@pytest.mark.parametrize("tail", ["\U000e0041", "x\U000e0041"])
def test_a_flag_ends_where_its_tags_end(tail: str) -> None:
    flag = "🏴\U000e0067\U000e0062\U000e007f"
    hidden = [code for _part, code in ghosts(flag + tail) if code]
    assert hidden == (["U+E0041"] if tail.startswith("x") else [])


class Counted(int):
    """An offset that counts how often any of them is compared."""

    compared = 0

    def __lt__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) < int(other)

    def __gt__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) > int(other)

    def __le__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) <= int(other)

    def __ge__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) >= int(other)


def test_many_findings_are_not_each_held_against_every_cut() -> None:
    """Segments times spans were compared: 640,000 here, minutes on a long page."""
    many = 800
    spans = [(Counted(3 * number), Counted(3 * number + 2)) for number in range(many)]
    Counted.compared = 0
    assert sum(bool(part.over) for part in segments("好" * 3 * many, spans)) == many
    assert Counted.compared < 50 * many


class Watched(str):
    """A text that counts how many of its characters are looked up again."""

    looked = 0

    def __getitem__(self, key: Any) -> str:
        found = super().__getitem__(key)
        Watched.looked += len(found)
        return found


@pytest.mark.parametrize("hidden", ["\U000e0041", "\u200d", "\u200b", "🏴\U000e0041"])
def test_a_long_hidden_text_is_read_once(hidden: str) -> None:
    """Each tag walked back to where its run began, each joiner copied what was before it."""
    text = Watched("a" + hidden * 2000)
    Watched.looked = 0
    assert "".join(part for part, _code in ghosts(text)) == text
    assert Watched.looked <= 2 * len(text)
