"""The engine: what a report holds, and that gates fail closed."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compliance import engine
from compliance.base import Copy, Field, Hit, NotFlagged
from compliance.checks import rules
from compliance.engine import check
from compliance.packs import PackError

SPICY = st.sampled_from(
    ["国家级", "顶级", "最好", "第一", "治疗", "糖尿病", "100%", "有效", "the best", "cure", "cancer",
     "😀", "\u200b", "，", "。", " ", "*", "最近", "燕麦", "\ud800", "Ｎ", "O.1", "销量", "㎏"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(SPICY, st.text(max_size=4)), max_size=14).map("".join)


class Broken:
    """A check that dies."""

    id = "broken"

    def hits(self, copy):
        """Yield one hit and then raise."""
        yield _hit("x.y", copy)
        raise ZeroDivisionError("no luck")


class Wrong:
    """A check whose span is not its text."""

    id = "wrong"

    def hits(self, copy):
        """Yield a hit that lies."""
        yield replace(_hit("x.y", copy), start=1, end=2, text="not there")


def _hit(rule: str, copy: Copy) -> Hit:
    return Hit(rule, "info", 0, 0, 0, "", {"zh": "因", "en": "why"}, {"zh": "改", "en": "mend"})


@pytest.mark.parametrize("text", ["采用顶级天然成分", "不含任何人工添加剂，纯天然"])
def test_the_source_documents_own_lines_are_flagged_with_reasons(text: str) -> None:
    report = check(Copy.of(text))
    assert report.verdict in ("block", "evidence")
    for hit in report.hits:
        assert hit.reason["zh"]
        assert hit.reason["en"]
        assert hit.statute == "《中华人民共和国广告法》"


def test_an_empty_text_passes_without_findings() -> None:
    assert check(Copy.of("")).verdict == "pass"


def test_a_copy_without_fields_passes_without_findings() -> None:
    assert check(Copy(fields=())).hits == ()


def test_a_finding_after_an_emoji_has_offsets_in_code_points() -> None:
    (hit,) = check(Copy.of("😀🔥顶级好物")).hits
    assert (hit.start, hit.end, hit.text) == (2, 4, "顶级")


def test_findings_name_the_field_they_are_in() -> None:
    copy = Copy(fields=(Field("title", "早安"), Field("body", "顶级燕麦"), Field("body", "顶级奶")))
    assert [hit.field for hit in check(copy).hits] == [1, 2]


def test_a_lone_surrogate_neither_crashes_nor_hides_a_finding() -> None:
    (hit,) = check(Copy.of("\ud800顶级\udfff")).hits
    assert (hit.start, hit.end) == (1, 3)


@pytest.mark.parametrize("gate", [Broken(), Wrong()])
def test_a_check_that_breaks_blocks_and_is_named(gate) -> None:
    report = check(Copy.of("早安"), checks=[gate])
    assert report.verdict == "block"
    (hit,) = report.hits
    assert hit.rule == "gate.error"
    assert gate.id in hit.reason["en"]


def test_a_check_that_breaks_leaves_the_other_checks_findings() -> None:
    report = check(Copy.of("顶级"), checks=[Broken(), rules.PackCheck()])
    assert {hit.rule for hit in report.hits} == {"gate.error", "cn_adlaw.absolute.dingji"}


def test_a_rule_pack_that_does_not_load_blocks(monkeypatch) -> None:
    def refuse() -> None:
        raise PackError("cn_adlaw/rules.toml: rule x: torn")

    monkeypatch.setattr(rules, "installed", refuse)
    report = check(Copy.of("早安"))
    assert report.verdict == "block"
    assert "torn" in report.hits[0].reason["zh"]


@pytest.mark.parametrize(
    "wrong",
    [{"language": "fr"}, {"market": "mars"}, {"category": "toys"}, {"fields": (Field("t", 3),)}],
)
def test_a_copy_that_cannot_be_judged_blocks(wrong) -> None:
    report = check(replace(Copy.of("早安"), **wrong))
    assert [hit.rule for hit in report.hits] == ["gate.error"]


def test_a_text_over_the_limit_blocks_and_says_how_long_it_may_be() -> None:
    report = check(Copy.of("早" * (engine.MAX_CHARACTERS + 1)))
    assert report.verdict == "block"
    assert str(engine.MAX_CHARACTERS) in report.hits[0].reason["zh"]


def test_a_megabyte_of_text_is_checked_to_its_end() -> None:
    text = "早安，来一杯热燕麦。" * 33_000 + "顶级"
    (hit,) = check(Copy.of(text)).hits
    assert hit.start == len(text) - 2


def test_a_megabyte_of_findings_does_not_crash() -> None:
    report = check(Copy.of("顶级，" * 20_000))
    assert len(report.hits) == 20_000


@pytest.mark.parametrize(
    ("text", "language", "market"),
    [
        ("国家级 quality", "en", "us"),
        ("The best oat milk，来自草原", "zh", "cn"),
        ("World's #1 oat drink", "en", "cn"),
        ("国家级", "zh", "us"),
        ("Cures cancer", "zh", "us"),
    ],
)
def test_copy_of_mixed_language_is_gated_whatever_its_language_says(text, language, market) -> None:
    assert check(Copy.of(text, language=language, market=market)).verdict != "pass"


@pytest.mark.parametrize(
    ("text", "language", "market", "law"),
    [
        ("An eco-friendly bottle", "en", "us", ("16 CFR", "260.4")),
        ("An eco-friendly bottle", "en", "uk", ("UK CAP Code", "11.1, 11.3")),
        ("An eco-friendly bottle", "en", "cn", ("《中华人民共和国广告法》", "28")),
        ("Lose 10 lbs in 2 weeks", "en", "uk", ("UK CAP Code", "13.9")),
        ("World's No. 1 oat drink", "en", "cn", ("《中华人民共和国广告法》", "9(3)")),
        ("The best oat drink", "en", "cn", ("《中华人民共和国广告法》", "9(3)")),
        ("全网最低价", "zh", "uk", ("UK CAP Code", "3.38, 3.39")),
        ("最佳燕麦奶", "zh", "us", ("FTC Act", "5")),
        ("最佳燕麦奶", "zh", "cn", ("《中华人民共和国广告法》", "9(3)")),
        ("治疗糖尿病", "zh", "eu", ("Directive 2005/29/EC", "Annex I 17")),
        ("绿色好物 guaranteed results", "zh", "cn", ("《中华人民共和国广告法》", "28")),
    ],
)
def test_a_finding_cites_the_law_of_the_copys_market(text, language, market, law) -> None:
    hits = check(Copy.of(text, language=language, market=market)).hits
    assert {(hit.statute, hit.article) for hit in hits} == {law}


def test_one_claim_is_found_once_where_two_packs_know_it() -> None:
    (hit,) = check(Copy.of("The best oat drink", language="en", market="cn")).hits
    assert (hit.rule, hit.severity) == ("cn_adlaw.absolute.english", "block")


def test_a_rule_without_a_law_in_the_market_does_not_hold_there() -> None:
    copy = Copy.of("Low fat yoghurt", language="en", category="food")
    rules_in = {
        market: {hit.rule for hit in check(replace(copy, market=market)).hits}
        for market in ("uk", "cn")
    }
    assert rules_in == {"uk": {"en_uk_cap.food.nutrition"}, "cn": set()}


def test_a_statement_that_only_chinese_law_demands_is_not_demanded_elsewhere() -> None:
    copy = Copy.of("每日两粒", category="health_food", facts={"approval_number": "1"})
    assert [hit.rule for hit in check(copy).hits] == ["cn_food_health.health_food.statement"]
    assert check(replace(copy, market="us")).hits == ()


@pytest.mark.parametrize(
    "text",
    [
        "全新 cu\u200bre\u200bs ca\u200bnc\u200ber",
        "全新 𝐜𝐮𝐫𝐞𝐬 𝐜𝐚𝐧𝐜𝐞𝐫",
        "全新 ⓒⓤⓡⓔⓢ ⓒⓐⓝⓒⓔⓡ",
        "全新 c*u*r*e*s c*a*n*c*e*r",
    ],
)
def test_disguised_english_in_chinese_copy_is_judged(text) -> None:
    report = check(Copy.of(text))
    assert "cn_english" in {pack.name for pack in report.packs}
    assert report.verdict == "block"


def test_chinese_in_compatibility_forms_is_judged_in_english_copy() -> None:
    report = check(Copy.of("New: \u2f42\ufa03\u7d1a \U00020000", language="en", market="us"))
    assert {"cn_adlaw", "en_us_ftc"} <= {pack.name for pack in report.packs}


def test_a_size_or_a_short_name_is_no_english() -> None:
    names = {pack.name for pack in check(Copy.of("5G 手机，XL 码")).packs}
    assert "cn_adlaw" in names
    assert "cn_english" not in names


def test_a_copy_that_is_refused_unread_was_judged_by_no_pack() -> None:
    assert check(Copy.of("a" * 1_000_001)).packs == ()


def test_the_report_names_the_packs_in_force() -> None:
    (ref,) = [ref for ref in check(Copy.of("早安")).packs if ref.name == "cn_adlaw"]
    assert ref.digest.startswith("sha256:")


def test_a_span_that_is_let_go_is_listed_with_its_reason() -> None:
    report = check(Copy.of("毗邻国家级自然保护区"))
    assert report.verdict == "pass"
    (one,) = report.not_flagged
    assert isinstance(one, NotFlagged)
    assert one.text == "国家级"
    assert set(one.because) == {"zh", "en"}


def test_an_exemption_elsewhere_on_the_line_clears_nothing() -> None:
    report = check(Copy.of("毗邻国家级自然保护区，国家级品质"))
    assert [(hit.start, hit.text) for hit in report.hits] == [(11, "国家级")]


def test_of_overlapping_hits_of_one_rule_the_longest_stays() -> None:
    hits = check(Copy.of("全网最低价")).hits
    assert [hit.text for hit in hits if hit.rule == "cn_adlaw.price.zuidi"] == ["全网最低价"]


@given(TEXTS)
@settings(max_examples=300)
def test_every_span_slices_the_original_to_its_text(text: str) -> None:
    report = check(Copy.of(text))
    assert not any(hit.rule == "gate.error" for hit in report.hits)
    for one in (*report.hits, *report.not_flagged):
        assert text[one.start : one.end] == one.text


def _place(hit: Hit, shift: int = 0) -> tuple[str, int, int]:
    """Rule, start and end; a finding on the whole copy lies at 0, 0 wherever the words stand."""
    if hit.start == hit.end == 0:
        return hit.rule, 0, 0
    return hit.rule, hit.start + shift, hit.end + shift


@given(TEXTS, st.sampled_from(["今天天气晴朗。", "欢迎选购。", "It rains."]))
@example("医广", "今天天气晴朗。")  # a missing approval number is a finding on the whole copy
@settings(max_examples=300)
def test_a_harmless_sentence_never_removes_a_finding(text: str, harmless: str) -> None:
    alone = check(Copy.of(text)).hits
    before = check(Copy.of(f"{harmless}\n{text}")).hits
    after = check(Copy.of(f"{text}\n{harmless}")).hits
    shift = len(harmless) + 1
    assert {_place(hit) for hit in alone} <= {_place(hit) for hit in after}
    assert {_place(hit, shift) for hit in alone} <= {_place(hit) for hit in before}


@given(TEXTS)
@settings(max_examples=50)
def test_the_same_copy_gives_the_same_report(text: str) -> None:
    assert check(Copy.of(text)) == check(Copy.of(text))
