"""The job row: who may work on a run, until when, and what happens when they fall silent.

A worker claims a run by one guarded write that sets a random token and an end. Every later write
names the token, so a worker that lost its run (killed, asleep, cut off) can write nothing. `sweep`
puts runs with an expired lease back, and sets those aside that have killed too many workers.
"""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from creatives.doorbell import ring
from creatives.errors import LeaseLost, LostRace
from creatives.models import Run, Worker
from creatives.states import RunStatus
from creatives.transitions import move
from generators.base import Cancelled

log = logging.getLogger(__name__)


@dataclass
class Lease:
    """The right to work on one run. `cancelled` and `lost` are set by the heartbeat."""

    run: Run
    token: uuid.UUID
    cancelled: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def writing(self, **columns: Any) -> Iterator[None]:
        """A transaction in which this lease is held, renewed, and `columns` of the run are written.

        Raises, and rolls back: `LeaseLost` when the run belongs to somebody else, `Cancelled` when
        somebody asked to cancel it.
        """
        with transaction.atomic():
            if not self._held().update(**_renewed(), **columns):
                raise LeaseLost(f"run {self.run.pk}")
            if self._held().filter(cancel_requested_at__isnull=False).exists():
                raise Cancelled
            yield
        for name, value in columns.items():
            setattr(self.run, name, value)

    def end(self, to: str, *, note: str = "", **columns: Any) -> None:
        """Move the run to `to` and give the lease back."""
        try:
            move(
                self.run, to, by=None, note=note, where={"lease_token": self.token},
                lease_token=None, lease_until=None, **columns,
            )  # fmt: skip
        except LostRace as error:
            raise LeaseLost(f"run {self.run.pk}") from error

    def _held(self) -> QuerySet[Run]:
        return Run._base_manager.filter(pk=self.run.pk, lease_token=self.token)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew the lease from a thread while the block runs, and listen for a cancellation."""
        over = threading.Event()
        thread = threading.Thread(target=self._beat, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _beat(self, over: threading.Event) -> None:
        try:
            while not over.wait(settings.LEASE_S / 3):
                self.beat()
        finally:
            connection.close()

    def beat(self) -> None:
        """Renew once; note a lost lease and a wish to cancel."""
        try:
            if not self._held().update(**_renewed()):
                self.lost.set()
            elif self._held().filter(cancel_requested_at__isnull=False).exists():
                self.cancelled.set()
        except DatabaseError:
            # The next beat tries again; if none succeeds the lease runs out, which is its purpose.
            log.exception("heartbeat of run %s failed", self.run.pk)
            connection.close()

    def stop(self) -> bool:
        """Return whether to stop at the next chance: cancelled, or no longer ours."""
        return self.cancelled.is_set() or self.lost.is_set()


def _renewed() -> dict[str, Any]:
    now = timezone.now()
    return {"heartbeat_at": now, "lease_until": now + timedelta(seconds=settings.LEASE_S)}


def claim(queue: str | None = None, *, run_id: int | None = None) -> Lease | None:
    """Claim the oldest run that waits in `queue`, or the run `run_id`; None when there is none.

    The attempt is counted before the work starts, so a run that kills its worker is found out.
    """
    wanted: dict[str, Any] = {"queue": queue} if run_id is None else {"pk": run_id}
    with transaction.atomic():
        run = (
            Run._base_manager.select_for_update(skip_locked=True)
            .filter(status=RunStatus.QUEUED, run_after__lte=timezone.now(), **wanted)
            .order_by("id")
            .first()
        )
        if run is None:
            return None
        token = uuid.uuid4()
        move(
            run, RunStatus.RUNNING, by=None, verb="claimed", lease_token=token,
            attempt=F("attempt") + 1, started_at=run.started_at or timezone.now(), **_renewed(),
        )  # fmt: skip
    run.refresh_from_db()
    return Lease(run, token)


def waiting(queue: str) -> bool:
    """Return whether a run in `queue` could be claimed now."""
    return Run._base_manager.filter(
        queue=queue, status=RunStatus.QUEUED, run_after__lte=timezone.now()
    ).exists()


def sweep() -> dict[str, int]:
    """Put expired runs back, end cancelled ones, set poison aside, ring for what waits.

    Returns how many of each: {"requeued", "cancelled", "quarantined", "rung"}.
    """
    counts = {"requeued": 0, "cancelled": 0, "quarantined": 0, "rung": 0}
    expired = Run._base_manager.filter(status=RunStatus.RUNNING, lease_until__lt=timezone.now())
    for run in expired:
        try:
            counts[_release(run)] += 1
        except LostRace:
            continue  # its worker came back, or another sweeper was faster
    queued = Run._base_manager.filter(status=RunStatus.QUEUED, run_after__lte=timezone.now())
    for queue in queued.order_by().values_list("queue", flat=True).distinct():
        if alive(queue):  # rings that nobody answers would pile up in the broker
            ring(queue)
            counts["rung"] += 1
    silent = timezone.now() - timedelta(seconds=20 * settings.WORKER_SEEN_S)
    Worker.objects.filter(seen_at__lt=silent).delete()
    return counts


def _release(run: Run) -> str:
    freed: dict[str, Any] = {"lease_token": None, "lease_until": None}
    guard: dict[str, Any] = {"lease_token": run.lease_token, "lease_until__lt": timezone.now()}
    if run.cancel_requested_at:
        move(run, RunStatus.CANCELLED, by=None, where=guard, finished_at=timezone.now(), **freed)
        return "cancelled"
    if run.attempt >= settings.MAX_ATTEMPTS:
        error = f"its worker died {run.attempt} times; see the worker's log, then retry"
        move(
            run, RunStatus.QUARANTINED, by=None, where=guard, note=error, error=error,
            error_code="worker_died", finished_at=timezone.now(), **freed,
        )  # fmt: skip
        return "quarantined"
    move(
        run, RunStatus.QUEUED, by=None, verb="requeued", where=guard, note="lease expired", **freed
    )
    return "requeued"


def worker_seen(name: str, queue: str) -> None:
    """Note that the worker `name` on `queue` is alive."""
    Worker.objects.update_or_create(name=name, defaults={"queue": queue, "seen_at": timezone.now()})


def worker_gone(name: str) -> None:
    """Note that the worker `name` said goodbye."""
    Worker.objects.filter(name=name).delete()


def alive(queue: str) -> bool:
    """Return whether a worker on `queue` was heard lately."""
    since = timezone.now() - timedelta(seconds=3 * settings.WORKER_SEEN_S)
    return Worker.objects.filter(queue=queue, seen_at__gte=since).exists()
