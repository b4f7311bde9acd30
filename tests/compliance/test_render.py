"""A report as text: carets by display width, and nothing that a terminal would obey."""

import pytest

from compliance.base import Copy, Field
from compliance.counting import display_width
from compliance.engine import TEXT_CHECKS, check
from compliance.render import render


def lines(copy: Copy, language: str = "zh") -> list[str]:
    return render(copy, check(copy, checks=TEXT_CHECKS), language=language).splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "顶级燕麦",
        "采用顶级燕麦",
        "😀 ab采用顶级",
        "a\u200bb顶级",
        "早安\n来点顶级的\n晚安",
        "e\u0301顶级",
    ],
)
def test_carets_stand_under_the_finding_by_display_width(text: str) -> None:
    shown = lines(Copy.of(text))
    at = next(i for i, line in enumerate(shown) if line.strip() and set(line.strip()) == {"^"})
    before = shown[at - 1].split("顶级")[0]
    assert shown[at] == " " * display_width(before) + "^^^^"


def test_it_says_line_law_reason_and_suggestion_in_the_asked_language() -> None:
    copy = Copy.of("早安\n采用顶级燕麦")
    zh, en = "\n".join(lines(copy)), "\n".join(lines(copy, "en"))
    assert "第 2 行" in zh
    assert "《中华人民共和国广告法》第 9(3) 条" in zh
    assert "建议: " in zh
    assert "line 2" in en
    assert "article 9(3)" in en
    assert "Suggestion: " in en


def test_it_names_the_disguise() -> None:
    assert any("零宽字符" in line for line in lines(Copy.of("顶\u200b级")))


def test_it_shows_what_was_not_flagged_and_why() -> None:
    shown = "\n".join(lines(Copy.of("毗邻国家级自然保护区")))
    assert "未标记" in shown
    assert "地点" in shown


def test_it_names_the_field_where_there_are_several() -> None:
    copy = Copy(fields=(Field("title", "早安"), Field("body", "顶级")))
    assert any(line.startswith("body 第 1 行") for line in lines(copy))


def test_a_finding_on_the_whole_copy_has_no_carets() -> None:
    shown = lines(Copy.of("每日两粒", category="health_food"))
    assert any(line.startswith("全文") for line in shown)
    assert not any("^" in line for line in shown)


def test_control_characters_never_reach_the_terminal() -> None:
    shown = "\n".join(lines(Copy.of("\x1b[31m顶级\x07\ud800\u202e")))
    assert not set(shown) & {"\x1b", "\x07", "\ud800", "\u202e"}


def test_a_very_long_line_is_shown_around_the_finding_only() -> None:
    shown = lines(Copy.of("早" * 5000 + "顶级" + "安" * 5000))
    assert max(map(len, shown)) < 400
    assert any(line.strip().startswith("…") and "顶级" in line for line in shown)
