"""A diff loses nothing, and exchanges what people read as one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creatives.workbench.diff import MAX_PAIRS, diff, pairs, tokens

TEXT = st.text(
    alphabet=st.characters(codec="utf-8")
    | st.sampled_from("全场五六折起 smart watch-\u200d👨👩🏽🇨🇳e\u0301\ufe0f\r\n"),
    max_size=80,
)
CLUSTERS = ["👨‍👩‍👧", "👩🏽‍🚀", "🇨🇳", "e\u0301", "か\u3099", "❤️‍🔥", "\r\n", "각", "1️⃣"]


@given(TEXT)
@settings(deadline=None)
def test_tokens_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@given(TEXT, TEXT)
@settings(deadline=None)
def test_old_and_new_are_both_in_the_diff(old: str, new: str) -> None:
    parts = diff(old, new)
    assert "".join(part.text for part in parts if part.kind != "in") == old
    assert "".join(part.text for part in parts if part.kind != "out") == new
    assert all(part.text for part in parts)


@given(TEXT)
@settings(deadline=None)
def test_nothing_changed_is_one_part(text: str) -> None:
    assert [part.kind for part in diff(text, text)] == (["same"] if text else [])


@pytest.mark.parametrize("cluster", CLUSTERS)
@pytest.mark.parametrize("before", ["好", "a", ""])
def test_a_cluster_is_never_cut(cluster: str, before: str) -> None:
    assert any(cluster in token for token in tokens(f"{before}{cluster}好"))


def test_chinese_is_compared_by_character() -> None:
    changed = [(part.kind, part.text) for part in diff("全场五折起", "全场六折起")]
    assert changed == [("same", "全场"), ("out", "五"), ("in", "六"), ("same", "折起")]


def test_latin_is_compared_by_word() -> None:
    changed = [
        (part.kind, part.text) for part in diff("It's a smart watch", "It's a smarter watch")
    ]
    assert changed == [
        ("same", "It's a "), ("out", "smart"), ("in", "smarter"), ("same", " watch"),
    ]  # fmt: skip


def test_a_family_changes_as_one() -> None:
    parts = [(part.kind, part.text) for part in diff("一家👨‍👩‍👧好", "一家👨‍👩‍👦好")]
    assert parts == [("same", "一家"), ("out", "👨‍👩‍👧"), ("in", "👨‍👩‍👦"), ("same", "好")]


def test_a_very_long_text_is_compared_by_sentence() -> None:
    old = "".join(f"第{number}句话。" for number in range(1000))
    new = old.replace("第500句话。", "第五百句话。")
    parts = diff(old, new)
    assert [part.text for part in parts if part.kind == "in"] == ["五百"]
    old, new = old.replace("。", "？"), old
    parts = diff(old, new)
    assert "".join(part.text for part in parts if part.kind != "in") == old
    assert "".join(part.text for part in parts if part.kind != "out") == new


def test_what_repeats_itself_without_end_is_exchanged_whole() -> None:
    """A base model may write one word until its limit; comparing that took four minutes."""
    old, new = "啊" * 2990, "哦" + "啊啊哦" * 996
    assert old.count("啊") * new.count("啊") > MAX_PAIRS
    assert [(part.kind, part.text) for part in diff(old, new)] == [("out", old), ("in", new)]


def test_equal_fields_meet_when_one_between_them_is_gone() -> None:
    old = [["headline", "一"], ["headline", "二"], ["headline", "三"], ["description", "好"]]
    new = [["headline", "一"], ["headline", "三"], ["description", "更好"]]
    assert [pair for pair in pairs(old, new) if pair[1] != pair[2]] == [
        ("headline", "二", ""),
        ("description", "好", "更好"),
    ]


def test_a_field_that_is_new_has_nothing_before() -> None:
    assert list(pairs([["title", "甲"]], [["title", "甲"], ["body", "乙"]])) == [
        ("title", "甲", "甲"), ("body", "", "乙"),
    ]  # fmt: skip
