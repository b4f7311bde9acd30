"""Rewrites: the claim goes or a fact takes its place; nothing unchecked is ever offered."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.base import Copy, TermList
from compliance.engine import check
from compliance.rests import joins
from compliance.rewrite import mended, rewrites

FACTS = {"specification": [{"label": "蛋白质", "value": "3.3克/100毫升"}], "approvals": []}


def offered(text, rule, **rest):
    copy = Copy.of(text, **rest)
    report = check(copy)
    hit = next(hit for hit in report.hits if hit.rule.startswith(rule))
    return copy, [(one.way, one.text) for one in rewrites(copy, report, hit)]


def test_the_word_goes_and_the_sentence_stays() -> None:
    _, found = offered("采用顶级燕麦，早餐一杯就好。", "cn_adlaw.absolute")
    assert ("without_words", "采用燕麦，早餐一杯就好。") in found


def test_the_clause_goes_with_its_comma() -> None:
    _, found = offered("国家级品质，早餐一杯就好。", "cn_adlaw.absolute")
    assert ("without_clause", "早餐一杯就好。") in found


def test_the_last_clause_goes_and_the_full_stop_stays() -> None:
    _, found = offered("早餐一杯就好，全网最低价。", "cn_adlaw")
    assert ("without_clause", "早餐一杯就好。") in found


def test_a_fact_of_the_product_takes_the_place_of_the_claim() -> None:
    _, found = offered("国家级品质，早餐一杯就好。", "cn_adlaw.absolute", facts=FACTS)
    assert ("fact", "蛋白质3.3克/100毫升，早餐一杯就好。") in found


def test_a_fact_that_is_no_better_is_not_offered() -> None:
    worse = {"feature": [{"label": "", "value": "全网第一"}]}
    _, found = offered("国家级品质，早餐一杯就好。", "cn_adlaw.absolute", facts=worse)
    assert all("第一" not in text for _, text in found)


def test_nothing_is_offered_when_nothing_would_be_left() -> None:
    _, found = offered("国家级", "cn_adlaw.absolute")
    assert found == []


def test_nothing_is_offered_for_what_is_missing() -> None:
    copy = Copy.of("早餐一杯就好。")
    report = check(replace(copy, required=(TermList("brief", ("限时",)),)))
    assert "brief.required" in {hit.rule for hit in report.hits}
    assert all(rewrites(copy, report, hit) == [] for hit in report.hits if hit.start == hit.end)


@pytest.mark.parametrize("market", ["us", "uk", "eu"])
def test_english_copy_is_rewritten_too(market) -> None:
    text = "Oats for breakfast. The world's best oats, in a cup."
    copy = Copy.of(text, language="en", market=market)
    report = check(copy)
    found = [one.text for hit in report.hits for one in rewrites(copy, report, hit)]
    assert any("world's best" not in text for text in found)


@given(st.lists(st.sampled_from(["早餐", "国家级", "，", "。", "最好", "第一", "一杯", "7天见效", " "]),
                min_size=1, max_size=12))  # fmt: skip
def test_what_is_offered_has_passed_the_same_gates(parts) -> None:
    copy = Copy.of("".join(parts))
    report = check(copy)
    grave = {"block": 0, "evidence": 1, "warn": 2, "pass": 3}
    for hit in report.hits:
        for one in rewrites(copy, report, hit):
            again = check(Copy.of(one.text, on=copy.on))
            assert again.verdict == one.verdict
            assert grave[again.verdict] >= grave[report.verdict]
            assert sum(h.rule == hit.rule for h in again.hits) < sum(
                h.rule == hit.rule for h in report.hits
            )


def test_everything_is_mended_step_by_step() -> None:
    copy = Copy.of("国家级品质，早餐来一杯燕麦，7天见效，一杯就好。全国销量第一。")
    mended_copy, report = mended(copy, check(copy))
    assert mended_copy.fields[0].text == "早餐来一杯燕麦，一杯就好。"
    assert report.verdict == check(mended_copy).verdict == "pass"


def test_what_cannot_be_mended_is_given_back_as_it_is() -> None:
    copy = Copy.of("国家级")
    mended_copy, report = mended(copy, check(copy))
    assert mended_copy.fields == copy.fields
    assert report.verdict == "block"


def test_what_hangs_on_the_word_does_not_stay_behind() -> None:
    _, found = offered("国家级的早餐时光，一杯就好。", "cn_adlaw.absolute")
    assert all(not text.startswith("的") for _, text in found)


ILLEGAL = ["我们不卖国家级特供酒。", "买一送一，保证三天见效，无效退款。"]
LOSE = "Lose 10 lbs in 2 weeks, guaranteed! Results may vary, not typical."
SIGNS = "，。！？；：、,.!?;:"


@pytest.mark.parametrize(
    "copy",
    [*map(Copy.of, ILLEGAL), Copy.of(LOSE, language="en", market="us")],
    ids=lambda c: c.fields,
)
def test_what_is_still_illegal_is_no_complete_mend_and_has_nothing_wrong_where_it_was_mended(copy):
    report = check(copy)
    for hit in report.hits:
        found = rewrites(copy, report, hit)
        for one in found:
            again = check(replace(copy, fields=(replace(copy.fields[0], text=one.text),)))
            assert one.complete == (again.verdict in ("pass", "warn"))
        assert [one.complete for one in found] == sorted(
            (one.complete for one in found), reverse=True
        )


def test_a_clause_that_is_still_at_fault_is_not_offered() -> None:
    _, found = offered(ILLEGAL[0], "cn_adlaw.absolute")
    assert "我们不卖特供酒。" not in [text for _, text in found]


def test_where_findings_elsewhere_remain_it_says_so() -> None:
    copy = Copy.of(ILLEGAL[1])
    report = check(copy)
    found = {one.text: one for hit in report.hits for one in rewrites(copy, report, hit)}
    assert not found["买一送一，无效退款。"].complete


def test_no_verb_is_left_alone() -> None:
    copy = Copy.of(LOSE, language="en", market="us")
    report = check(copy)
    found = [one.text for hit in report.hits for one in rewrites(copy, report, hit)]
    assert all(not text.startswith(("Lose !", "Lose!", "Lose,", "Lose in")) for text in found)


@pytest.mark.parametrize(
    ("before", "after", "stands"),
    [
        ("Lose", "", False), ("Lose", "in just two weeks", False), ("You will lose", "in two weeks", False),
        ("A cup of the", "oats", True), ("A cup full of the", "", False), ("It is an", "cup of oats", False),
        ("", "of all the oats", False), ("", "oats for your morning", True),
        ("our oats are better", "than all the others", False),
        ("采用", "燕麦片", True), ("我们是", "的燕麦片", False), ("早餐让你告别", "", False),
        ("", "和燕麦一起吃", False), ("早餐时光", "的燕麦", True), ("燕麦", "", False),
        ("它让早餐", "了", False),
    ],
)  # fmt: skip
def test_a_rest_stands_or_does_not(before, after, stands) -> None:
    assert joins(before, after) is stands


def test_half_a_sentence_is_not_left() -> None:
    _, found = offered("虽然早上很忙，国家级品质。一杯燕麦就好。", "cn_adlaw.absolute")
    assert all("虽然" not in text for _, text in found)
    assert ("without_sentence", "一杯燕麦就好。") in found


CLAUSES = ["早餐来一杯燕麦", "国家级品质", "全网最低价", "保证三天见效", "（顶级配方）", "最好的燕麦",
           "无效退款", "the world's best oats", "Lose 10 lbs", "oats in a cup", "guaranteed to cure cancer",
           "our best price ever", "in 2 weeks", "100% safe"]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from(CLAUSES), st.sampled_from("，。！, .!")), min_size=1, max_size=5
    ),
    st.sampled_from([("zh", "cn"), ("en", "us"), ("en", "uk")]),
)
def test_no_signs_in_a_row_and_no_space_before_one(parts, where) -> None:
    text = "".join(clause + sign + (" " if sign in ",.!" else "") for clause, sign in parts).strip()
    copy = Copy.of(text, language=where[0], market=where[1])
    report = check(copy)
    for hit in report.hits:
        for one in rewrites(copy, report, hit):
            assert not re.search(rf"[{SIGNS}]\s*[{SIGNS}]", one.text), (text, one)
            assert not re.search(rf"\s[{SIGNS}]", one.text), (text, one)
            assert one.text[0] not in SIGNS
