"""Only approved bytes go out: read again, digested again, and judged again at the last moment."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from creatives.actions.dossier import freeze
from creatives.actions.recheck import approval, stands
from creatives.actions.review import clean_reason
from creatives.channels import registry
from creatives.channels.base import ChannelError, Item
from creatives.errors import Refused
from creatives.fields import digest
from creatives.models import Candidate, Publication, Report, Review
from creatives.permissions import require
from creatives.states import CandidateStatus, Origin, PublicationStatus
from creatives.transitions import move, record

log = logging.getLogger(__name__)


def publish(candidate: Candidate, *, channel: str, by: Any) -> Publication:
    """Publish the approved `candidate` in `channel` and deliver it; return the publication.

    Refuses what is not approved or already out there, and whatever `deliver` refuses.
    """
    require("publish", candidate, by=by)
    try:
        registry.get(channel)
    except registry.UnknownChannel as error:
        raise Refused("unknown_channel", str(error)) from error
    review = approval(candidate)
    try:
        with transaction.atomic():
            publication = Publication.objects.create(
                candidate=candidate, review=review, channel=channel, published_by=by,
                sha256=candidate.sha256, **candidate.owners,
            )  # fmt: skip
            record(publication, "requested", by=by, new=publication.status)
    except IntegrityError as error:
        raise Refused("already_published", _("Already published there.")) from error
    deliver(publication)
    return publication


def deliver(publication: Publication) -> None:
    """Put a scheduled publication out, if its bytes and the rules in force still allow it.

    Idempotent: a delivery that was cut off is repeated by the sweeper and leaves one item, and of
    two at once both end with the item in its channel.
    """
    candidate = Candidate.objects.get(pk=publication.candidate_id)
    try:
        review = approval(candidate)
        if not candidate.sha256 == digest(candidate.fields) == review.sha256 == publication.sha256:
            raise Refused("other_bytes", _("The bytes are not those that were approved."))
        report = stands(candidate, review)
    except Refused as refusal:
        _fail(publication, refusal)
        raise
    try:
        channel = registry.get(publication.channel)
        with registry.plugin_code(publication.channel):
            external_id = channel.publish(item_of(publication), root=settings.FEED_ROOT)
    except ChannelError as error:
        if error.permanent:
            _fail(publication, error)
        raise Refused("channel_failed", str(error)) from error
    try:
        _go_live(publication, external_id, report, review)
    except Refused as refusal:
        publication.refresh_from_db()
        if publication.status == PublicationStatus.LIVE:
            return  # another delivery of the same publication was faster
        # Withdrawn while it went out, or its approval fell: what the channel has now must go.
        if publication.status == PublicationStatus.SCHEDULED:
            _fail(publication, refusal)
        with suppress(ChannelError):  # logged, and asked again by `settle`
            _take_back(publication)
        raise


def _go_live(publication: Publication, external_id: str, report: Report, review: Review) -> None:
    """Move the publication to live while its candidate is held, still approved, in one transaction."""
    with transaction.atomic():
        approved = Candidate._base_manager.select_for_update().filter(
            pk=publication.candidate_id, status=CandidateStatus.APPROVED
        )
        if not approved.exists():
            raise Refused("not_approved", _("Only approved copy is published."))
        move(
            publication, PublicationStatus.LIVE, by=publication.published_by,
            live_at=timezone.now(), external_id=external_id, packs=report.packs,
        )  # fmt: skip
        freeze(review, publication)


def _fail(publication: Publication, why: Exception) -> None:
    move(
        publication, PublicationStatus.FAILED, by=None, note=str(why), error=str(why),
        over_at=timezone.now(),
    )  # fmt: skip


def withdraw(publication: Publication, *, by: Any, reason: str) -> None:
    """Take a publication back, with a reason: first here, then from its channel.

    Refuses with "channel_failed" when the channel does not answer; the publication is withdrawn all
    the same, and the sweeper goes on asking.
    """
    require("publish", publication, by=by)
    reason = clean_reason(reason)
    if not reason:
        raise Refused("reason_needed", _("Say why it is withdrawn."))
    if publication.status not in (PublicationStatus.LIVE, PublicationStatus.SCHEDULED):
        raise Refused("not_live", _("This publication is not live."))
    move(publication, PublicationStatus.WITHDRAWN, by=by, note=reason, over_at=timezone.now())
    try:
        _take_back(publication)
    except ChannelError as error:
        raise Refused(
            "channel_failed",
            _(
                "Withdrawn here, but the channel has not taken it back yet: %(why)s. It is asked again."
            )
            % {"why": error},
        ) from error


def _take_back(publication: Publication) -> None:
    channel = registry.get(publication.channel)
    with registry.plugin_code(publication.channel):
        channel.withdraw(item_of(publication), root=settings.FEED_ROOT)


def settle() -> dict[str, int]:
    """Finish what was cut off, across the organization in force: the sweeper's part of publishing.

    Deliveries that stand too long are repeated. What was withdrawn or failed is taken back from its
    channel once more after a while, in case a delivery was on its way. One bad row stops no other.
    """
    counts = {"delivered": 0, "taken_back": 0}
    since = timezone.now() - timedelta(seconds=settings.LEASE_S)
    waiting = Publication.objects.filter(status=PublicationStatus.SCHEDULED, created_at__lt=since)
    for publication in waiting.order_by("id"):
        counts["delivered"] += _tried(deliver, publication)
    gone = (PublicationStatus.WITHDRAWN, PublicationStatus.FAILED)
    unsettled = Publication.objects.filter(status__in=gone, settled=False, over_at__lt=since)
    for publication in unsettled.order_by("id"):
        if _tried(_take_back, publication):
            Publication.objects.filter(pk=publication.pk).update(settled=True)
            counts["taken_back"] += 1
    return counts


def _tried(step: Callable[[Publication], None], publication: Publication) -> bool:
    try:
        step(publication)
    except (Refused, ChannelError) as refusal:
        log.warning("publication %s: %s", publication.pk, refusal)
    except Exception:  # a bug, which must not starve the rows after it
        log.exception("publication %s", publication.pk)
    else:
        return True
    return False


def item_of(publication: Publication) -> Item:
    """Return the publication as its channel sees it."""
    candidate = publication.candidate
    return Item(
        key=f"{publication.pk}-{publication.sha256[:12]}",
        feed=f"{publication.organization_id}/{publication.client_id}",
        sha256=candidate.sha256,
        fields=tuple((name, text) for name, text in candidate.fields),
        placement=candidate.placement_id,
        language=candidate.language,
        meta={
            "candidate": candidate.pk,
            "review": publication.review_id,
            "run": candidate.run_id,
            "market": candidate.run.brief.market,
            "product": candidate.run.brief.product.name,
            "approved_at": publication.review.created_at.isoformat(),
            "ai_generated": _machine_made(candidate),
        },
    )


def _machine_made(candidate: Candidate) -> bool:
    """Return whether the text began as a machine's, however much people edited it since."""
    first = candidate
    while first.parent is not None:
        first = first.parent
    return first.origin != Origin.EDITED
