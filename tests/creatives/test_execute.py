"""A run to its end: what is kept, what is written again, and every way in which a generator fails."""

import threading

import pytest

from creatives import leases
from creatives.actions import generate
from creatives.actions.execute import execute
from creatives.models import Candidate, Event, Finding, GeneratorProfile, Run
from tenants import scope
from tests import builders

BLOCKED = builders.BLOCKED


def _candidates(run):
    return list(Candidate._base_manager.filter(run=run).order_by("id"))


def test_a_run_writes_every_slot_once_and_says_how_long_each_stage_took(carried_out):
    run = carried_out()
    assert run.status == "succeeded"
    assert [(c.slot, c.origin, c.status) for c in _candidates(run)] == [
        (0, "generated", "in_review"), (1, "generated", "in_review"),
    ]  # fmt: skip
    assert set(run.timings) == {"queue", "load", "generate", "check", "save"}
    assert (run.done, run.total) == (2, 2)


def test_blocked_candidates_are_written_once_more_with_the_next_seed(carried_out):
    run = carried_out(text=BLOCKED)
    first, second = _candidates(run)[0], _candidates(run)[2]
    assert first.status == "blocked"
    assert (second.origin, second.parent_id, second.seed) == (
        "regenerated",
        first.pk,
        first.seed + 1,
    )
    assert second.status == "in_review"
    assert (run.done, run.total) == (4, 4)


def test_what_is_blocked_twice_stays_blocked(carried_out):
    run = carried_out(text=BLOCKED, again=BLOCKED)
    assert {c.status for c in _candidates(run)} == {"blocked"}
    assert len(_candidates(run)) == 4
    assert run.status == "succeeded"


def test_findings_keep_span_law_reason_and_suggestion(carried_out):
    run = carried_out(text=BLOCKED)
    finding = Finding._base_manager.filter(candidate__run=run, severity="block").first()
    text = finding.candidate.fields[finding.field][1]
    assert text[finding.start : finding.end] == finding.text == "顶级"
    assert finding.statute and finding.article == "9(3)"
    assert finding.reason["zh"] and finding.reason["en"] and finding.suggestion["zh"]


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [
        ("permanent", "failed", "no_model"),
        ("nothing", "failed", "no_output"),
        ("nontext", "failed", "bad_output"),
        ("wrong_id", "failed", "bad_output"),
        ("surrogate", "failed", "bad_output"),
    ],
)
def test_a_generator_that_fails_for_good_ends_the_run_with_the_reason(
    carried_out, mode, status, code
):
    run = carried_out(mode=mode)
    assert (run.status, run.error_code) == (status, code)
    assert run.error
    assert run.lease_token is None


@pytest.mark.parametrize(("mode", "code"), [("transient", "busy"), ("crash", "crashed")])
def test_a_failure_that_may_pass_is_tried_again_later(carried_out, mode, code):
    run = carried_out(mode=mode)
    assert (run.status, run.error_code, run.attempt) == ("queued", code, 1)
    assert run.run_after > run.created_at
    assert leases.claim(run_id=run.pk) is None, "not before its time"


def test_a_failure_that_does_not_pass_ends_after_the_last_attempt(carried_out, settings):
    settings.MAX_ATTEMPTS = 1
    assert carried_out(mode="transient").status == "failed"


def test_a_plugin_that_crashes_every_time_ends_as_an_error(carried_out, settings):
    settings.MAX_ATTEMPTS = 1
    run = carried_out(mode="crash")
    assert (run.status, run.error_code) == ("errored", "crashed")
    assert "ZeroDivisionError" in run.error


def test_what_was_written_before_a_failure_is_kept_and_not_written_again(carried_out):
    run = carried_out(mode="dies_after_one")
    assert len(_candidates(run)) == 1
    Run._base_manager.filter(pk=run.pk).update(run_after=run.created_at)
    execute(leases.claim(run_id=run.pk))
    assert [c.slot for c in _candidates(run)] == [0, 1]


def test_a_crashing_gate_blocks(carried_out, monkeypatch):
    from compliance.checks.facts import FactCheck

    def boom(self, copy):
        raise RuntimeError("gate")

    monkeypatch.setattr(FactCheck, "hits", boom)
    run = carried_out()
    assert {c.verdict for c in _candidates(run)} == {"block"}


def test_a_bug_of_ours_marks_the_run_and_is_raised(carried_out, monkeypatch):
    from creatives import gates

    def boom(*args):
        raise KeyError("bug")

    monkeypatch.setattr(gates, "judge", boom)
    with pytest.raises(KeyError):
        carried_out()
    run = Run._base_manager.get()
    assert (run.status, run.error_code) == ("errored", "bug")


def test_the_snapshot_holds_all_that_the_call_depends_on(carried_out):
    inputs = carried_out().inputs
    assert set(inputs) == {
        "copydesk", "brief", "client", "product", "placements", "generator", "prompts", "packs",
        "lessons", "seed", "model",
    }  # fmt: skip
    assert inputs["model"] == "sha256:test"
    assert all(pack["digest"] for pack in inputs["packs"])
    assert inputs["generator"]["version"] == "1.0.0"


def test_the_same_snapshot_makes_the_same_candidates(agency):
    brief = builders.brief(agency.client, placements=["weibo_post", "xiaohongshu_note"], count=2)
    texts = []
    for _ in range(2):
        with scope.organization(agency.north.pk):
            profile = GeneratorProfile.objects.get(name="template")
            run = generate.request_run(brief, by=None, profile=profile, seed=9)
        execute(leases.claim(run_id=run.pk))
        texts.append([c.sha256 for c in _candidates(run)])
    assert texts[0] == texts[1] and len(texts[0]) == 4


def test_a_worker_without_its_lease_writes_nothing(carried_out, monkeypatch):
    """The lease is taken away while the model writes: the late writer is fenced."""
    from creatives import gates

    judge = gates.judge

    def stolen(*args):
        Run._base_manager.filter(status="running").update(lease_token="0" * 32)
        return judge(*args)

    monkeypatch.setattr(gates, "judge", stolen)
    run = carried_out()
    assert _candidates(run) == []
    assert run.status == "running", "it belongs to the other worker now"


@pytest.mark.django_db(transaction=True)
def test_a_running_run_is_cancelled_at_its_next_step(settings):
    from generators import registry
    from tests.creatives.conftest import people
    from tests.creatives.misbehaving import MANIFEST

    settings.LEASE_S = 0.6
    agency = people()
    with registry.register_for_test(MANIFEST):
        with scope.organization(agency.north.pk):
            profile = GeneratorProfile.objects.create(
                organization=agency.north, name="waits", generator="misbehaving",
                options={"mode": "waits"},
            )  # fmt: skip
            brief = builders.brief(agency.client)
            run = generate.request_run(brief, by=None, profile=profile)
        lease = leases.claim(run_id=run.pk)
        worker = threading.Thread(target=_in_thread, args=(lease,))
        worker.start()
        with scope.organization(agency.north.pk):
            run.refresh_from_db()
            generate.cancel(run, by=None)
        worker.join(20)
        assert not worker.is_alive()
    run.refresh_from_db()
    assert run.status == "cancelled"
    verbs = Event._base_manager.filter(subject_type="run").values_list("verb", flat=True)
    assert {"cancel_requested", "cancelled"} <= set(verbs)


def _in_thread(lease):
    from django.db import connection

    try:
        execute(lease)
    finally:
        connection.close()


def test_a_cancelled_run_stops_at_its_next_write(carried_out, monkeypatch):
    from django.utils import timezone

    from creatives import gates

    judge = gates.judge

    def meanwhile(*args):
        Run._base_manager.filter(status="running").update(cancel_requested_at=timezone.now())
        return judge(*args)

    monkeypatch.setattr(gates, "judge", meanwhile)
    run = carried_out()
    assert (run.status, _candidates(run)) == ("cancelled", [])


def test_a_run_to_be_cancelled_is_not_tried_again_after_a_failure(carried_out, monkeypatch):
    from django.utils import timezone

    from tests.creatives.misbehaving import Misbehaving

    generate_ = Misbehaving.generate

    def meanwhile(self, requests, **rest):
        Run._base_manager.filter(status="running").update(cancel_requested_at=timezone.now())
        return generate_(self, requests, **rest)

    monkeypatch.setattr(Misbehaving, "generate", meanwhile)
    assert carried_out(mode="transient").status == "cancelled"


def test_an_error_that_is_no_text_still_ends_the_run(carried_out, monkeypatch):
    from creatives import gates

    def boom(*args):
        raise OSError("caf\udce9 \x00")

    monkeypatch.setattr(gates, "judge", boom)
    with pytest.raises(OSError):
        carried_out()
    run = Run._base_manager.get()
    assert run.status == "errored"
    run.error.encode()


def test_whoever_watches_cannot_disturb_the_run(agency):
    def closed(run):
        raise BrokenPipeError

    with scope.organization(agency.north.pk):
        profile = GeneratorProfile.objects.get(name="template")
        run = generate.request_run(builders.brief(agency.client), by=None, profile=profile)
    execute(leases.claim(run_id=run.pk), progress=closed)
    run.refresh_from_db()
    assert run.status == "succeeded"


def test_a_round_that_was_cut_off_goes_on_where_it_stopped(carried_out, monkeypatch):
    """Killed between the first and the second round: the blocked ones are written again once."""
    from creatives.actions import execute as module

    blocked = module._blocked

    def cut_off(run):
        monkeypatch.setattr(module, "_blocked", blocked)
        raise RuntimeError("the power failed")

    monkeypatch.setattr(module, "_blocked", cut_off)
    with pytest.raises(RuntimeError):
        carried_out(text=BLOCKED)
    run = Run._base_manager.get()
    with scope.organization(run.organization_id):
        generate.retry(run, by=None)
    execute(leases.claim(run_id=run.pk))
    assert [c.origin for c in _candidates(run)] == ["generated"] * 2 + ["regenerated"] * 2
