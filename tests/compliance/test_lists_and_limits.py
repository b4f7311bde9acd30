"""Word lists, placement limits and product papers as gates."""

import pytest

from compliance.base import Copy, Field, FieldSpec, PlacementSpec, TermList
from compliance.checks.limits import LimitCheck
from compliance.checks.lists import ListCheck
from compliance.engine import check
from compliance.normalize import normalize
from compliance.placements import PLACEMENTS
from compliance.wordlists import DISGUISED, SHORT_SOUNDS, Words


def spans(copy: Copy, gate) -> list[tuple[str, int, str]]:
    return [(hit.rule, hit.field, hit.text) for hit in check(copy, checks=[gate]).hits]


def banned(text: str, *terms: str, source: str = "client") -> list[tuple[str, int, str]]:
    return spans(Copy.of(text, banned=(TermList(source, terms),)), ListCheck())


@pytest.mark.parametrize("source", ["client", "brief"])
def test_a_banned_word_blocks_under_the_name_of_who_bans_it(source: str) -> None:
    assert banned("来自对手牌", "对手", source=source) == [(f"{source}.banned", 0, "对手")]


@pytest.mark.parametrize("text", ["对\u200b手", "对 手", "对*手", "对·手"])
def test_a_disguised_banned_word_is_caught_whole(text: str) -> None:
    assert banned(f"买{text}牌", "对手") == [("client.banned", 0, text)]


@pytest.mark.parametrize("text", ["ACME", "acme", "Ａｃｍｅ", "a.c.m.e", "the acme."])
def test_a_latin_banned_word_is_caught_in_any_case_and_width(text: str) -> None:
    assert len(banned(text, "Acme")) == 1


@pytest.mark.parametrize("text", ["placement", "acmes", "acme2"])
def test_a_latin_banned_word_is_no_part_of_another_word(text: str) -> None:
    assert banned(text, "acme", "lace") == []


def test_a_banned_word_of_signs_only_is_found() -> None:
    assert banned("满意***", "***") == [("client.banned", 0, "***")]


def test_an_empty_banned_word_bans_nothing() -> None:
    assert banned("早安", "", "  ") == []


@pytest.mark.parametrize("text", ["含坚果提示", "含 坚 果提示", "含坚\u200b果"])
def test_a_required_word_may_stand_in_any_field(text: str) -> None:
    copy = Copy(
        fields=(Field("title", "早安"), Field("body", text)),
        required=(TermList("brief", ("坚果",)),),
    )
    assert spans(copy, ListCheck()) == []


@pytest.mark.parametrize("source", ["client", "brief"])
def test_a_missing_required_word_blocks(source: str) -> None:
    copy = Copy.of("早安", required=(TermList(source, ("坚果",)),))
    assert spans(copy, ListCheck()) == [(f"{source}.required", 0, "")]
    assert check(copy, checks=[ListCheck()]).verdict == "block"


def slot(**rest) -> PlacementSpec:
    spec = FieldSpec(name="body", label={"zh": "正文", "en": "Body"}, **{"limit": 4, **rest})
    return PlacementSpec("slot", "c", {"zh": "位", "en": "Slot"}, (spec,), "page", "2026-01-01")


def limited(*values: str, name: str = "body", **rest) -> list[tuple[str, int, str]]:
    fields = tuple(Field(name, value) for value in values)
    return spans(Copy(fields=fields, placement=slot(**rest)), LimitCheck())


@pytest.mark.parametrize(
    ("counting", "text", "beyond"),
    [
        ("characters", "一二三四五六", "五六"),
        ("characters", "😀😀😀😀x", "x"),
        ("display_width", "一二三", "三"),
        ("display_width", "ab一二", "二"),
        ("bytes", "一二", "二"),
        ("bytes", "ab😀", "😀"),
    ],
)
def test_the_span_over_the_limit_is_what_does_not_fit(counting, text, beyond) -> None:
    assert limited(text, counting=counting) == [("placement.over_limit", 0, beyond)]


@pytest.mark.parametrize(
    ("counting", "text"), [("characters", "一二三四"), ("display_width", "一二"), ("bytes", "一a")]
)
def test_a_value_at_its_limit_fits(counting, text) -> None:
    assert limited(text, counting=counting) == []


def test_too_few_and_too_many_values_block() -> None:
    assert limited("a", least=2, most=3) == [("placement.too_few", 0, "")]
    assert limited("a", "b", "c", most=2, least=1) == [("placement.too_many", 2, "")]


def test_a_value_beyond_advice_is_warned_of_and_said_to_be_cut_off() -> None:
    copy = Copy(fields=(Field("body", "abcdef"),), placement=slot(firm=False))
    report = check(copy, checks=[LimitCheck()])
    (hit,) = report.hits
    assert (hit.rule, hit.severity, hit.text) == ("placement.over_limit", "warn", "ef")
    assert "cut off in the feed" in hit.reason["en"]
    assert "截断" in hit.reason["zh"]
    assert report.verdict == "warn"


def test_a_value_beyond_a_firm_limit_blocks() -> None:
    copy = Copy(fields=(Field("body", "abcdef"),), placement=slot(firm=True))
    assert check(copy, checks=[LimitCheck()]).verdict == "block"


def test_a_value_of_spaces_is_no_value() -> None:
    assert limited(" \u3000") == [("placement.too_few", 0, "")]


def test_a_value_under_its_floor_blocks() -> None:
    assert limited("ab", floor=3) == [("placement.too_short", 0, "ab")]


def test_a_field_that_the_placement_does_not_have_blocks() -> None:
    assert limited("ab", name="bdoy", least=0) == [("placement.unknown_field", 0, "ab")]


def test_a_full_search_ad_fits_its_placement() -> None:
    fields = [Field("headline", f"Oat drink {n}") for n in range(15)]
    fields += [Field("description", f"Smooth in coffee {n}") for n in range(4)]
    assert spans(Copy(fields=tuple(fields), placement=PLACEMENTS["google_rsa"]), LimitCheck()) == []


def test_a_letter_that_looks_like_a_sign_hides_no_banned_word() -> None:
    copy = Copy.of("优于竞ˉ品", banned=(TermList("client", ("竞品",)),))
    (hit,) = [hit for hit in check(copy).hits if hit.rule == "client.banned"]
    assert (hit.text, hit.undone) == ("竞ˉ品", ("symbols",))


def test_a_banned_word_is_not_the_word_with_an_accent() -> None:
    copy = Copy.of("Rosé", language="en", market="us", banned=(TermList("client", ("rose",)),))
    assert check(copy).hits == ()


def papers(**facts) -> list[str]:
    copy = Copy.of(
        "每日两粒。本品不能代替药物", category="health_food", facts=facts, on="2026-06-01"
    )
    return [hit.rule for hit in check(copy).hits]


def test_a_health_food_without_an_approval_number_needs_evidence() -> None:
    assert papers(price="99") == ["facts.approval_missing"]


def test_an_expired_approval_needs_evidence() -> None:
    expired = {"number": "食健广审 1", "expires": "2026-05-31"}
    assert papers(approvals=[expired]) == ["facts.approval_expired"]
    assert papers(approval_number="1", approval_expires="2020-01-01") == ["facts.approval_expired"]


@pytest.mark.parametrize(
    "facts",
    [
        {"approvals": [{"number": "1", "expires": "2026-06-01"}]},
        {"approvals": [{"number": "1", "expires": "2020-01-01"}, {"number": "2"}]},
        {"approval_number": "1", "approval_expires": "2027-01-01"},
    ],
)
def test_a_valid_approval_clears_the_papers(facts) -> None:
    assert papers(**facts) == []


def test_ordinary_food_needs_no_approval() -> None:
    assert check(Copy.of("早安", category="food")).verdict == "pass"


@pytest.mark.parametrize("expires", ["31/12/2099", "2099-1-1", "长期有效", 0, False])
def test_an_approval_whose_expiry_is_no_date_is_not_valid(expires) -> None:
    assert papers(approvals=[{"number": "1", "expires": expires}]) == ["facts.approval_unreadable"]


@pytest.mark.parametrize("facts", [{"approvals": "1"}, {"approvals": [3]}])
def test_facts_of_the_wrong_shape_block(facts) -> None:
    copy = Copy.of("本品不能代替药物", category="health_food", facts=facts)
    assert "gate.error" in [hit.rule for hit in check(copy).hits]


def _long(size: int) -> Words:
    """Return a list of `size` terms, of which only two are said in ads."""
    others = (f"{chr(0x4E00 + at // 300)}{chr(0x5000 + at % 300)}龘靐" for at in range(size - 2))
    return Words(("国家特供酒", "guaranteed", *others))


@pytest.fixture(scope="module")
def long_lists() -> dict[int, Words]:
    """A list of each size at which something changes."""
    return {size: _long(size) for size in (SHORT_SOUNDS + 1, DISGUISED + 1)}


@pytest.mark.parametrize("size", [SHORT_SOUNDS + 1, DISGUISED + 1])
@pytest.mark.parametrize(
    "text",
    [
        "国*家*特*供*酒",
        "国\u200b家特供酒",
        "國家特供酒",
        "国国国家特供供酒",
        "ＧＵＡＲＡＮＴＥＥＤ",
        "gu4ranteed",
    ],
)
def test_a_list_of_any_size_is_sought_through_cheap_disguises(
    text: str, size: int, long_lists: dict[int, Words]
) -> None:
    assert long_lists[size].find(normalize(f"今日{text}到店"), disguised=True)


@pytest.mark.parametrize("text", ["国家特贡酒", "guo家特供酒"])
def test_a_long_list_is_sought_by_its_sounds(text: str, long_lists: dict[int, Words]) -> None:
    assert long_lists[SHORT_SOUNDS + 1].find(normalize(text), disguised=True)
