"""The disguises: each does what its name says, from its seed alone."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.base import Copy
from compliance.bench.texts import CARRIERS
from compliance.engine import TEXT_CHECKS, check
from compliance.evaluation import MARKET
from compliance.evasions import EVASIONS


def disguised(name, term, seed=0):
    return EVASIONS[name](term, random.Random(seed))


def test_there_are_at_least_twelve_for_chinese():
    used = {name for name in EVASIONS if disguised(name, "第一名牌绝对治疗疗效")}
    assert len(used) >= 12


def test_there_are_at_least_ten_for_english():
    assert len({name for name in EVASIONS if disguised(name, "best price")}) >= 10


@pytest.mark.parametrize("name", EVASIONS)
@pytest.mark.parametrize("term", ["国家级疗效", "第一", "best price", "100%有效", "a", "", "，"])
def test_a_disguise_changes_the_term_or_does_not_apply(name, term):
    assert disguised(name, term) != term


@pytest.mark.parametrize("name", EVASIONS)
def test_the_same_seed_gives_the_same_disguise(name):
    for term in ("国家级疗效", "best price", "第一"):
        assert disguised(name, term, 5) == disguised(name, term, 5)


@given(st.text(max_size=20), st.integers())
def test_any_text_gets_a_disguise_or_none(term, seed):
    for name in EVASIONS:
        assert disguised(name, term, seed) != term


@pytest.mark.parametrize("name", ["zero_width", "bidi", "symbols", "spaces", "emoji"])
def test_what_is_put_between_leaves_the_letters_in_order(name):
    for term in ("国家级", "best"):
        assert "".join(c for c in disguised(name, term) if c.isalpha()) == term


def test_signs_stay_inside_words():
    assert " " in disguised("symbols", "win now") and "- " not in disguised("symbols", "win now")


@pytest.mark.parametrize("name", ["full_width", "styled"])
def test_styles_are_undone_by_compatibility(name):
    assert unicodedata.normalize("NFKC", disguised(name, "best")).lower() == "best"


def test_capitals_are_all_that_case_changes():
    assert disguised("case", "best").lower() == "best"


@pytest.mark.parametrize(
    ("name", "term", "results"),
    [
        ("traditional", "疗效", {"療效"}),
        ("split_characters", "好明", {"女子明", "好日月"}),
        ("full_pinyin", "最佳", {"zuijia", "zui jia"}),
        ("partial_pinyin", "最佳", {"zui佳", "最jia"}),
        ("numbers", "第一", {"第1", "第①", "第壹"}),
    ],
)
def test_disguises_of_chinese(name, term, results):
    assert {disguised(name, term, seed) for seed in range(40)} <= results


def test_homophones_sound_the_same():
    from pypinyin import Style, lazy_pinyin

    for seed in range(20):
        other = disguised("homophones", "最佳", seed)
        assert len(other) == 2 and other != "最佳"
        assert lazy_pinyin(list(other), style=Style.TONE3) == ["zui4", "jia1"]


def test_look_alikes_are_of_another_script():
    changed = [c for c in disguised("look_alikes", "special") if not c.isascii()]
    assert changed
    assert all(unicodedata.name(c).startswith(("CYRILLIC", "GREEK")) for c in changed)


def test_leet_keeps_the_length():
    assert len(disguised("leet", "guarantee")) == len("guarantee")


def test_repeats_make_the_term_longer():
    assert len(disguised("repeats", "最佳")) > 2


@pytest.mark.parametrize("language", CARRIERS)
def test_there_are_eight_carriers_with_one_place_each(language):
    assert len(CARRIERS[language]) == 8
    assert all(carrier.count("{}") == 1 for carrier in CARRIERS[language])


@pytest.mark.parametrize(
    ("language", "carrier"), [(lang, one) for lang, all in CARRIERS.items() for one in all]
)
@pytest.mark.parametrize("filler", ["", "蓝色", "blue"])
def test_a_carrier_is_harmless_in_itself(language, carrier, filler):
    copy = Copy.of(carrier.replace("{}", filler), language=language, market=MARKET[language])
    assert check(copy, checks=TEXT_CHECKS).verdict == "pass"


def test_the_tables_are_not_the_normalisers():
    # An evasion that the normaliser undoes by its own table would measure that table by itself.
    import compliance.evasions as evasions

    assert not any(
        getattr(value, "__module__", "").startswith(("compliance.normalize", "compliance.folding"))
        for value in vars(evasions).values()
    )
