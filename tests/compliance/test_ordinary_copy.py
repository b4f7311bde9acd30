"""Ordinary copy passes, disguised claims do not: lines written for this test, one law or idiom each."""

from pathlib import Path

import pytest

from compliance.base import Copy
from compliance.engine import TEXT_CHECKS, check
from compliance.normalize import normalize

HERE = Path(__file__).parent
ORDINARY_ZH = (HERE / "ordinary.zh.txt").read_text("utf-8").splitlines()
ORDINARY_EN = (HERE / "ordinary.en.txt").read_text("utf-8").splitlines()

DISGUISED = [
    ("国\u200b家级品质", "zero_width"),
    ("顶\u2060级成分", "zero_width"),
    ("国 家 级品质", "spaces"),
    ("极\u3000致体验", "spaces"),
    ("国*家*级品质", "symbols"),
    ("顶|级成分", "symbols"),
    ("最🔥佳选择", "symbols"),
    ("全-网-最-低", "symbols"),
    ("纯·天·然", "symbols"),
    ("第，一，品，牌", "symbols"),
    ("保\n本\n保\n息", "spaces"),
    ("１００％有效", "width"),
    ("ｎｏ．１品牌", "width"),
    ("100 % 有 效", "spaces"),
    ("治\u200d疗糖尿病", "zero_width"),
    ("Gu\u200baranteed results", "zero_width"),
    ("c l i n i c a l l y proven", "spaces"),
    ("ｃａｒｂｏｎ ｎｅｕｔｒａｌ", "width"),
    ("b-i-o-degradable", "symbols"),
    ("顶ˉ级成分", "symbols"),
    ("国ˉ家ˉ级品质", "symbols"),
    ("最ー佳选择", "symbols"),
    ("全ㆍ网ꞏ最ˇ低", "symbols"),
    ("Results are guáranteed", "zero_width"),
    ("Results are gua\u0301ranteed", "zero_width"),
    ("Cúrés cáncer", "zero_width"),
]


@pytest.mark.parametrize("text", ORDINARY_ZH)
@pytest.mark.parametrize("category", ["", "food", "electronics", "apparel"])
def test_ordinary_chinese_copy_passes(text: str, category: str) -> None:
    report = check(Copy.of(text, category=category), checks=TEXT_CHECKS)
    assert [(hit.rule, hit.text) for hit in report.hits] == []


@pytest.mark.parametrize("text", ORDINARY_EN)
@pytest.mark.parametrize("category", ["", "food", "electronics"])
def test_ordinary_english_copy_passes(text: str, category: str) -> None:
    copy = Copy.of(text, language="en", market="us", category=category)
    report = check(copy, checks=TEXT_CHECKS)
    assert [(hit.rule, hit.text) for hit in report.hits] == []


@pytest.mark.parametrize(("text", "trick"), DISGUISED)
def test_a_disguised_claim_is_caught_and_the_disguise_named(text: str, trick: str) -> None:
    language = "en" if text[0].isalpha() and ord(text[0]) < 128 or text[0] == "ｃ" else "zh"
    market = {"zh": "cn", "en": "us"}[language]
    report = check(Copy.of(text, language=language, market=market), checks=TEXT_CHECKS)
    assert report.verdict in ("block", "evidence")
    assert any(trick in hit.undone for hit in report.hits)


@pytest.mark.parametrize(
    "text",
    [
        "A café with crème brûlée, pâté and purée",
        "Rosé from the curé's own cellar, très naïve",
        "Send us your résumé, fiancé, façade or exposé",
        "Wǒmen de kāfēi hěn hǎo hē, nǐ hǎo, zài jiàn",
        "Le thé du matin, à la carte, déjà vu",
        "Über Zürich, señor Muñoz, piñata, jalapeño",
    ],
)
@pytest.mark.parametrize(("language", "market"), [("en", "us"), ("en", "uk"), ("zh", "cn")])
def test_ordinary_words_with_accents_pass(text: str, language: str, market: str) -> None:
    report = check(Copy.of(text, language=language, market=market), checks=TEXT_CHECKS)
    assert [(hit.rule, hit.text) for hit in report.hits] == []


@pytest.mark.parametrize(
    "text", ["Guáranteed results", "😀 gúáránteed results!", "ｇｕáranteed resülts"]
)
def test_a_finding_under_accents_is_the_original_word(text: str) -> None:
    hits = check(Copy.of(text, language="en", market="us"), checks=TEXT_CHECKS).hits
    assert "en_us_ftc.claim.guarantee" in {hit.rule for hit in hits}
    for hit in hits:
        assert normalize(hit.text).bare == "guaranteed results"
        assert text[hit.start : hit.end] == hit.text
