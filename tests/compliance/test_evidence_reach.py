"""Evidence that is narrower or older than the claim covers nothing, and the finding says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import reach
from compliance.base import Copy, Hit
from compliance.evidence import gaps, substantiated
from compliance.figures import figures, lasting
from compliance.places import PARENTS, WORDS

ON = "2026-06-01"
PAPER = {"source": "甲研究院", "title": "2026 市场报告", "dated": "2026-03-01", "region": "全国"}


def short(text: str, said: str, /, market: str = "cn", **paper) -> list[str]:
    """Return in what a paper that proves `said` falls short of `said` in `text`."""
    start = text.index(said)
    hit = Hit("r", "evidence", 0, start, start + len(said), said, {"zh": "因", "en": "why"}, {})
    one = {"text": said, **PAPER, **paper}
    language = "zh" if market == "cn" else "en"
    return [
        gap["en"] for gap in gaps(hit, Copy.of(text, on=ON, market=market, language=language), one)
    ]


@pytest.mark.parametrize(
    ("text", "said", "paper"),
    [
        ("全国销量第一", "销量第一", {"region": "广东"}),
        ("全国销量第一", "销量第一", {"region": "广东省、浙江省"}),
        (
            "全国销量第一",
            "销量第一",
            {"region": "全球"},
        ),  # first in the world need not be first here
        ("全球销量领先", "销量领先", {"region": "全国"}),
        ("世界领先工艺", "领先", {"region": "中国"}),
        ("全网销量第一", "销量第一", {"region": "全国"}),
        ("华东地区销量第一", "销量第一", {"region": "上海"}),
        ("销量第一", "销量第一", {"region": "深圳"}),
        ("广东人爱喝，九成回购", "九成回购", {"region": "深圳"}),
        ("广东人爱喝，九成回购", "九成回购", {"region": ""}),
        ("销量第一", "销量第一", {"region": "某某县"}),
        ("2025年销量第一", "销量第一", {"title": "2023年市场报告"}),
        ("2025年销量第一", "销量第一", {"title": "报告", "dated": "2023-03-01"}),
        ("2025年销量第一", "销量第一", {"title": "报告", "dated": ""}),
        ("连续三年销量第一", "销量第一", {"title": "2025年市场报告"}),
        ("连续三年销量第一", "销量第一", {"title": "2023、2025 年市场报告"}),
        ("连续5年销量第一", "销量第一", {"title": "2022-2025年市场报告"}),
        ("销量第一", "销量第一", {"dated": "2024-03-01"}),
        ("销量第一", "销量第一", {"dated": ""}),
        ("销量第一", "销量第一", {"dated": "2026-06-02"}),
        ("销量第一", "销量第一", {"dated": "去年"}),
        ("销量第一", "销量第一", {"expires": "2026-05-31"}),
        ("销量第一", "销量第一", {"sample": "天猫旗舰店成交"}),
        ("销量第一", "销量第一", {"industry": "高端燕麦奶"}),
        ("饮料行业领先", "领先", {"industry": "燕麦奶"}),
        ("满意度提升35%", "满意度提升", {}),
        ("保湿24小时", "保湿", {"text": "保湿12小时"}),
        ("九成用户回购", "用户回购", {"text": "八成用户回购"}),
        ("吸收快3倍", "吸收快", {"text": "吸收快3%"}),
        ("销量第一", "销量第一", {"source": ""}),
        ("销量第一", "销量第一", {"text": "好评第一"}),
    ],
)
def test_what_is_narrower_older_or_another_figure_does_not_cover(text, said, paper) -> None:
    assert short(text, said, **paper)


@pytest.mark.parametrize(
    ("text", "said", "paper"),
    [
        ("全国销量第一", "销量第一", {}),
        ("全国销量第一", "销量第一", {"region": "中国"}),
        ("中国广东销量第一", "销量第一", {"region": "广东省"}),
        ("销量第一", "销量第一", {}),
        ("广东人爱喝，九成回购", "九成回购", {"region": "全国"}),
        ("深圳门店回购九成", "回购九成", {"region": "广东"}),
        ("2025年销量第一", "销量第一", {"title": "2025年市场报告"}),
        ("2025年销量第一", "销量第一", {"title": "报告"}),
        ("连续三年销量第一", "销量第一", {"title": "2023-2025年市场报告"}),
        ("连续三年销量第一", "销量第一", {"text": "连续4年销量第一"}),
        ("销量第一", "销量第一", {"dated": "2023-03-01", "expires": "2026-12-31"}),
        ("天猫燕麦奶品类销量第一", "销量第一", {"sample": "天猫", "industry": "燕麦奶品类"}),
        ("满意度提升35%", "满意度提升", {"text": "满意度提升３５％"}),
        ("满意度提升百分之三十五", "满意度提升", {"text": "满意度提升35%"}),
        ("回购1,200万人次", "回购", {"text": "回购1200万人次"}),
        ("不含防腐剂", "不含防腐剂", {"dated": "2020-01-01", "region": "深圳"}),
        ("另一句全球领先。不含防腐剂", "不含防腐剂", {"region": "深圳"}),
    ],
)
def test_what_reaches_as_far_as_the_claim_covers_it(text, said, paper) -> None:
    assert short(text, said, **paper) == []


@pytest.mark.parametrize(
    ("text", "said", "paper", "covered"),
    [
        ("The UK's No.1 oat drink", "No.1", {"text": "No.1 oat drink"}, True),
        ("The UK's No.1 oat drink", "No.1", {"industry": "oat drink"}, True),
        ("The UK's No.1 oat drink", "No.1", {"text": "No.1 for taste"}, False),
        ("The UK's No.1 oat drink", "No.1", {"region": "London"}, False),
        ("The best oat drink worldwide", "best", {"region": "UK"}, False),
        ("Loved in Europe, 90% agree", "90% agree", {"region": "UK"}, False),
        ("Loved by us: 90% agree", "90% agree", {"region": "UK"}, True),
        ("Best oat drink", "Best", {"region": "Scotland"}, False),
        ("Best for three years running", "Best", {"title": "2024-2025 survey"}, False),
        ("Best for three years running", "Best", {"title": "2023-2025 survey"}, True),
        ("Best of 2025", "Best", {"title": "2024 survey"}, False),
        ("Best oat drink", "Best", {"sample": "sales on Amazon"}, False),
        ("95% agree", "agree", {"text": "59% agree"}, False),
    ],
)
def test_english_claims_are_measured_alike(text, said, paper, covered) -> None:
    assert (short(text, said, market="uk", **{"region": "UK", **paper}) == []) is covered


def test_the_finding_stays_and_says_what_is_missing() -> None:
    hit = Hit("r", "evidence", 0, 2, 6, "销量第一", {"zh": "需要依据。", "en": "Prove it."}, {})
    paper = {**PAPER, "text": "销量第一", "region": "广东"}
    found = substantiated(hit, Copy.of("全国销量第一", on=ON, substantiations=(paper,)))
    assert isinstance(found, Hit)
    assert "只涉及广东，而文案说“全国”" in found.reason["zh"]
    assert "it covers 广东 only; the copy says “全国”" in found.reason["en"]


def test_a_paper_on_which_a_person_has_to_rely_lets_nothing_go_by_itself() -> None:
    hit = Hit("r", "evidence", 0, 2, 6, "销量第一", {"zh": "", "en": ""}, {})
    paper = {**PAPER, "text": "销量第一"}
    copy = Copy.of("全国销量第一", on=ON, substantiations=({**paper, "needs_clearing": True},))
    assert substantiated(hit, copy) == hit
    assert substantiated(hit, Copy.of("全国销量第一", on=ON, substantiations=(paper,))) != hit


# -- properties -----------------------------------------------------------------------------------


@given(st.sampled_from(sorted(WORDS)), st.sampled_from(sorted(WORDS)))
def test_a_rank_is_covered_only_in_the_same_place_and_the_rest_only_within(claim, paper) -> None:
    [(_word, asked)] = reach.regions(claim, "cn")
    [(_word, known)] = reach.regions(paper, "cn")
    rank = f"{claim} 销量第一"
    plain = f"{claim} 口感顺滑"
    assert (short(rank, "销量第一", region=paper) == []) is (asked == known)
    assert (short(plain, "口感顺滑", region=paper) == []) is reach.within(asked, known)


@given(st.sampled_from(sorted(PARENTS)))
def test_every_place_lies_in_the_world(place) -> None:
    assert reach.within(place, "world")


@given(st.integers(1, 999), st.integers(1, 999))
def test_another_percentage_is_never_covered(one, other) -> None:
    assert (short(f"提升{one}%", "提升", text=f"提升{other}%") == []) is (one == other)


@given(st.text(max_size=200))
def test_any_text_is_read_and_figures_point_into_it(text) -> None:
    for _figure, start, end in figures(text):
        assert 0 <= start < end <= len(text)
    (
        reach.years(text),
        lasting(text),
        reach.ranked(text),
        reach.trades(text),
        reach.regions(text, "cn"),
    )
