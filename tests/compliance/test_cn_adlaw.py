"""Chinese advertising law: pairs of exempt and not exempt wording, and what a finding rests on."""

from pathlib import Path

import pytest

from compliance import law
from compliance.base import Copy, Hit
from compliance.checks.rules import PackCheck
from compliance.engine import TEXT_CHECKS, check
from compliance.packs import installed
from compliance.packs.articles import table

DOC = Path(__file__).parents[2] / "docs" / "compliance-cn.md"
LEVELS = {"block", "evidence"}

# Code of the guide, wording that the ground covers with the verdict left, wording that it does not.
PAIRS = [
    ("5.1", "顾客第一，是我们的店训", "pass", "口碑全国第一"),
    ("5.1", "送给最美的你", "pass", "最美味的月饼"),
    ("5.2", "我们追求世界一流的品质", "warn", "世界一流的品质"),
    ("5.2", "力争成为本省第一", "warn", "已成为本省第一"),
    ("5.3", "毗邻国家级自然保护区", "pass", "国家级品质"),
    ("5.3", "唯一订单号请妥善保管", "pass", "全网唯一配方"),
    ("6.1", "本品牌2024款续航为历代最长", "evidence", "续航为业内最长"),
    ("6.2", "开封后三天内是最佳赏味期", "pass", "最佳风味"),
    ("6.5", "获评最佳工业设计奖", "evidence", "最佳工业设计"),
    (
        "6.6",
        "2025年度全国销量第一（数据来源：某某咨询，统计时间2025年1月至12月）",
        "evidence",
        "2025年度全国销量第一",
    ),
    (
        "6.6",
        "据某某咨询统计，2025年中国市场销量第一",
        "evidence",
        "据说全国销量第一",
    ),
    ("6.6", "最大承重一百五十公斤", "pass", "规模最大"),
]


def findings(text: str) -> list[Hit]:
    return list(check(Copy.of(text), checks=TEXT_CHECKS).hits)


@pytest.mark.parametrize(("code", "text", "verdict", "_other"), PAIRS)
def test_an_exempt_wording_is_let_go_or_asks_for_proof(code, text, verdict, _other) -> None:
    absolute = [hit for hit in findings(text) if hit.article == "9(3)"]
    assert {hit.severity for hit in absolute} <= {verdict}, code
    assert bool(absolute) == (verdict != "pass")


@pytest.mark.parametrize(("code", "_exempt", "_verdict", "text"), PAIRS)
def test_wording_that_is_not_exempt_is_blocked(code, _exempt, _verdict, text) -> None:
    absolute = [hit for hit in findings(text) if hit.article == "9(3)"]
    assert {hit.severity for hit in absolute} == {"block"}, code
    assert any(code in hit.exemptions for hit in absolute)


@pytest.mark.parametrize(
    "text",
    [
        "全国销量第一（数据来源：某某咨询）",
        "2025年销量第一（数据来源：某某咨询）",
        "2025年全国销量第一",
    ],
)
def test_a_rank_without_period_region_or_source_is_blocked(text: str) -> None:
    assert check(Copy.of(text), checks=TEXT_CHECKS).verdict == "block"


def test_a_ground_elsewhere_on_the_line_clears_nothing() -> None:
    report = check(Copy.of("据某某咨询统计，2025年全国销量第一。全网最低价"), checks=TEXT_CHECKS)
    assert "全网最低价" in {hit.text for hit in report.hits if hit.severity == "block"}


@pytest.mark.parametrize("rule", ["claim.guarantee", "state.organ", "state.tegong", "state.symbol"])
def test_guarantees_and_state_organs_can_only_be_dismissed(rule: str) -> None:
    (pack,) = [pack for pack in installed() if pack.meta.name == "cn_adlaw"]
    (one,) = [one for one in pack.rules if one.id == f"cn_adlaw.{rule}"]
    assert one.absolute


@pytest.mark.parametrize("code", ["4", "5.1", "5.2", "5.3", *(f"6.{n}" for n in range(1, 7))])
def test_each_ground_of_the_guide_says_that_its_original_was_not_read(code: str) -> None:
    ground = law.words("exemptions")[code]
    assert ground["verified"] is False
    assert "未与原文核对" in ground["note"]["zh"]
    assert "not compared with the original" in ground["note"]["en"]


def test_a_penalty_and_a_ground_of_china_follow_no_rule_abroad() -> None:
    copy = Copy.of("国家级品质", market="us")
    (hit,) = [hit for hit in PackCheck().hits(copy) if isinstance(hit, Hit)]
    assert hit.statute != "《中华人民共和国广告法》"
    assert (hit.penalty, hit.exemptions) == ("", ())


def test_each_penalty_of_a_statute_that_is_here_cites_one_of_its_articles() -> None:
    for key, penalty in law.words("penalty").items():
        if penalty["statute"] in law.statutes() and penalty.get("verified", True):
            assert law.articles(penalty["statute"], penalty["article"]), key


@pytest.mark.parametrize("number", range(1, 75))
def test_the_advertising_law_is_carried_whole(number: int) -> None:
    (article,) = law.articles("《中华人民共和国广告法》", str(number))
    assert article.text.startswith("第")


def test_the_table_of_articles_is_in_step_with_the_packs() -> None:
    written = DOC.read_text("utf-8").partition("| Statute |")
    wanted = table(installed(), "cn")
    assert written[1] + written[2] == wanted, "renew it: manage.py packs articles cn"
