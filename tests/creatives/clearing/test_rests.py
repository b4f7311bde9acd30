"""What becomes of copy when what a clearance rests on falls."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

import compliance.base as base
from creatives import gates
from creatives.actions import clear as steps
from creatives.actions import lists, publish
from creatives.errors import Refused
from creatives.models import (
    AllowedPhrase,
    Brief,
    Clearance,
    Event,
    Product,
    ProductFact,
    Substantiation,
)
from tenants import scope
from tests import builders
from tests.creatives.clearing.conftest import (
    HIT,
    TEXT,
    TODAY,
    clear,
    finding_of,
    fresh,
    paper,
    status,
)

# -- what rests on a clearance --------------------------------------------------------------------


def test_a_cleared_finding_counts_as_passed_at_publication(office):
    clear(office, office.lea)
    builders.approved(fresh(office.copy), by=office.rex)
    assert builders.published(fresh(office.copy), by=office.pia).status == "live"


def test_what_is_not_cleared_is_still_in_the_way(office, law):
    law.hits = [HIT, base.Hit("t.more", "block", 0, 7, 9, "今天", {"zh": "", "en": ""}, {})]
    two = builders.candidate(office.run, TEXT)
    clear(office, office.lea, candidate=two)
    assert status(two) == "blocked"
    with pytest.raises(Refused):
        builders.approved(two, by=office.rex)


def live(office, **rest):
    """A live publication that rests on a paper."""
    proof = paper(office, **rest)
    clear(office, office.lea, ground="substantiated", substantiation=proof)
    builders.approved(fresh(office.copy), by=office.rex)
    return proof, builders.published(fresh(office.copy), by=office.pia)


def test_an_approval_falls_when_its_clearance_is_withdrawn(office):
    live(office)
    row = Clearance._base_manager.get()
    with builders.acting(office.lou):
        steps.withdraw(row, by=office.lou, reason="报告被撤回")
    assert status(office.copy) == "blocked"
    assert Event._base_manager.filter(verb="live_copy_fell").exists()
    row.refresh_from_db()
    assert row.withdrawn_by == office.lou
    with builders.acting(office.lou), pytest.raises(Refused):
        steps.withdraw(row, by=office.lou, reason="再撤一次")


def test_the_day_after_its_last_day_a_paper_clears_nothing_and_the_sweeper_says_so_once(
    office, monkeypatch
):
    today = TODAY
    proof, _out = live(office, valid_until=today + timedelta(days=2))
    with scope.organization(office.north.pk):
        assert lists.lapse(office.north) == 0
        assert status(office.copy) == "approved"
    later = (today + timedelta(days=4)).isoformat()
    monkeypatch.setattr(gates, "today", lambda brief: later)
    monkeypatch.setattr(lists, "_today", lambda org: today + timedelta(days=4))
    with scope.organization(office.north.pk):
        assert lists.lapse(office.north) == 1
        assert lists.lapse(office.north) == 0
    assert status(office.copy) == "blocked"
    assert Event._base_manager.filter(verb="expired", subject_id=proof.pk).count() == 1


@pytest.fixture
def passing(office, monkeypatch):
    """Return a function that lets the sweeper come `days` from today, and gives what fell."""

    def sweep(days):
        day = TODAY + timedelta(days=days)
        monkeypatch.setattr(gates, "today", lambda brief: day.isoformat())
        monkeypatch.setattr(lists, "_today", lambda org: day)
        with scope.organization(office.north.pk):
            return lists.lapse(office.north)

    return sweep


def test_an_approval_falls_on_the_day_after_an_allowed_phrase_was_let_go(office, passing):
    AllowedPhrase._base_manager.create(
        phrase="全国销量冠军", rule="t.rank", because="有报告", approved_by=office.lea,
        expires_on=TODAY + timedelta(days=2), organization=office.north,
    )  # fmt: skip
    candidate = builders.candidate(office.run, TEXT)
    builders.approved(candidate, by=office.rex)
    assert [passing(day) for day in (0, 2, 3, 3, 4)] == [0, 0, 1, 0, 0]
    assert status(candidate) == "blocked"


def test_an_approval_falls_on_the_day_after_an_approval_number_expires(
    office, passing, law, monkeypatch
):
    from compliance import engine
    from compliance.checks.facts import FactCheck

    monkeypatch.setattr(engine, "CHECKS", (FactCheck(),))
    Product._base_manager.filter(pk=office.product.pk).update(category="health_food")
    ProductFact._base_manager.create(
        product=office.product, kind="approval_number", value="国食广审240001",
        expires_on=TODAY + timedelta(days=2), **office.product.owners,
    )  # fmt: skip
    brief = Brief._base_manager.get(pk=office.run.brief_id)
    candidate = builders.candidate(builders.run(brief, by=office.ann), builders.CLEAN)
    builders.approved(candidate, by=office.rex)
    assert [passing(day) for day in (0, 2, 3, 3)] == [0, 0, 1, 0]
    assert status(candidate) == "in_review"


@pytest.mark.parametrize("dates", [{"since": 3}, {"until": 2}])
def test_all_copy_is_judged_again_when_a_rule_begins_or_ends(office, passing, monkeypatch, dates):
    made = {name: (TODAY + timedelta(days=days)).isoformat() for name, days in dates.items()}
    rule = SimpleNamespace(**{"since": "", "until": "", **made})
    monkeypatch.setattr(lists.packs, "installed", lambda: (SimpleNamespace(rules=(rule,)),))
    calls = []
    monkeypatch.setattr(lists, "rules_changed", lambda: calls.append(1) or [])
    passing(0)
    calls.clear()
    assert [passing(day) or len(calls) for day in (1, 2, 3, 3, 9)] == [0, 0, 1, 1, 1]


def test_a_day_on_which_nothing_ends_or_begins_judges_nothing(office, passing, monkeypatch):
    passing(0)
    monkeypatch.setattr(lists, "recheck", lambda candidates: pytest.fail("judged for nothing"))
    monkeypatch.setattr(lists.packs, "installed", lambda: ())
    assert [passing(day) for day in (0, 1, 2)] == [0, 0, 0]


def test_an_expired_paper_stops_a_publication_before_the_sweeper_comes(office, monkeypatch):
    clear(office, office.lea, ground="substantiated",
          substantiation=paper(office, valid_until=TODAY))  # fmt: skip
    builders.approved(fresh(office.copy), by=office.rex)
    later = (TODAY + timedelta(days=9)).isoformat()
    monkeypatch.setattr(gates, "today", lambda brief: later)
    with builders.acting(office.pia), pytest.raises(Refused) as caught:
        publish.publish(fresh(office.copy), channel="file", by=office.pia)
    assert caught.value.code == "rules_changed"
    assert status(office.copy) == "blocked"


def test_a_paper_that_no_longer_covers_the_claim_lets_the_approval_fall(office):
    proof, _out = live(office)
    Substantiation._base_manager.filter(pk=proof.pk).update(region="广东")
    with scope.organization(office.north.pk):
        assert [row.pk for row in lists.product_changed(office.product)] == [office.copy.pk]
    assert status(office.copy) == "blocked"


def test_an_edit_starts_without_clearances(office):
    clear(office, office.lea)
    child = builders.edited(office.copy, TEXT + "来。", by=office.ann)
    assert finding_of(child).cleared == ""
    assert status(child) == "blocked"
