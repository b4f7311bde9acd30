"""Who may decide on what: exact bytes, four eyes, reasons, and what the gates say now."""

import pytest

from creatives.actions import review
from creatives.errors import IllegalMove, LostRace, Refused
from creatives.models import Event, Report, Review
from tests import builders


@pytest.fixture
def clean(agency):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    return builders.candidate(run, builders.CLEAN)


def _refused(code, function, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code


def _latest(candidate):
    return Report._base_manager.filter(candidate=candidate).latest("id").pk


def _approve(candidate, by, **rest):
    with builders.acting(by):
        return review.approve(
            candidate,
            by=by,
            **{"sha256": candidate.sha256, "report_id": _latest(candidate), **rest},
        )


def test_an_approval_names_person_bytes_and_report(agency, clean):
    decided = _approve(clean, agency.rex)
    assert (decided.reviewer, decided.sha256) == (agency.rex, clean.sha256)
    assert decided.report.candidate_id == clean.pk
    clean.refresh_from_db()
    assert clean.status == "approved"


def test_other_bytes_than_were_shown_are_refused(agency, clean):
    _refused("other_bytes", _approve, clean, agency.rex, sha256="0" * 64)


@pytest.mark.parametrize("role", [["writer"], ["manager"], ["publisher"], ["viewer"], ["admin"]])
def test_only_reviewers_approve(agency, clean, role):
    user = builders.member(agency.north, "someone", roles=role)
    from tenants.models import ClientAssignment

    ClientAssignment._base_manager.create(organization=agency.north, client=clean.client, user=user)
    _refused("forbidden", _approve, clean, user)


def test_nobody_approves_a_brief_they_wrote(agency):
    both = builders.member(agency.north, "both", roles=["writer", "reviewer", "manager"])
    run = builders.run(builders.brief(agency.client, by=both), by=agency.ann)
    _refused("own_work", _approve, builders.candidate(run, builders.CLEAN), both)


def test_nobody_approves_what_they_ran(agency):
    both = builders.member(agency.north, "both", roles=["writer", "reviewer", "manager"])
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=both)
    _refused("own_work", _approve, builders.candidate(run, builders.CLEAN), both)


def test_nobody_approves_what_they_edited_nor_what_was_edited_after_them(agency, clean):
    both = builders.member(agency.north, "both", roles=["writer", "reviewer", "manager"])
    mine = builders.edited(clean, "早餐喝一杯。", by=both)
    after = builders.edited(mine, "早餐，喝一杯。", by=agency.ann)
    _refused("own_work", _approve, mine, both)
    _refused("own_work", _approve, after, both)


def test_a_superuser_is_held_to_four_eyes_too(agency):
    root = builders.superuser()
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=root)
    _refused("own_work", _approve, builders.candidate(run, builders.CLEAN), root)


def test_a_blocked_candidate_cannot_be_approved(agency, clean):
    blocked = builders.candidate(clean.run, builders.BLOCKED)
    with pytest.raises((Refused, IllegalMove)) as caught:
        _approve(blocked, agency.rex, reason="please")
    assert caught.value.code == "blocked"
    assert not Review._base_manager.exists()


def test_evidence_needs_a_written_reason(agency, clean):
    doubtful = builders.candidate(clean.run, builders.EVIDENCE)
    assert doubtful.verdict == "evidence"
    _refused("reason_needed", _approve, doubtful, agency.rex, reason="  ")
    assert _approve(doubtful, agency.rex, reason="检测报告在档").reason == "检测报告在档"


def test_a_rejection_needs_a_reason(agency, clean):
    with builders.acting(agency.rex):
        _refused(
            "reason_needed", review.reject, clean, by=agency.rex, sha256=clean.sha256, reason=""
        )
        review.reject(clean, by=agency.rex, sha256=clean.sha256, reason="不像我们的话")
    clean.refresh_from_db()
    assert clean.status == "rejected"


def test_the_second_of_two_approvals_is_told(agency, clean):
    from creatives.models import Candidate

    other = builders.member(agency.north, "roy", roles=["reviewer"])
    from tenants.models import ClientAssignment

    ClientAssignment._base_manager.create(
        organization=agency.north, client=clean.client, user=other
    )
    stale = Candidate._base_manager.get(pk=clean.pk)
    _approve(clean, agency.rex)
    with pytest.raises(LostRace):
        _approve(stale, other)
    assert Review._base_manager.count() == 1, "the loser leaves nothing behind"


def test_a_reviewer_of_another_language_is_refused(agency, clean):
    english = builders.member(agency.north, "ed", roles=["reviewer"], languages=["en"])
    from tenants.models import ClientAssignment

    ClientAssignment._base_manager.create(
        organization=agency.north, client=clean.client, user=english
    )
    _refused("other_language", _approve, clean, english)


def test_a_rule_that_finds_more_than_was_shown_stops_the_approval(agency, clean):
    clean.client.banned_words = ["一杯"]
    clean.client.save()
    clean.run.brief.client.refresh_from_db()
    _refused("rules_changed", _approve, clean, agency.rex)
    clean.refresh_from_db()
    assert (clean.status, clean.verdict) == ("blocked", "block")


def test_an_edit_is_a_new_candidate_and_the_old_one_stays(agency, clean):
    child = builders.edited(clean, "早餐喝一杯。", by=agency.ann)
    clean.refresh_from_db()
    assert (child.parent_id, child.origin, child.author) == (clean.pk, "edited", agency.ann)
    assert child.sha256 != clean.sha256 and clean.text == builders.CLEAN
    assert (child.status, clean.status) == ("in_review", "in_review")


def test_a_writers_edit_that_the_gates_block_is_blocked(agency, clean):
    assert builders.edited(clean, builders.BLOCKED, by=agency.ann).status == "blocked"


def test_a_reviewers_edit_is_a_proposal_that_a_writer_accepts(agency, clean):
    proposal = builders.edited(clean, "早餐喝一杯。", by=agency.rex)
    assert proposal.status == "proposed"
    _refused("closed", _approve, proposal, builders.member(
        agency.north, "boss", roles=["manager", "reviewer"],
    ))  # fmt: skip
    with builders.acting(agency.ann):
        review.accept(proposal, by=agency.ann, sha256=proposal.sha256)
    assert proposal.status == "in_review"


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["坏\x00字"], "not_text"),
        (["坏\ud800字"], "not_text"),
        (["长" * 20_001], "too_long"),
        (["  "], "empty"),
        ([builders.CLEAN], "unchanged"),
        (["一", "二"], "other_fields"),
    ],
)
def test_an_edit_that_is_no_text_is_refused(agency, clean, texts, code):
    _refused(code, builders.edited, clean, *texts, by=agency.ann)


def test_another_agencys_reviewer_sees_nothing_to_decide_on(agency, clean):
    with pytest.raises(Refused) as caught, builders.acting(agency.eve):
        review.approve(clean, by=agency.eve, sha256=clean.sha256, report_id=_latest(clean))
    assert caught.value.code == "not_found"


def test_a_denied_try_is_logged(agency, clean):
    both = builders.member(agency.north, "both", roles=["reviewer", "manager"])
    run = builders.run(builders.brief(agency.client, by=both), by=agency.ann)
    mine = builders.candidate(run, builders.CLEAN)
    _refused("own_work", _approve, mine, both)
    assert Event._base_manager.filter(verb="denied", actor=both, subject_id=mine.pk).exists()


def test_what_was_judged_again_since_the_page_was_opened_is_not_approved(agency, clean):
    """Another reviewer's refused try has stored a newer report; the old page does not pass by it."""
    opened = _latest(clean)
    other = builders.member(agency.north, "roy", roles=["reviewer", "manager"])
    clean.client.banned_words = ["早餐"]
    clean.client.save()
    clean.run.brief.client.refresh_from_db()
    _refused("rules_changed", _approve, clean, other)
    clean.client.banned_words = []
    clean.client.save()
    with builders.acting(agency.rex):
        from creatives.actions.recheck import recheck

        recheck(type(clean).objects.all())
    clean.refresh_from_db()
    assert clean.status == "in_review"
    _refused("rules_changed", _approve, clean, agency.rex, report_id=opened)


def test_a_list_that_changes_during_the_approval_voids_it(agency, clean, monkeypatch):
    from creatives.actions import review as module

    decided = module._decided

    def meanwhile(*args, **kwargs):
        clean.client.banned_words = ["早餐"]
        clean.client.save()
        return decided(*args, **kwargs)

    monkeypatch.setattr(module, "_decided", meanwhile)
    _refused("rules_changed", _approve, clean, agency.rex)
    clean.refresh_from_db()
    assert clean.status == "blocked"


def test_whoever_retried_the_run_does_not_approve(agency):
    from creatives.actions import generate
    from creatives.transitions import move

    both = builders.member(agency.north, "both", roles=["writer", "reviewer", "manager"])
    run = builders.queued_run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    move(run, "cancelled", by=agency.ann)
    with builders.acting(both):
        generate.retry(run, by=both)
    _refused("own_work", _approve, builders.candidate(run, builders.CLEAN), both)


def test_whoever_rewrote_the_brief_or_accepted_the_proposal_does_not_approve(agency, clean):
    from creatives.transitions import record

    both = builders.member(agency.north, "both", roles=["writer", "reviewer", "manager"])
    proposal = builders.edited(clean, "早餐喝一杯。", by=agency.rex)
    with builders.acting(both):
        review.accept(proposal, by=both, sha256=proposal.sha256)
    _refused("own_work", _approve, proposal, both)
    third = builders.member(agency.north, "third", roles=["writer", "reviewer", "manager"])
    record(clean.run.brief, "changed", by=third)
    _refused("own_work", _approve, clean, third)


def test_a_discipline_that_is_not_ones_own_is_refused(agency, clean):
    creative = builders.member(
        agency.north, "cara", roles=["reviewer", "manager"], disciplines=["creative"]
    )
    _refused("other_discipline", _approve, clean, creative, discipline="legal")
    assert _approve(clean, creative, discipline="creative").discipline == "creative"


def test_an_edit_sent_twice_is_one_edit(agency, clean):
    first = builders.edited(clean, "早餐喝一杯。", by=agency.ann)
    assert builders.edited(clean, "早餐喝一杯。", by=agency.ann).pk == first.pk
