"""Celery's side of the doorbell: a ring empties the queue, a sweep rings for what was forgotten.

Shells only: everything that happens is an action, so the command line does the same without Celery.
"""

import logging
import threading
import time
from collections import Counter
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from creatives import leases, picture_leases
from creatives.actions import lists, packs, pictures, publish
from creatives.actions.execute import execute
from creatives.doorbell import ring
from tenants import scope
from tenants.models import Organization

log = logging.getLogger(__name__)


#: Seconds after which a drain gives its slot back, so that a worker asked to stop can.
DRAIN_S = 20


@shared_task(name="creatives.tasks.drain")
def drain(queue: str) -> int:
    """Carry out the runs that wait in `queue`, read pictures; return how many. Safe to ring twice.

    After a while, or when this worker is to stop, the rest is left to the next ring.
    """
    count, end = 0, time.monotonic() + DRAIN_S
    while time.monotonic() < end and not _gone.is_set() and (lease := leases.claim(queue)):
        try:
            execute(lease)
        except Exception:
            log.exception("run %s ended by a bug", lease.run.pk)  # marked as errored already
        count += 1
    if queue == picture_leases.QUEUE:
        count += _read_pictures(end)
    if leases.waiting(queue) or (queue == picture_leases.QUEUE and picture_leases.waiting()):
        ring(queue)
    return count


def _read_pictures(end: float) -> int:
    """Read the pictures that wait, until the drain is over; return how many."""
    count = 0
    while time.monotonic() < end and not _gone.is_set() and (lease := picture_leases.claim()):
        try:
            pictures.execute(lease)
        except Exception:
            log.exception("reading asset %s ended by a bug", lease.asset.pk)  # marked already
        count += 1
    return count


@shared_task(name="creatives.tasks.sweep")
def sweep() -> dict[str, int]:
    """Put back what a dead worker left, ring for what waits, finish publications cut off.

    Copy that rests on a day that is over is judged again, and all copy under other packs.
    """
    counts = Counter(leases.sweep())
    counts.update(picture_leases.sweep(alive=leases.alive(picture_leases.QUEUE)))
    for organization in Organization.objects.all():
        with scope.organization(organization.pk):
            counts.update(publish.settle())
            counts["lapsed"] += lists.lapse(organization)
            counts["fallen"] += packs.follow(organization)
    return dict(counts)


_gone = threading.Event()


@worker_ready.connect
def _hello(sender: Any, **_kwargs: Any) -> None:
    """Say from a thread of this worker process, busy or not, that it is alive."""
    queues = ",".join(sender.app.amqp.queues.consume_from)
    name = f"{sender.hostname}@{timezone.now():%Y%m%d%H%M%S%f}"
    threading.Thread(target=_be_seen, args=(name, queues), daemon=True).start()


@worker_shutting_down.connect
def _goodbye(**_kwargs: Any) -> None:
    _gone.set()


def _be_seen(name: str, queues: str) -> None:
    while True:
        try:
            close_old_connections()
            for queue in queues.split(","):
                leases.worker_seen(f"{name}/{queue}", queue)
        except DatabaseError:
            log.exception("this worker could not say that it is alive")
        if _gone.wait(settings.WORKER_SEEN_S):
            break
    for queue in queues.split(","):
        leases.worker_gone(f"{name}/{queue}")
    connection.close()
