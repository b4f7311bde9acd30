"""What a text must hold for a regex to match in it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.packs import installed
from compliance.prefilter import possible, tries, ways
from compliance.regexes import parsed, valid
from compliance.scanning import compiled, first, spans

REGEXES = sorted({p.regex for pack in installed() for rule in pack.rules for p in rule.patterns})

EXEMPTIONS = sorted(
    {
        one
        for p in installed()
        for rule in p.rules
        for exempt in rule.exempt
        for one in exempt.regexes
    }
)


@pytest.mark.parametrize(
    ("regex", "sets"),
    [
        ("国家级", [{"国家级"}]),
        ("国(?:家|际)级", [{"国家级", "国际级"}]),
        ("专利(?:技术|产品)?", [{"专利"}]),
        ("[甲乙]等", [{"甲等", "乙等"}]),
        (r"\d{1,3}天见效", [{f"{n}天见效" for n in range(10)}]),
        ("治愈[^，]{0,5}癌", [{"治愈"}, {"癌"}]),
        (r"(?<=包)过", [{"包"}, {"过"}]),
        ("(?:甲|乙)丙{0,2}", [{"甲", "乙"}]),
        (r"\d{1,3}%", [{f"{n}%" for n in range(10)}]),
        (r"\d+", [set("0123456789")]),
        ("(?!甲)乙", [{"乙"}]),
        (r"(?:疗效|药效)\w{1,3}好", [{"疗效", "药效"}, {"好"}]),
    ],
)
def test_what_is_needed(regex, sets) -> None:
    (way,) = ways(regex)
    assert {frozenset(one) for one in sets} == set(way)


def test_each_way_to_match_has_needs_of_its_own() -> None:
    one, other = ways(r"(?:治好[^，]{0,5}癌|癌[^，]{0,5}没了)")
    assert set(one) == {frozenset({"治好"}), frozenset({"癌"})}
    assert set(other) == {frozenset({"癌"}), frozenset({"没了"})}


def test_what_stands_around_a_choice_is_needed_in_each_way() -> None:
    assert [set(way) for way in ways(r"全[^，]{0,3}(?:最好|第[^，]{0,2}名)的")] == [
        {frozenset({"全"}), frozenset({"最好的"})},
        {frozenset({"全"}), frozenset({"第"}), frozenset({"名的"})},
    ]


def test_what_repeats_joins_its_neighbours() -> None:
    (way,) = ways("第[一二]{1,3}名")
    assert set(way) == {frozenset({"第一", "第二"}), frozenset({"一名", "二名"})}


def test_a_pattern_is_looked_for_by_its_rarest_strings_and_the_rest_is_asked() -> None:
    (one,) = tries(r"(?:不|别)[^，]{0,3}消费者协会", "协会")
    assert one.strings == ("消费者协会",)


@pytest.mark.parametrize("regex", ["(", "a?", "(?=a)", "(?<=a{1,2})b", "[", "(?P<x"])
def test_what_is_no_regex_is_refused_as_when_compiled(regex) -> None:
    with pytest.raises(re.error):
        valid(regex)
    with pytest.raises(re.error):
        parsed(regex)


@pytest.mark.parametrize("regex", REGEXES)
def test_every_regex_of_the_packs_compiles(regex) -> None:
    compiled(regex)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_text_that_a_regex_matches_holds_what_it_needs(data) -> None:
    regex = data.draw(st.sampled_from(REGEXES))
    text = data.draw(st.from_regex(re.compile(regex, re.ASCII)))
    assert any(all(any(one in text for one in strings) for strings in way) for way in ways(regex))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_where_an_exemption_matches_it_was_possible(data) -> None:
    regex = data.draw(st.sampled_from(EXEMPTIONS))
    match = compiled(regex).search(data.draw(st.from_regex(compiled(regex))))
    assert match is not None
    assert possible(regex, match.string)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_text_that_a_regex_matches_begins_as_it_may(data) -> None:
    regex = data.draw(st.sampled_from(REGEXES))
    match = compiled(regex).search(data.draw(st.from_regex(compiled(regex))))
    assert match is not None
    assert match[0][0] in (first(regex) or match[0][0])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_regex_is_found_where_finditer_finds_it(data) -> None:
    regex = data.draw(st.sampled_from(REGEXES))
    parts = st.one_of(st.text(max_size=5), st.from_regex(compiled(regex)))
    text = "".join(data.draw(st.lists(parts, max_size=4)))
    assert list(spans(regex, text)) == [m.span() for m in compiled(regex).finditer(text)]
