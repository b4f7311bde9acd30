"""The text in pictures: read by a worker, judged like copy, judged again when rules or facts change.

A picture that was not read, or whose text is blocked, may not be used. Nothing uses pictures yet, neither
briefs nor publications; whatever comes to use one must ask `usable` at that moment.
"""

import logging
import time
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import readers
from compliance.base import TermList
from compliance.picture_gates import Judgement, judge
from compliance.pictures import Reading, ReadingError
from creatives import house_rules
from creatives.doorbell import ring
from creatives.errors import LeaseLost, Refused
from creatives.failpoints import failpoint
from creatives.gates import facts_of, papers_of
from creatives.models import Asset, AssetReport
from creatives.permissions import require
from creatives.picture_leases import QUEUE, PictureLease
from creatives.states import AssetStatus, Verdict
from creatives.transitions import move, record
from tenants import scope

log = logging.getLogger(__name__)
#: Seconds to wait before another attempt after a failure that may pass.
BACKOFF_S = (5, 30, 120)


def received(asset: Asset) -> None:
    """Ring for a new picture once it is committed; it waits for its reader by itself."""
    if asset.status == AssetStatus.WAITING:
        ring(QUEUE)


def read_again(asset: Asset, *, by: Any) -> None:
    """Have a picture read anew. Until that is done it may not be used."""
    require("clients", asset, by=by)
    if asset.status == AssetStatus.WAITING:
        raise Refused("already_waiting", _("This picture waits to be read already."))
    with transaction.atomic():
        move(
            asset, AssetStatus.WAITING, by=by, verb="read_again", verdict="", attempt=0, error="",
            error_code="", run_after=timezone.now(),
        )  # fmt: skip
        ring(QUEUE)


def usable(asset: Asset) -> AssetReport:
    """Return the report under which `asset` may be used now; refuse what is not read or blocked.

    It is judged under the rules in force at this moment, whatever it was judged under before. Nothing
    calls this yet, since nothing uses pictures; whoever puts one in a brief or a publication must.
    """
    if asset.status != AssetStatus.READ:
        raise Refused(
            "picture_not_read",
            _("The text in this picture has not been read, so it cannot be used: %(why)s")
            % {"why": asset.error or asset.get_status_display()},
        )
    report = _judged_again(asset)
    if report.verdict == Verdict.BLOCK:
        raise Refused("picture_blocked", _("The text in this picture is blocked."))
    return report


def execute(lease: PictureLease) -> None:
    """Read the leased picture and judge its text; its row says how it ended.

    Raises only what is a bug of ours, after marking the picture as not readable.
    """
    asset = lease.asset
    try:
        with scope.organization(asset.organization_id), lease.beating():
            try:
                _carry_out(lease)
            except ReadingError as error:
                _fail(lease, error)
    except LeaseLost:
        log.warning("asset %s belongs to another worker now", asset.pk)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        lease.end(AssetStatus.FAILED, note=what, error_code="bug", error=_storable(what))
        raise


def _carry_out(lease: PictureLease) -> None:
    failpoint("reading")
    asset = lease.asset
    started = time.perf_counter()
    reading = readers.read(_bytes(asset), settings.PICTURE_READER)
    seconds = time.perf_counter() - started
    found = judgement(asset, reading)
    with transaction.atomic():
        keep(asset, reading, found, seconds=seconds)
        lease.end(
            AssetStatus.READ, verb="text_read", verdict=found.verdict, error="", error_code=""
        )


def _bytes(asset: Asset) -> bytes:
    try:
        with asset.file.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        why = "the file of this picture is lost: upload it again, or restore var/assets"
        raise ReadingError(why, permanent=True, code="lost_file") from error


def _fail(lease: PictureLease, error: ReadingError) -> None:
    """End the reading for good, or put it back for another attempt when that can help."""
    asset, what = lease.asset, _storable(str(error))
    said = {"error_code": error.code, "error": what}
    if error.permanent or asset.attempt >= settings.MAX_ATTEMPTS:
        lease.end(AssetStatus.FAILED, verb="not_read", note=what, **said)
        return
    wait = BACKOFF_S[min(asset.attempt, len(BACKOFF_S)) - 1]
    lease.put_back(run_after=timezone.now() + timedelta(seconds=wait), note=what, **said)


def judgement(asset: Asset, reading: Reading) -> Judgement:
    """Return what the gates say of `reading` under the client's words and the product's facts.

    Words that a client demands are not asked of a picture: they stand in the copy beside it.
    """
    product, client = asset.product, asset.client
    about: dict[str, Any] = {}
    if product is not None:
        about = {
            "product": product.name,
            "category": product.category,
            "facts": facts_of(product),
            "substantiations": papers_of(product),
        }
    banned = tuple(client.banned_words)
    zone = ZoneInfo(asset.organization.time_zone)
    return judge(
        reading,
        **about,
        on=timezone.now().astimezone(zone).date().isoformat(),
        banned=(TermList("client", banned),) if banned else (),
        **house_rules.in_force(asset.organization_id),
    )


def rejudge(assets: Any) -> int:
    """Judge what was read on `assets` (a queryset) again; return how many are blocked by it now.

    Nothing is read anew: the text on a picture is the same, the rules are not.
    """
    blocked = 0
    read = assets.filter(status=AssetStatus.READ).select_related("client", "product")
    for asset in read.iterator(chunk_size=200):
        before = asset.verdict
        after = _judged_again(asset).verdict
        blocked += after == Verdict.BLOCK != before
    return blocked


def latest(asset: Asset) -> AssetReport | None:
    """Return the report in force on `asset`, None while it is not read."""
    if asset.status != AssetStatus.READ:
        return None
    return AssetReport.objects.filter(asset=asset).latest("id")


def _judged_again(asset: Asset) -> AssetReport:
    report = AssetReport.objects.filter(asset=asset).latest("id")
    reading = report.reading
    found = judgement(asset, reading)
    if _told(found) == (report.verdict, report.findings, report.packs):
        return report
    with transaction.atomic():
        fresh = keep(asset, reading, found)
        Asset._base_manager.filter(pk=asset.pk, status=AssetStatus.READ).update(
            verdict=fresh.verdict
        )
        record(asset, "rejudged", by=None, before=asset.verdict, verdict=fresh.verdict)
    asset.verdict = fresh.verdict
    return fresh


def _told(found: Judgement) -> tuple[str, list[Any], list[Any]]:
    """Return what a report keeps of a judgement, as it comes back from the database."""
    return found.verdict, _plain([one.as_dict() for one in found.found]), _plain(found.packs)


def keep(asset: Asset, reading: Reading, found: Judgement, *, seconds: float = 0) -> AssetReport:
    """Append the report of a judgement; `seconds` is how long the reading took, 0 for none."""
    verdict, findings, packs = _told(found)
    return AssetReport.objects.create(
        asset=asset, sha256=asset.sha256, title=asset.title, verdict=verdict,
        markets=list(found.markets), lines=_plain(reading.lines), findings=findings, packs=packs,
        not_flagged=_plain(found.not_flagged), reader=reading.reader, width=reading.width,
        height=reading.height, frames=reading.frames, unread=reading.unread,
        seconds=round(seconds, 4), **asset.owners,
    )  # fmt: skip


def _plain(values: Any) -> list[Any]:
    """Return dataclasses or mappings as JSON would give them back: lists for tuples, throughout."""
    return [_listed(one if isinstance(one, dict) else asdict(one)) for one in values]


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_listed(one) for one in value]
    return value


def _storable(text: str) -> str:
    """Return `text` as every database takes it: an error may quote bytes that are no text."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
