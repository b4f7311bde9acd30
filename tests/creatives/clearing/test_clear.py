"""Who clears a finding, and on which ground."""

from dataclasses import replace
from datetime import timedelta

import pytest

import compliance.base as base
from creatives import gates
from creatives.actions import clear as steps
from creatives.actions import lists, review
from creatives.errors import Refused
from creatives.models import (
    Candidate,
    Event,
    Finding,
)
from tenants import scope
from tests import builders
from tests.creatives.clearing.conftest import (
    HIT,
    TEXT,
    TODAY,
    clear,
    finding_of,
    latest,
    paper,
    refused,
    status,
    support,
)

# -- the three grounds ----------------------------------------------------------------------------


def test_a_dismissed_block_sends_the_candidate_to_review_and_is_told(office):
    assert office.copy.status == "blocked"
    row = clear(office, office.lea)
    assert status(office.copy) == "in_review"
    assert finding_of(office.copy).cleared == "dismissed"
    assert latest(office.copy).verdict == "pass"
    event = Event._base_manager.get(verb="cleared")
    assert (event.actor, event.data["clearance"], event.data["rule"]) == (
        office.lea, row.pk, "t.rank",
    )  # fmt: skip
    assert event.note == "规则在此不适用"


def test_an_exemption_is_a_code_of_the_finding(office):
    refused("unknown_code", office, office.lea, ground="exempt", code="6.6")
    refused("unknown_code", office, office.lea, ground="exempt")
    clear(office, office.lea, ground="exempt", code="4")
    assert finding_of(office.copy).cleared == "exempt:4"


def test_a_code_that_asks_for_papers_needs_one(office, law, monkeypatch):
    monkeypatch.setattr(steps, "words", lambda kind: {"4": {"evidence": ["market_study"]}})
    refused("paper_needed", office, office.lea, ground="exempt", code="4")
    clear(office, office.lea, ground="exempt", code="4", substantiation=paper(office))
    assert finding_of(office.copy).cleared == "exempt:4"


def test_a_paper_that_covers_the_claim_substantiates_it(office):
    refused("paper_needed", office, office.lea, ground="substantiated")
    proof = paper(office)
    clear(office, office.lea, ground="substantiated", substantiation=proof)
    assert finding_of(office.copy).cleared == f"substantiated:{proof.pk}"
    assert status(office.copy) == "in_review"


def test_a_paper_that_is_narrower_than_the_claim_does_not(office):
    refused("not_covered", office, office.lea, ground="substantiated",
            substantiation=paper(office, region="广东"))  # fmt: skip
    refused("not_covered", office, office.lea, ground="substantiated",
            substantiation=paper(office, text="全国销量领先"))  # fmt: skip


def test_a_paper_has_to_be_in_force_and_of_this_product(office):
    yesterday = TODAY - timedelta(days=3)
    old = paper(office, dated_on=yesterday, valid_until=yesterday)
    refused("expired", office, office.lea, ground="substantiated", substantiation=old)
    other = builders.product(office.client, "豆奶")
    strange = paper(office, product=other)
    refused("other_product", office, office.lea, ground="substantiated", substantiation=strange)


def test_a_paper_on_file_lets_nothing_go_by_itself(office, law):
    law.hits = [replace(HIT, severity="evidence")]
    paper(office)
    assert builders.candidate(office.run, TEXT).verdict == "evidence"


@pytest.mark.parametrize("ground", ["", "because", "exempted"])
def test_there_is_no_other_ground(office, ground):
    refused("unknown_ground", office, office.lea, ground=ground)


# -- who, and having seen what --------------------------------------------------------------------


def test_only_the_legal_discipline_clears(office):
    refused("not_legal", office, office.rex)
    refused("forbidden", office, office.ann)
    assert Event._base_manager.filter(verb="denied", actor=office.rex).exists()


def test_nobody_clears_what_they_wrote_ran_or_edited(office):
    both = builders.member(
        office.north, "both", roles=["writer", "reviewer", "manager"], disciplines=["legal"]
    )
    brief = builders.brief(office.client, by=both, name="另一份")
    wrote = builders.candidate(builders.run(brief, by=office.ann), TEXT)
    refused("own_work", office, both, candidate=wrote)
    edited = builders.edited(office.copy, TEXT + "来。", by=both)
    refused("own_work", office, both, candidate=edited)


def test_another_agency_finds_nothing_to_clear(office):
    far = builders.member(office.south, "far", roles=["reviewer"], disciplines=["legal"])
    refused("not_found", office, far, finding=finding_of(office.copy))


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_a_reason_is_needed(office, reason):
    refused("reason_needed", office, office.lea, reason=reason)


def test_another_report_than_was_shown_is_refused(office, law):
    refused("rules_changed", office, office.lea, report_id=0)
    law.hits = [HIT, base.Hit("t.more", "block", 0, 7, 9, "今天", {"zh": "", "en": ""}, {})]
    refused("rules_changed", office, office.lea)
    assert Finding._base_manager.filter(report=latest(office.copy)).count() == 2


def test_a_finding_of_an_earlier_report_is_refused(office, law):
    old = finding_of(office.copy)
    law.hits = [HIT, base.Hit("t.more", "block", 0, 7, 9, "今天", {"zh": "", "en": ""}, {})]
    with builders.acting(office.lea), pytest.raises(Refused):
        review.refresh(office.copy)
    refused("rules_changed", office, office.lea, finding=old)


def test_a_check_that_was_not_made_is_never_cleared(office, law):
    law.hits = [base.Hit("gate.error", "block", 0, 0, 0, "", {"zh": "坏", "en": "broken"}, {})]
    broken = builders.candidate(office.run, TEXT)
    refused("not_clearable", office, office.lea, candidate=broken)


def test_nobody_clears_twice(office):
    clear(office, office.lea)
    with pytest.raises(Refused) as caught:
        clear(office, office.lou)
    assert caught.value.code == "already_cleared"


def test_an_approved_candidate_is_closed(office, law):
    law.hits = []
    clean = builders.candidate(office.run, builders.CLEAN)
    builders.approved(clean, by=office.rex)
    law.hits = [base.Hit("t.new", "warn", 0, 0, 2, "今天", {"zh": "", "en": ""}, {})]
    with builders.acting(office.lea):
        gates.keep(clean, *gates.judge_again(Candidate.objects.get(pk=clean.pk)))
    refused("closed", office, office.lea, candidate=clean)


# -- findings on the copy as a whole --------------------------------------------------------------


def whole(subject, **rest):
    """The finding that the word `subject` is missing."""
    reason = {"zh": f"缺少{subject}", "en": f"{subject} is missing"}
    return replace(HIT, start=0, end=0, text="", subject=subject, reason=reason, **rest)


@pytest.fixture
def lacking(office, law):
    law.hits = [whole("甲方声明", absolute=True), whole("乙方声明", absolute=True)]
    return builders.candidate(office.run, TEXT)


def test_a_clearance_of_one_missing_word_clears_no_other(office, law):
    law.hits = [whole("甲方声明"), whole("乙方声明")]
    candidate = builders.candidate(office.run, TEXT)
    clear(office, office.lea, candidate=candidate)
    found = Finding._base_manager.filter(report=latest(candidate)).order_by("id")
    assert [one.cleared for one in found] == ["dismissed", ""]
    assert status(candidate) == "blocked"


def test_two_people_who_speak_of_two_missing_words_have_not_said_the_same(office, lacking):
    first = clear(office, office.lea, finding=finding_of(lacking, 0))
    second = clear(office, office.lou, finding=finding_of(lacking, 1))
    assert (support(first), support(second)) == (1, 1)
    assert status(lacking) == "blocked"


def test_an_approval_falls_by_a_word_that_is_demanded_later(office, law):
    law.hits = [whole("甲方声明", severity="warn")]
    candidate = builders.candidate(office.run, TEXT)
    builders.approved(candidate, by=office.rex)
    law.hits.append(whole("乙方声明", severity="warn"))
    with scope.organization(office.north.pk):
        assert [row.pk for row in lists.rules_changed()] == [candidate.pk]


# -- absolute rules -------------------------------------------------------------------------------


def test_an_absolute_finding_takes_two_people(office, absolute):
    first = clear(office, office.lea, candidate=absolute)
    assert support(first) == 1
    assert (status(absolute), finding_of(absolute).cleared) == ("blocked", "")
    with pytest.raises(Refused) as caught:
        clear(office, office.lea, candidate=absolute)
    assert caught.value.code == "already_cleared"
    second = clear(office, office.lou, candidate=absolute)
    assert support(second) == 0
    assert (status(absolute), finding_of(absolute).cleared) == ("in_review", "dismissed")


def test_an_absolute_finding_is_only_dismissed(office, absolute):
    refused("absolute", office, office.lea, candidate=absolute, ground="exempt", code="4")
    refused("absolute", office, office.lea, candidate=absolute, ground="substantiated",
            substantiation=paper(office))  # fmt: skip


def test_one_of_two_who_takes_it_back_opens_the_finding_again(office, absolute):
    clear(office, office.lea, candidate=absolute)
    second = clear(office, office.lou, candidate=absolute)
    with builders.acting(office.lea):
        steps.withdraw(second, by=office.lea, reason="看错了")
    assert (status(absolute), finding_of(absolute).cleared) == ("blocked", "")
