"""Figures are read in every script, each with its kind; another figure of a paper covers nothing."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compliance.base import Copy, Hit
from compliance.evidence import gaps
from compliance.figures import figures, lasting
from compliance.numerals import han
from compliance.units import UNITS

ON = "2026-06-01"


def covered(text: str, paper: str, said: str) -> bool:
    start = text.index(said)
    hit = Hit("r", "evidence", 0, start, start + len(said), said, {}, {})
    latin = text.isascii()
    copy = Copy.of(text, on=ON, market="uk" if latin else "cn", language="en" if latin else "zh")
    one = {"text": paper, "source": "甲研究院", "title": "报告", "dated": "2026-03-01"}
    return gaps(hit, copy, one) == []


@pytest.mark.parametrize(
    ("text", "paper", "said"),
    [
        ("淡化色斑只要30天", "淡化色斑，30人试用", "淡化色斑"),
        ("24小时持妆", "24人评价持妆", "持妆"),
        ("Clinically proven in 2 weeks", "Clinically proven, 2 subjects", "Clinically proven"),
        ("三百万用户信赖", "三万用户信赖", "用户信赖"),
        ("三十天淡化色斑", "九十天淡化色斑", "淡化色斑"),
        ("nine out of ten dentists recommend", "Two dentists recommend", "dentists recommend"),
        ("recommended by half of UK dentists", "recommended by a tenth of UK dentists",
         "recommended"),
        ("有效淡斑", "未发现有效淡斑", "有效淡斑"),
        ("有效淡斑", "有效淡斑未得到证实", "有效淡斑"),
        ("有效淡斑", "没有证据表明产品有效淡斑", "有效淡斑"),
        ("有效淡斑", "甲组有效淡斑，乙组未发现有效淡斑", "有效淡斑"),
        ("Reduces wrinkles", "It does not show that it reduces wrinkles", "Reduces wrinkles"),
        ("Reduces wrinkles", "Reduces wrinkles: this was not confirmed", "Reduces wrinkles"),
        ("全国销量第一", "口碑第一", "第一"),
        ("全国销量第一", "全国第一", "第一"),
        ("全国第一", "全国口碑第一", "第一"),
        ("复购率领先", "好评率领先", "领先"),
        ("近三年全国销量第一", "全国销量第一", "全国销量第一"),
        ("五年来销量领先", "2025年销量领先", "销量领先"),
        ("三年蝉联销量第一", "2025年销量第一", "销量第一"),
        ("Best seller for five years", "Best seller of 2025", "Best seller"),
        ("翻倍保湿", "提升一成，保湿", "保湿"),
        ("twice as smooth", "10% more, smooth", "smooth"),
        ("Smooth for 3 hours", "Smooth after 3 days", "Smooth"),
        ("3万人选择", "三千人选择", "选择"),
        ("２倍吸收", "2%吸收", "吸收"),
        ("数百万用户信赖", "百万用户信赖", "用户信赖"),
        ("12 recipes to love", "12 nations, to love", "to love"),
    ],
)  # fmt: skip
def test_a_doubt_is_a_gap(text: str, paper: str, said: str) -> None:
    assert not covered(text, paper, said)


@pytest.mark.parametrize(
    ("text", "paper", "said"),
    [
        ("三百万用户信赖", "300万名用户信赖", "用户信赖"),
        ("三十天淡化色斑", "３０天淡化色斑", "淡化色斑"),
        ("两周淡化色斑", "14天淡化色斑", "淡化色斑"),
        ("3万5千人选择", "35,000人选择", "选择"),
        ("九成用户回购", "十个用户中有九个，90%用户回购", "用户回购"),
        ("Nine out of ten dentists recommend it", "90% of dentists recommend", "recommend"),
        ("half of UK dentists agree", "50% of UK dentists agree", "dentists agree"),
        ("twice as smooth", "2x smooth", "smooth"),
        ("翻倍保湿", "保湿提升2倍", "保湿"),
        ("不会反弹", "未见异常，不会反弹", "反弹"),
        ("不含防腐剂", "本品不含防腐剂", "不含防腐剂"),
        ("非常保湿", "非常保湿", "保湿"),
        ("不仅保湿", "不仅保湿", "保湿"),
        ("近三年全国销量第一", "近三年全国销量第一", "销量第一"),
        ("全国销量稳居第一", "全国市场销量排名第一", "第一"),
        ("二〇二五年销量第一", "2025年销量第一", "销量第一"),
    ],
)
def test_the_same_said_otherwise_is_covered(text: str, paper: str, said: str) -> None:
    assert covered(text, paper, said)


# -- properties -----------------------------------------------------------------------------------

KINDS = ["天", "小时", "人", "倍", "%", "成", "元", "毫升", "克", "个月", "家", "分钟", "岁", "款"]
SCALES = ((10000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, ""))


def in_han(number: int) -> str:
    """Return a number up to 99 999 in Chinese, written out in full."""
    said, gap = "", False
    for size, sign in SCALES:
        digit, number = divmod(number, size)
        if digit:
            said += ("零" if gap and said else "") + "零一二三四五六七八九"[digit] + sign
        gap = not digit
    return said


@given(st.integers(1, 99_999))
def test_a_chinese_numeral_is_read_as_it_was_written(number: int) -> None:
    assert han(in_han(number)) == number


@given(st.integers(2, 9_999), st.integers(2, 9_999), st.sampled_from(KINDS))
def test_digits_and_numerals_are_one_figure_and_another_number_another(one, other, kind) -> None:
    assume(kind in "天人倍元克家款" or not 1900 <= one < 2100)  # a year, but for what is counted
    numeral = next(figures(in_han(one) + kind))[0]
    assert numeral == next(figures(f"{one}{kind}"))[0]
    assert (numeral == next(figures(in_han(other) + kind))[0]) is (one == other)


@given(st.integers(1, 999), st.sampled_from(KINDS), st.sampled_from(KINDS))
def test_another_unit_is_never_covered(number: int, one: str, other: str) -> None:
    same = UNITS[one][0] == UNITS[other][0] and UNITS[one][1] == UNITS[other][1]
    assert covered(f"保湿{number}{one}", f"保湿{number}{other}", "保湿") is same


@given(st.integers(1, 99), st.integers(1, 99))
def test_a_share_is_a_percentage(part: int, whole: int) -> None:
    found = [figure for figure, _start, _end in figures(f"{part} out of {whole} parents")]
    share = Fraction(100 * part, whole)
    assert (("%", share) in found) is (part <= whole)


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_longer_period_is_never_covered(asked: int, known: int) -> None:
    assert lasting(f"近{asked}年") == 12 * asked
    text, paper = f"近{asked}年销量第一", f"近{known}年销量第一"
    assert covered(text, paper, "销量第一") is (asked <= known)


@given(
    st.sampled_from(["未发现", "没有", "并非", "无法证明", "不能"]),
    st.sampled_from(["淡斑", "保湿", "抗皱"]),
)
def test_what_a_paper_denies_it_does_not_prove(word: str, claim: str) -> None:
    assert not covered(claim, word + claim, claim)
    assert covered(claim, f"{word}异常。{claim}", claim)
