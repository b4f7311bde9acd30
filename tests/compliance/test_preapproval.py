"""Advertising reviewed beforehand: the number in force, and the text as it was approved."""

from typing import Any

import pytest

from compliance.base import Copy, Field, Hit
from compliance.checks.facts import FactCheck

NUMBER = "京食健广审（文）第270101-00001号"
TEXT = "海藻胶囊，每日两粒。本品不能代替药物"
APPROVED = {"number": NUMBER, "expires": "2027-01-01", "text": TEXT}


def found(*texts: str, category: str = "health_food", **facts: Any) -> list[Hit]:
    copy = Copy(
        fields=tuple(Field("text", text) for text in texts),
        category=category,
        facts=facts,
        on="2026-06-01",
    )
    return list(FactCheck().hits(copy))


@pytest.mark.parametrize(
    "texts",
    [
        (TEXT,),
        ("海藻胶囊，\n每日两粒。 本品不能代替药物",),
        ("海藻胶囊，每日两粒。", "本品不能代替药物"),
        (TEXT + NUMBER,),
        (NUMBER, TEXT),
    ],
)
def test_what_was_approved_passes_with_or_without_spaces_and_number(texts) -> None:
    assert found(*texts, approvals=[APPROVED]) == []


@pytest.mark.parametrize(
    ("published", "field", "changed", "was", "now"),
    [
        ("海藻胶囊，每日三粒。本品不能代替药物", 0, "三", "两", "三"),
        ("海藻胶囊，每日两粒。更轻松！本品不能代替药物", 0, "更轻松！", "", "更轻松！"),
        ("海藻胶囊，每日两粒。", 0, "", "本品不能代替药物", ""),
        ("海藻软胶囊，每日两粒。本品不能代替药物", 0, "软", "", "软"),
    ],
)
def test_any_difference_blocks_and_shows_the_first(published, field, changed, was, now) -> None:
    (hit,) = found(published, approvals=[APPROVED])
    assert (hit.rule, hit.severity, hit.article) == ("facts.approval_text_changed", "block", "20")
    assert (hit.field, hit.text, published[hit.start : hit.end]) == (field, changed, changed)
    assert f"审查通过的为“{was}”，现为“{now}”" in hit.reason["zh"]
    assert f"approved “{was}”, now “{now}”" in hit.reason["en"]


def test_the_difference_is_placed_in_the_field_that_has_it() -> None:
    (hit,) = found("海藻胶囊，每日两粒。", "本品 能代替药物", approvals=[APPROVED])
    assert "审查通过的为“不”，现为“”" in hit.reason["zh"]
    (hit,) = found("海藻胶囊，每日两粒。", "本品可以代替药物", approvals=[APPROVED])
    assert (hit.field, hit.text) == (1, "可以")


def test_one_of_several_approvals_is_enough() -> None:
    other = {"number": "京食健广审（文）第270101-00002号", "text": "另一则广告"}
    assert found(TEXT, approvals=[other, APPROVED]) == []


def test_an_expired_approval_covers_no_text() -> None:
    (hit,) = found(TEXT, approvals=[{**APPROVED, "expires": "2026-05-31"}])
    assert hit.rule == "facts.approval_expired"


def test_an_approval_without_its_text_is_not_compared() -> None:
    assert found("随便写写", approvals=[{"number": NUMBER}]) == []


def test_an_approved_text_may_come_in_parts() -> None:
    parts = {**APPROVED, "text": ["海藻胶囊，每日两粒。", "本品不能代替药物"]}
    assert found(TEXT, approvals=[parts]) == []


def test_a_single_approval_may_stand_by_itself() -> None:
    (hit,) = found("改过的", approval_number=NUMBER, approval_text=TEXT)
    assert hit.rule == "facts.approval_text_changed"


def test_a_number_that_is_not_in_force_may_not_be_shown() -> None:
    stranger = "每日两粒。京食健广审（文）第990101-09999号"
    (hit,) = found(stranger, approvals=[{"number": NUMBER}])
    assert (hit.rule, hit.article) == ("facts.approval_other_number", "9")
    assert NUMBER in hit.reason["zh"]
    assert found(f"每日两粒。{NUMBER}", approvals=[{"number": NUMBER}]) == []


def test_medical_services_stand_under_the_rules_on_internet_advertising() -> None:
    approved = {"number": "（京）医广【2026】第01-02-003号", "text": "口腔门诊，周末照常"}
    (hit,) = found("口腔门诊，全年无休", category="medical_service", approvals=[approved])
    assert (hit.statute, hit.article) == ("《互联网广告管理办法》", "7")


def test_categories_that_nobody_reviews_are_left_alone() -> None:
    assert found("改过的", category="food", approvals=[APPROVED]) == []
