"""What people cleared counts for no verdict; what they may not clear stays."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.base import (
    AllowPhrase,
    Clearance,
    Copy,
    FieldSpec,
    Hit,
    PlacementSpec,
    TermList,
)
from compliance.clearing import cleared, settled
from compliance.engine import check

TEXT = "夏日特饮，全国销量第一。"
HIT = Hit("r.one", "block", 0, 5, 11, "全国销量第一", {"zh": "甲", "en": "a"}, {"zh": "", "en": ""},
          exemptions=("6.5",))  # fmt: skip
PAPER = {
    "id": 7,
    "text": "全国销量第一",
    "source": "甲研究院",
    "region": "全国",
    "dated": "2026-05-01",
}


def clearance(hit: Hit = HIT, ground: str = "dismissed", **rest) -> Clearance:
    return Clearance(hit.rule, hit.field, hit.start, hit.end, hit.text, ground, **rest)


def outcome(*clearances: Clearance, hit: Hit = HIT, **copy) -> str:
    made = Copy.of(TEXT, clearances=clearances, on="2026-06-01", **copy)
    return cleared(hit, made).cleared


class Fixed:
    """A check that finds one thing."""

    id = "fixed"

    def __init__(self, hit: Hit) -> None:
        self.hit = hit

    def hits(self, copy):
        yield self.hit


def test_a_dismissed_finding_stays_in_the_report_and_counts_for_no_verdict() -> None:
    copy = Copy.of(TEXT, clearances=(clearance(),), on="2026-06-01", category="food")
    report = check(copy, checks=[Fixed(HIT)])
    assert [hit.cleared for hit in report.hits] == ["dismissed"]
    assert report.verdict == "pass"


@pytest.mark.parametrize(
    "other",
    [{"rule": "r.two"}, {"field": 1}, {"start": 4}, {"end": 12}, {"text": "全国销量第二"}],
)
def test_a_clearance_is_for_one_rule_on_one_span_of_one_field(other) -> None:
    assert outcome(replace(clearance(), **other)) == ""


def test_a_clearance_holds_through_its_last_day() -> None:
    assert outcome(clearance(expires="2026-06-01")) == "dismissed"
    assert outcome(clearance(expires="2026-05-31")) == ""
    assert outcome(clearance(expires="next year")) == ""


def test_a_code_has_to_be_one_of_the_rule() -> None:
    assert outcome(clearance(ground="exempt", ref="6.5")) == "exempt:6.5"
    assert outcome(clearance(ground="exempt", ref="6.6")) == ""
    assert outcome(clearance(ground="exempt")) == ""


def test_a_substantiation_has_to_be_on_file_and_to_cover_the_claim_still() -> None:
    relied = clearance(ground="substantiated", ref="7")
    assert outcome(relied, substantiations=(PAPER,)) == "substantiated:7"
    assert outcome(relied) == ""
    assert outcome(relied, substantiations=({**PAPER, "id": 8},)) == ""
    assert outcome(relied, substantiations=({**PAPER, "region": "广东"},)) == ""
    assert outcome(relied, substantiations=({**PAPER, "expires": "2026-05-31"},)) == ""


def test_an_absolute_rule_is_wrong_only_where_two_people_say_so() -> None:
    absolute = replace(HIT, absolute=True)
    assert outcome(clearance(), hit=absolute) == ""
    assert outcome(clearance(people=2), hit=absolute) == "dismissed"
    assert outcome(clearance(ground="exempt", ref="6.5", people=2), hit=absolute) == ""
    paper = clearance(ground="substantiated", ref="7", people=2)
    assert outcome(paper, hit=absolute, substantiations=(PAPER,)) == ""


def test_a_check_that_was_not_made_is_never_cleared() -> None:
    broken = replace(HIT, rule="gate.error")
    copy = Copy.of(TEXT, on="2026-06-01", clearances=(clearance(broken, people=9),),
                   allowed=(AllowPhrase(TEXT, "gate.error"), AllowPhrase(TEXT)))  # fmt: skip
    assert settled([broken], copy) == [broken]


def test_a_finding_that_has_become_graver_is_open_again() -> None:
    assert outcome(clearance(severity="evidence")) == ""
    assert outcome(clearance(severity="evidence"), hit=replace(HIT, severity="warn")) == "dismissed"


@pytest.mark.parametrize("broken", ["no clearance", clearance(expires=3.5)])
def test_what_cannot_be_read_clears_nothing(broken) -> None:
    copy = Copy.of(TEXT, clearances=(broken,), on="2026-06-01", category="food")
    assert check(copy, checks=[Fixed(HIT)]).verdict == "block"


@pytest.mark.parametrize("source", ["client", "brief"])
def test_a_clearance_of_one_missing_word_says_nothing_of_another(source) -> None:
    required = (TermList(source, ("甲方声明", "乙方声明")),)
    one = Clearance(f"{source}.required", 0, 0, 0, "", "dismissed", subject="甲方声明")
    report = check(Copy.of(TEXT, required=required, clearances=(one,)))
    missing = [hit for hit in report.hits if hit.rule == f"{source}.required"]
    assert {hit.subject: hit.cleared for hit in missing} == {
        "甲方声明": "dismissed", "乙方声明": "",
    }  # fmt: skip
    assert report.verdict == "block"


def test_a_clearance_of_one_missing_field_says_nothing_of_another() -> None:
    names = ("headline", "body")
    fields = tuple(FieldSpec(name, {"zh": name, "en": name}, 90) for name in names)
    spec = PlacementSpec("s", "c", {"zh": "s", "en": "s"}, fields, "", "2026-01-01")
    one = Clearance("placement.too_few", 0, 0, 0, "", "dismissed", subject="headline")
    report = check(Copy((), placement=spec, clearances=(one,)))
    missing = [hit for hit in report.hits if hit.rule == "placement.too_few"]
    assert {hit.subject: hit.cleared for hit in missing} == {"headline": "dismissed", "body": ""}


# -- approved phrases -----------------------------------------------------------------------------


def phrases(*allowed: AllowPhrase, hit: Hit = HIT, text: str = TEXT):
    copy = Copy.of(text, allowed=allowed, on="2026-06-01", category="food")
    return check(copy, checks=[Fixed(hit)])


def test_a_hit_inside_an_approved_phrase_is_let_go_and_says_who_approved_it_until_when() -> None:
    phrase = AllowPhrase("全国销量第一。", "r.", "有报告", "林律师", "2026-12-31")
    report = phrases(phrase)
    assert report.verdict == "pass"
    for said in ("林律师", "2026-12-31", "有报告"):
        assert said in report.not_flagged[0].because["zh"]


@pytest.mark.parametrize(
    ("phrase", "let_go"),
    [
        (AllowPhrase("全国销量第一"), True),
        (AllowPhrase("全国销量第一", "r.one"), True),
        (AllowPhrase("全国销量第一", "r."), True),
        (AllowPhrase("全国销量第一", "r"), False),
        (AllowPhrase("全国销量第一", "r.on"), False),
        (AllowPhrase("销量第一"), False),
        (AllowPhrase("全国销量第一", expires="2026-05-31"), False),
        (AllowPhrase("全国销量第一", expires="2026-06-01"), True),
        (AllowPhrase(" "), False),
        (AllowPhrase(""), False),
    ],
)
def test_a_phrase_covers_the_hit_is_in_force_and_names_its_rule(phrase, let_go) -> None:
    assert (phrases(phrase).verdict == "pass") is let_go


def test_a_phrase_is_found_through_a_disguise() -> None:
    text = "夏日特饮，全国*销*量第一。"
    hit = replace(HIT, end=13, text=text[5:13])
    assert phrases(AllowPhrase("全国销量第一"), hit=hit, text=text).verdict == "pass"


def test_an_absolute_rule_has_to_be_named() -> None:
    absolute = replace(HIT, absolute=True)
    assert phrases(AllowPhrase("全国销量第一"), hit=absolute).verdict == "block"
    assert phrases(AllowPhrase("全国销量第一", "r."), hit=absolute).verdict == "block"
    assert phrases(AllowPhrase("全国销量第一", "r.one"), hit=absolute).verdict == "pass"


@pytest.mark.parametrize(
    ("rule", "phrase", "let_go"),
    [
        (rule, phrase, phrase == rule or (phrase == "list." and rule == "list.house"))
        for rule in ("client.banned", "brief.banned", "placement.over_limit", "list.house")
        for phrase in ("", f"{rule.split('.')[0]}.", rule)
    ],
)
def test_a_phrase_overrides_what_is_no_rule_of_law_only_by_name(rule, phrase, let_go) -> None:
    report = phrases(AllowPhrase("全国销量第一", phrase), hit=replace(HIT, rule=rule))
    assert (report.verdict == "pass") is let_go


@pytest.mark.parametrize("source", ["client", "brief"])
def test_an_allowed_phrase_is_no_answer_to_a_ban_of_the_client(source) -> None:
    banned = (TermList(source, ("第一",)),)
    copy = Copy.of("好喝的第一杯奶茶", banned=banned, allowed=(AllowPhrase("第一杯奶茶"),))
    assert check(copy).verdict == "block"


def test_a_finding_on_the_copy_as_a_whole_lies_in_no_phrase() -> None:
    whole = replace(HIT, start=0, end=0, text="")
    assert phrases(AllowPhrase(TEXT), hit=whole).verdict == "block"


# -- properties -----------------------------------------------------------------------------------

SEVERITY = st.sampled_from(["block", "evidence", "warn", "info"])
GROUND = st.sampled_from(["dismissed", "exempt", "substantiated"])


@given(SEVERITY, st.booleans(), GROUND, st.sampled_from(["", "6.5", "7", "x"]), st.integers(0, 3),
       st.sampled_from(["", "2026-05-31", "2026-06-01", "soon"]), st.integers(0, 6))  # fmt: skip
def test_clearing_changes_nothing_but_the_mark(severity, absolute, ground, ref, people, until, at):
    hit = replace(HIT, severity=severity, absolute=absolute)
    one = clearance(hit, ground, ref=ref, people=people, expires=until)
    found = cleared(hit, Copy.of(TEXT, clearances=(replace(one, start=at),), on="2026-06-01",
                                 substantiations=(PAPER,)))  # fmt: skip
    assert replace(found, cleared="") == hit
    if found.cleared:
        assert at == hit.start
        assert until in ("", "2026-06-01")
        assert not absolute or (ground == "dismissed" and people >= 2)
