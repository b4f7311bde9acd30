"""The job row: one owner at a time, late writers fenced, the silent put back, poison set aside."""

from datetime import timedelta

import pytest
from django.utils import timezone

from creatives import leases
from creatives.errors import LeaseLost
from creatives.models import Run, Worker
from tests import builders


@pytest.fixture
def queued(agency):
    brief = builders.brief(agency.client, by=agency.ann)
    return builders.queued_run(brief, by=agency.ann)


def _expire(run):
    Run._base_manager.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_run_is_claimed_once(queued):
    assert leases.claim("cpu").run.pk == queued.pk
    assert leases.claim("cpu") is None


def test_a_claim_counts_the_attempt_before_the_work(queued):
    assert leases.claim("cpu").run.attempt == 1


def test_another_queue_is_left_alone(queued):
    assert leases.claim("gpu") is None


def test_a_claim_sets_token_and_end(queued, settings):
    lease = leases.claim("cpu")
    left = (lease.run.lease_until - timezone.now()).total_seconds()
    assert lease.run.lease_token == lease.token
    assert settings.LEASE_S - 5 < left <= settings.LEASE_S


def test_an_expired_lease_is_put_back_and_its_late_writer_fenced(queued):
    late = leases.claim("cpu")
    _expire(queued)
    assert leases.sweep()["requeued"] == 1
    leases.claim("cpu")
    with pytest.raises(LeaseLost), late.writing(done=7):
        pass
    with pytest.raises(LeaseLost):
        late.end("succeeded")
    queued.refresh_from_db()
    assert (queued.status, queued.done) == ("running", 0)


def test_a_living_lease_is_not_swept(queued):
    leases.claim("cpu")
    assert leases.sweep()["requeued"] == 0


def test_a_heartbeat_renews_the_lease(queued):
    lease = leases.claim("cpu")
    _expire(queued)
    lease.beat()
    assert leases.sweep()["requeued"] == 0
    assert not lease.lost.is_set()


def test_a_heartbeat_tells_a_lost_lease_and_a_wish_to_cancel(queued):
    lease = leases.claim("cpu")
    Run._base_manager.filter(pk=queued.pk).update(cancel_requested_at=timezone.now())
    lease.beat()
    assert lease.cancelled.is_set()
    Run._base_manager.filter(pk=queued.pk).update(lease_token="1" * 32)
    lease.beat()
    assert lease.lost.is_set() and lease.stop()


def test_poison_is_set_aside_after_its_last_attempt(queued, settings):
    for _ in range(settings.MAX_ATTEMPTS):
        leases.claim("cpu")
        _expire(queued)
        counts = leases.sweep()
    assert counts["quarantined"] == 1
    queued.refresh_from_db()
    assert (queued.status, queued.error_code) == ("quarantined", "worker_died")


def test_an_expired_run_that_was_to_be_cancelled_is_cancelled(queued):
    leases.claim("cpu")
    Run._base_manager.filter(pk=queued.pk).update(cancel_requested_at=timezone.now())
    _expire(queued)
    assert leases.sweep()["cancelled"] == 1


def test_the_sweep_rings_only_where_somebody_listens(queued):
    assert leases.sweep()["rung"] == 0
    leases.worker_seen("w1", "cpu")
    assert leases.sweep()["rung"] == 1


def test_a_write_that_fails_rolls_its_renewal_back(queued):
    lease = leases.claim("cpu")
    before = Run._base_manager.get(pk=queued.pk).done
    with pytest.raises(ZeroDivisionError), lease.writing(done=5):
        _ = 1 / 0
    assert Run._base_manager.get(pk=queued.pk).done == before


def test_a_worker_is_alive_while_it_says_so(db, settings):
    assert not leases.alive("cpu")
    leases.worker_seen("w1", "cpu")
    assert leases.alive("cpu") and not leases.alive("gpu")
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=100 * settings.WORKER_SEEN_S))
    assert not leases.alive("cpu")
    leases.sweep()
    assert not Worker.objects.exists()


def test_a_broker_that_is_down_loses_no_run(
    agency, monkeypatch, django_capture_on_commit_callbacks
):
    from kombu.exceptions import OperationalError

    from creatives import doorbell

    def down(*args, **kwargs):
        raise OperationalError("no route")

    monkeypatch.setattr(doorbell.current_app, "send_task", down)
    brief = builders.brief(agency.client, by=agency.ann)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        run = builders.queued_run(brief, by=agency.ann)
    assert callbacks
    assert leases.claim("cpu").run.pk == run.pk
