"""What a text must hold for a regex to match in it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.packs import installed
from compliance.prefilter import needs

REGEXES = sorted({p.regex for pack in installed() for rule in pack.rules for p in rule.patterns})


@pytest.mark.parametrize(
    ("regex", "sets"),
    [
        ("国家级", [{"国家级"}]),
        ("国(?:家|际)级", [{"国家级", "国际级"}]),
        ("专利(?:技术|产品)?", [{"专利"}]),
        ("[甲乙]等", [{"甲等", "乙等"}]),
        (r"\d{1,3}天见效", [{"天见效"}]),
        ("治愈[^，]{0,5}癌", [{"治愈"}, {"癌"}]),
        (r"(?<=包)过", [{"包"}, {"过"}]),
        ("(?:甲|乙{0,2})丙", [{"丙"}]),
        (r"\d{1,3}%", [{"%"}]),
        (r"\d+", []),
        ("(?!甲)乙", [{"乙"}]),
        (r"(?:疗效|药效)\w{1,3}好", [{"疗效", "药效"}, {"好"}]),
    ],
)
def test_what_is_needed(regex, sets) -> None:
    assert {frozenset(one) for one in sets} == set(needs(regex))


@pytest.mark.parametrize("regex", ["(", "a?", "(?=a)", "(?<=a{1,2})b", "[", "(?P<x"])
def test_what_is_no_regex_is_refused_as_when_compiled(regex) -> None:
    with pytest.raises(re.error):
        needs(regex)


@pytest.mark.parametrize("regex", REGEXES)
def test_every_regex_of_the_packs_compiles(regex) -> None:
    re.compile(regex, re.ASCII)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_text_that_a_regex_matches_holds_what_it_needs(data) -> None:
    regex = data.draw(st.sampled_from(REGEXES))
    text = data.draw(st.from_regex(re.compile(regex, re.ASCII)))
    for strings in needs(regex):
        assert any(one in text for one in strings)
