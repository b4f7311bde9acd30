"""Rings a queue. The run's row is the job; a ring only saves its worker the wait for the sweeper."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def ring(queue: str) -> None:
    """Ring `queue` once the present transaction is committed."""
    transaction.on_commit(lambda: _send(queue))


def _send(queue: str) -> None:
    try:
        current_app.send_task("creatives.tasks.drain", args=[queue], queue=queue, retry=False)
    except (OperationalError, OSError) as error:
        # Nothing is lost: the sweeper rings for every run that waits.
        log.warning("broker unreachable, run waits for the sweeper: %s", error)
