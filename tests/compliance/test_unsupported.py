"""What a machine made up asks for evidence; what it was given, and what people wrote, does not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.base import Copy, Hit
from compliance.checks.unsupported import UnsupportedCheck, asked_once
from compliance.engine import check
from compliance.law import words

FACTS = {"specification": [{"label": "蛋白", "value": "每100毫升3.2克"}], "approvals": []}


def found(text: str, market: str = "cn", **rest) -> list[str]:
    language = "zh" if market == "cn" else "en"
    copy = Copy.of(text, generated=True, market=market, language=language, category="food",
                   on="2026-11-23", facts=FACTS, **rest)  # fmt: skip
    return [hit.text for hit in check(copy).hits if hit.rule.startswith("unsupported.")]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("每100毫升含5.6克蛋白", ["5.6克"]),
        ("保鲜36小时", ["36小时"]),
        ("到手价¥39.9", ["39.9"]),
        ("连开12家门店", ["12家"]),
        ("三倍顺滑", ["三倍"]),
    ],
)  # fmt: skip
def test_a_figure_that_nobody_gave_asks_for_evidence(text, claims) -> None:
    assert found(text) == claims


@pytest.mark.parametrize("text", ["早餐一杯就好", "2026新款", "3", "清晨第一口", "一"])
def test_what_says_nothing_to_prove_is_let_be(text) -> None:
    assert found(text) == []


def test_figures_of_facts_brief_and_papers_are_supported() -> None:
    assert found("每100毫升含3.2克蛋白") == []
    assert found("保鲜36小时", said=("保鲜36小时",)) == []
    paper = {"text": "保鲜36小时", "source": "甲", "expires": "2026-12-31"}
    assert found("保鲜36小时", substantiations=(paper,)) == []
    assert found("保鲜36小时", substantiations=({**paper, "expires": "2026-11-22"},))


def test_what_people_wrote_is_left_to_the_rules() -> None:
    report = check(Copy.of("保鲜36小时", category="food"))
    assert not [hit for hit in report.hits if hit.rule.startswith("unsupported.")]


@pytest.mark.parametrize("market", ["uk", "us", "eu"])
def test_every_market_is_told_under_its_own_law(market) -> None:
    copy = Copy.of("Fresh for 36 hours", generated=True, market=market, language="en")
    [hit] = [one for one in check(copy).hits if one.rule == "unsupported.figure"]
    assert hit.severity == "evidence" and hit.statute and "《" not in hit.statute


def test_the_guide_is_cited_from_its_first_day_on() -> None:
    def statute(on: str) -> str:
        copy = Copy.of("保鲜36小时", generated=True, on=on, category="food")
        return next(hit.statute for hit in check(copy).hits)

    assert "引证" in statute("2026-06-12")
    assert "广告法" in statute("2026-06-11")


def test_what_it_refers_to_is_there() -> None:
    [hit] = check(Copy.of("保鲜36小时", generated=True, on="2026-11-23", category="food")).hits
    assert hit.penalty in words("penalty")
    assert set(hit.evidence) <= set(words("evidence"))


def test_nobody_is_asked_twice_for_the_same_words() -> None:
    report = check(Copy.of("35%的用户选择", generated=True, on="2026-11-23", category="food"))
    assert len(report.hits) == 1


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 30), st.integers(1, 9), st.booleans())))
def test_what_is_asked_once_is_what_no_rule_of_the_law_touches(spans) -> None:
    hits = [
        Hit("unsupported.figure" if own else "r", "evidence", field, at, at + size, "x", {}, {})
        for field, at, size, own in spans
    ]
    law = [hit for hit in hits if hit.rule == "r"]
    kept = asked_once(hits)
    assert [hit for hit in kept if hit.rule == "r"] == law
    for hit in hits:
        touched = any(
            one.field == hit.field and one.start < hit.end and hit.start < one.end for one in law
        )
        assert (hit in kept) is (hit.rule == "r" or not touched)


def test_a_fact_of_another_kind_is_no_support() -> None:
    assert found("保鲜36小时", said=("买满36元",))
    assert found("36倍顺滑", said=("买满36元",))


def test_a_fact_in_another_unit_or_apart_from_its_unit_is_support() -> None:
    assert found("净含量1升", said=("净含量1000ml",)) == []
    assert found("保质期一年半、12个月都好", said=("保质期：一年",)) == []
    assert found("净含量500毫升", said=("净含量(ml)", "500")) == []
    assert found("两周保鲜", said=("14天",)) == []


@pytest.mark.parametrize(
    ("text", "market"),
    [
        ("每三个家庭就有一个在用", "cn"),
        ("10个人里有9个回购", "cn"),
        ("超过两千家门店", "cn"),
        ("三百万用户信赖", "cn"),
        ("万人好评", "cn"),
        ("三分之二的妈妈选它", "cn"),
        ("三十天见效", "cn"),
        ("翻倍保湿", "cn"),
        ("十年来坚持", "cn"),
        ("荣登红点设计奖", "cn"),
        ("“太好用了！”——李女士，北京", "cn"),
        ("李女士：孩子每天抢着喝", "cn"),
        ("nine in ten parents choose it", "us"),
        ("Nine out of ten dentists recommend it", "us"),
        ("half of UK dentists agree", "uk"),
        ("two million happy families", "us"),
        ("twice the protein", "us"),
        ("iF Design Award 2025", "us"),
        ("“Best thing in my fridge” – Sarah, London", "uk"),
    ],
)
def test_what_is_told_in_words_asks_for_evidence_too(text: str, market: str) -> None:
    language = "zh" if market == "cn" else "en"
    copy = Copy.of(text, generated=True, market=market, language=language, on="2026-11-23")
    assert [hit.text for hit in UnsupportedCheck().hits(copy)]


@pytest.mark.parametrize(
    ("text", "market"),
    [
        ("三口之家的周末早餐", "cn"),
        ("两个人，两杯，一整天", "cn"),
        ("四季都好喝，千家万户", "cn"),
        ("三天两头想喝", "cn"),
        ("双十一一起囤", "cn"),
        ("十分顺滑，万分期待", "cn"),
        ("四川火锅配三明治", "cn"),
        ("“早安”——从这一杯开始", "cn"),
        ("One of a kind", "us"),
        ("Half the fun is the foam", "us"),
        ("A cup for two people", "us"),
        ("The 3-in-1 carafe", "us"),
        ("Use a third of a cup", "us"),
        ("Ready when you are, 24/7", "us"),
    ],
)
def test_numerals_of_everyday_speech_are_let_be(text: str, market: str) -> None:
    language = "zh" if market == "cn" else "en"
    copy = Copy.of(text, generated=True, market=market, language=language, on="2026-11-23")
    assert [hit.text for hit in UnsupportedCheck().hits(copy)] == []


@pytest.mark.parametrize("name", ["ordinary.zh.txt", "ordinary.en.txt"])
def test_few_lines_of_ordinary_copy_ask_for_evidence(name: str) -> None:
    zh = ".zh." in name
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    copies = [
        Copy.of(line, generated=True, market="cn" if zh else "us", language="zh" if zh else "en")
        for line in lines
    ]
    asked = [copy for copy in copies if list(UnsupportedCheck().hits(copy))]
    assert len(asked) <= len(copies) // 6
