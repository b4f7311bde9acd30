"""Who may read a picture, until when, and what happens when they fall silent.

The asset's row is the job. A worker claims it by one guarded write of a random token and an end, and
counts the attempt before the reading starts; one that is killed leaves the picture waiting, and a
picture that has killed too many is set aside.
"""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from creatives.doorbell import ring
from creatives.errors import LeaseLost, LostRace
from creatives.models import Asset
from creatives.states import AssetStatus
from creatives.transitions import move, record

log = logging.getLogger(__name__)
#: The queue whose workers read pictures: the models run on the processor.
QUEUE = "cpu"


@dataclass
class PictureLease:
    """The right to read one picture."""

    asset: Asset
    token: uuid.UUID

    def end(self, to: str, *, verb: str = "", note: str = "", **columns: Any) -> None:
        """Move the picture to `to` and give the lease back; `LeaseLost` when it is another's."""
        freed: dict[str, Any] = {"lease_token": None, "lease_until": None}
        guard = {"lease_token": self.token}
        try:
            move(self.asset, to, by=None, verb=verb, note=note, where=guard, **freed, **columns)
        except LostRace as error:
            raise LeaseLost(f"asset {self.asset.pk}") from error

    def put_back(self, *, run_after: datetime, note: str, **columns: Any) -> None:
        """Give the lease back and let the picture wait for another attempt."""
        columns |= {"lease_token": None, "lease_until": None, "run_after": run_after}
        with transaction.atomic():
            if not self._held().update(**columns):
                raise LeaseLost(f"asset {self.asset.pk}")
            record(self.asset, "requeued", by=None, note=note)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew the lease from a thread while the block runs."""
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
                try:
                    self._held().update(lease_until=_end())
                except DatabaseError:
                    # The next beat tries again; if none succeeds the lease runs out as it should.
                    log.exception("heartbeat of asset %s failed", self.asset.pk)
                    connection.close()
        finally:
            connection.close()

    def _held(self) -> QuerySet[Asset]:
        return Asset._base_manager.filter(
            pk=self.asset.pk, status=AssetStatus.WAITING, lease_token=self.token
        )


def _end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.LEASE_S)


def _free() -> QuerySet[Asset]:
    """Return the pictures that wait and that nobody holds."""
    now = timezone.now()
    return Asset._base_manager.filter(
        Q(lease_until=None) | Q(lease_until__lt=now), status=AssetStatus.WAITING, run_after__lte=now
    )


def claim() -> PictureLease | None:
    """Claim the oldest picture that waits; None when there is none."""
    with transaction.atomic():
        waits = _free().filter(attempt__lt=settings.MAX_ATTEMPTS).order_by("id")
        asset = waits.select_for_update(skip_locked=True).first()
        if asset is None:
            return None
        token = uuid.uuid4()
        Asset._base_manager.filter(pk=asset.pk).update(
            lease_token=token, lease_until=_end(), attempt=F("attempt") + 1
        )
        record(asset, "claimed", by=None)
    asset.refresh_from_db()
    return PictureLease(asset, token)


def waiting() -> bool:
    """Return whether a picture could be claimed now."""
    return _free().filter(attempt__lt=settings.MAX_ATTEMPTS).exists()


def sweep(*, alive: bool) -> dict[str, int]:
    """Set pictures aside that killed too many workers, and ring for what waits if somebody hears.

    Returns how many of each: {"pictures_quarantined", "pictures_rung"}.
    """
    counts = {"pictures_quarantined": 0, "pictures_rung": 0}
    for asset in _free().filter(attempt__gte=settings.MAX_ATTEMPTS):
        why = f"its worker died {asset.attempt} times; see the worker's log, then read it again"
        freed: dict[str, Any] = {"lease_token": None, "lease_until": None}
        try:
            move(
                asset, AssetStatus.QUARANTINED, by=None, where={"lease_token": asset.lease_token},
                note=why, error=why, error_code="worker_died", **freed,
            )  # fmt: skip
        except LostRace:
            continue  # another sweeper was faster
        counts["pictures_quarantined"] += 1
    if alive and waiting():
        ring(QUEUE)
        counts["pictures_rung"] += 1
    return counts
