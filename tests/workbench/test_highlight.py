"""Marks lie exactly where the findings are, whatever the text."""

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
