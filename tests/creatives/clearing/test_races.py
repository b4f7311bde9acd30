"""Clearances and decisions at the same moment, and what the database holds."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from creatives import gates
from creatives.actions import clear as steps
from creatives.actions import review
from creatives.errors import Refused
from creatives.models import (
    Clearance,
    Event,
)
from tests import builders
from tests.creatives.clearing.conftest import (
    HIT,
    TEXT,
    clear,
    finding_of,
    fresh,
    status,
)

# -- two at once ----------------------------------------------------------------------------------


def test_a_clearance_that_comes_in_while_the_gates_judge_is_in_the_last_report(
    office, absolute, monkeypatch
):
    judge, calls = gates.judge, []

    def slow(*args, **kwargs):
        outcome = judge(*args, **kwargs)
        if kwargs.get("clearances") and not calls:  # lea's own, while lou's is being written
            calls.append(1)
            finding = finding_of(absolute)
            Clearance._base_manager.create(
                candidate=absolute, finding=finding, ground="dismissed", reason="同意",
                by=office.lou, **absolute.owners,
            )  # fmt: skip
        return outcome

    monkeypatch.setattr(gates, "judge", slow)
    clear(office, office.lea, candidate=absolute)
    assert calls and finding_of(absolute).cleared == "dismissed"
    assert status(absolute) == "in_review"


def decided_meanwhile(office, monkeypatch, step, decide):
    """A lawyer clears a warning while `decide` happens just before `step` of the clearing."""
    before = getattr(steps, step)

    def slow(*args, **kwargs):
        monkeypatch.setattr(steps, step, before)
        decide()
        return before(*args, **kwargs)

    monkeypatch.setattr(steps, step, slow)
    clear(office, office.lea, candidate=office.warned)


@pytest.fixture
def warned(office, law):
    law.hits = [replace(HIT, severity="warn")]
    office.warned = builders.candidate(office.run, TEXT)
    return office.warned


def rejected(office, of):
    with builders.acting(office.rex):
        review.reject(of, by=office.rex, sha256=of.sha256, reason="不用")


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_what_is_decided_before_the_clearance_is_written_is_not_cleared(
    office, warned, monkeypatch, decision
):
    def decide():
        if decision == "approved":
            builders.approved(fresh(warned), by=office.rex)
        else:
            rejected(office, fresh(warned))

    with pytest.raises(Refused) as caught:
        decided_meanwhile(office, monkeypatch, "_possible", decide)
    assert caught.value.code == "lost_race"
    assert status(warned) == decision
    assert not Clearance._base_manager.exists()


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_what_is_decided_after_the_clearance_is_written_stays_decided(
    office, warned, monkeypatch, decision
):
    def decide():
        if decision == "approved":
            builders.approved(fresh(warned), by=office.rex)
        else:
            rejected(office, fresh(warned))

    decided_meanwhile(office, monkeypatch, "recheck", decide)
    assert status(warned) == decision
    assert not Event._base_manager.filter(verb="rejudged").exists()


# -- what the database holds ----------------------------------------------------------------------


def test_a_clearance_never_changes_but_that_it_is_withdrawn_once(office):
    row = clear(office, office.lea)
    rows = Clearance._base_manager.filter(pk=row.pk)
    for change in ({"reason": "other"}, {"by": office.lou}, {"ground": "exempt", "code": "4"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.delete()
    with builders.acting(office.lou):
        steps.withdraw(row, by=office.lou, reason="错")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(withdrawn_at=None)


@pytest.mark.parametrize(
    "columns",
    [
        {"ground": "exempt", "reason": "x"},
        {"ground": "substantiated", "reason": "x"},
        {"ground": "dismissed", "reason": ""},
    ],
)
def test_a_ground_without_what_it_rests_on_is_not_kept(office, columns):
    finding = finding_of(office.copy)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance._base_manager.create(
            candidate=office.copy, finding=finding, by=office.lea, **columns, **finding.owners
        )


def test_one_clearance_a_person_and_finding(office):
    finding = finding_of(office.copy)
    columns = {"candidate": office.copy, "finding": finding, "by": office.lea,
               "ground": "dismissed", "reason": "x", **finding.owners}  # fmt: skip
    Clearance._base_manager.create(**columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance._base_manager.create(**columns)


def test_findings_are_still_kept_as_they_were_written(office):
    finding = finding_of(office.copy)
    for step in (lambda: finding.save(), lambda: finding.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            step()
