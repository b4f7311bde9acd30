"""The only writer of a status: moves by the table, one winner, one event each; a state machine."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from creatives.errors import IllegalMove, LostRace
from creatives.models import Brief, Candidate, Event, Finding, Report, Review, Run
from creatives.open_door import open_door
from creatives.states import (
    CANDIDATE_MOVES,
    PUBLICATION_MOVES,
    RUN_MOVES,
    CandidateStatus,
    PublicationStatus,
    RunStatus,
)
from creatives.transitions import move
from tenants import scope
from tests import builders

TABLES = [
    (RunStatus, RUN_MOVES),
    (CandidateStatus, CANDIDATE_MOVES),
    (PublicationStatus, PUBLICATION_MOVES),
]


@pytest.fixture
def candidate(agency):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    return builders.candidate(run, builders.CLEAN)


@pytest.mark.parametrize(("enum", "moves"), TABLES)
def test_every_status_has_its_moves_and_every_move_a_status(enum, moves):
    assert set(moves) == set(enum.values)
    assert all(to <= set(enum.values) for to in moves.values())


def test_a_move_writes_one_event(candidate, agency):
    move(candidate, "rejected", by=agency.rex, note="no")
    event = Event._base_manager.filter(subject_type="candidate", new="rejected").get()
    assert (event.old, event.actor, event.note) == ("in_review", agency.rex, "no")


def test_a_move_outside_the_table_is_refused(candidate):
    with pytest.raises(IllegalMove):
        move(candidate, "new", by=None)


def test_the_slower_of_two_is_told_and_writes_nothing(candidate):
    stale = Candidate._base_manager.get(pk=candidate.pk)
    move(candidate, "approved", by=None)
    before = Event._base_manager.count()
    with pytest.raises(LostRace):
        move(stale, "rejected", by=None)
    assert Event._base_manager.count() == before


@given(path=st.lists(st.sampled_from(CandidateStatus.values), max_size=8))
def test_no_path_leads_to_approved_but_through_review(path):
    """By the table alone: whatever is tried, approved is entered from in_review only."""
    status = "new"
    for wanted in path:
        if wanted in CANDIDATE_MOVES[status]:
            if wanted == "approved":
                assert status == "in_review"
            status = wanted


def test_a_lease_belongs_to_a_running_run_only(agency):
    run = builders.queued_run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run._base_manager.filter(pk=run.pk).update(lease_token="0" * 32)


KEPT = [
    (Event, {"note": "x"}),
    (Report, {"verdict": "pass"}),
    (Finding, {"severity": "info"}),
    (Review, {"reason": "x"}),
    (Candidate, {"text": "x"}),
    (Candidate, {"fields": [["body", "x"]]}),
    (Candidate, {"sha256": "0" * 64}),
]


@pytest.mark.parametrize(("model", "change"), KEPT, ids=lambda v: getattr(v, "__name__", str(v)))
def test_the_database_refuses_to_change_what_is_written(agency, candidate, model, change):
    builders.candidate(candidate.run, builders.BLOCKED)
    builders.approved(candidate, by=agency.rex)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model._base_manager.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model._base_manager.all()._raw_delete("default")


def test_a_brief_that_has_run_is_frozen_in_the_database(candidate):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Brief._base_manager.filter(pk=candidate.run.brief_id).update(audience="others")


def test_a_brief_that_has_not_run_may_change(agency):
    brief = builders.brief(agency.client)
    Brief._base_manager.filter(pk=brief.pk).update(audience="others")
    brief.refresh_from_db()
    assert brief.audience == "others"


def test_the_door_is_open_for_its_block_only(candidate):
    with open_door("erasure of a person's data"):
        Candidate._base_manager.filter(pk=candidate.pk).update(text="x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM creatives_open_door")
        assert cursor.fetchone() == (0,)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Candidate._base_manager.filter(pk=candidate.pk).update(text="y")


def test_a_brief_that_has_run_keeps_its_placements(candidate):
    brief = candidate.run.brief
    for change in (
        lambda: brief.placements.add("x_post"),
        lambda: brief.placements.clear(),
    ):
        with (
            scope.organization(brief.organization_id),
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
        ):
            change()
