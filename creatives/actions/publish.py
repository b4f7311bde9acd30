"""Only approved bytes go out: read again, digested again, and judged again at the last moment."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from creatives import gates
from creatives.actions.review import clean_reason
from creatives.channels import registry
from creatives.channels.base import ChannelError, Item
from creatives.errors import LostRace, Refused
from creatives.fields import digest
from creatives.models import Candidate, Publication, Review
from creatives.permissions import require
from creatives.states import CandidateStatus, Decision, PublicationStatus
from creatives.transitions import move, record


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


def approval(candidate: Candidate) -> Review:
    """Return the approval of exactly these bytes; refuse when there is none in force."""
    review = candidate.reviews.filter(
        decision=Decision.APPROVE, sha256=digest(candidate.fields)
    ).first()
    if candidate.status != CandidateStatus.APPROVED or review is None:
        raise Refused("not_approved", _("Only approved copy is published."))
    return review


def deliver(publication: Publication) -> None:
    """Put a scheduled publication out, if its bytes and the rules in force still allow it.

    Idempotent: a delivery that was cut off is repeated by the sweeper and leaves one item.
    """
    candidate = Candidate.objects.get(pk=publication.candidate_id)
    try:
        review = approval(candidate)
        if not candidate.sha256 == digest(candidate.fields) == review.sha256 == publication.sha256:
            raise Refused("other_bytes", _("The bytes are not those that were approved."))
        report = stands(candidate, review)
    except Refused as refusal:
        move(
            publication, PublicationStatus.FAILED, by=None, note=str(refusal),
            error=str(refusal), over_at=timezone.now(),
        )  # fmt: skip
        raise
    try:
        external_id = registry.get(publication.channel).publish(
            item_of(publication), root=settings.FEED_ROOT
        )
    except ChannelError as error:
        if error.permanent:
            move(
                publication, PublicationStatus.FAILED, by=None, note=str(error),
                error=str(error), over_at=timezone.now(),
            )  # fmt: skip
        raise Refused("channel_failed", str(error)) from error
    try:
        move(
            publication, PublicationStatus.LIVE, by=publication.published_by,
            live_at=timezone.now(), external_id=external_id, packs=report.packs,
        )  # fmt: skip
    except LostRace:
        # Withdrawn while it went out: what the channel has now must go as well.
        registry.get(publication.channel).withdraw(item_of(publication), root=settings.FEED_ROOT)
        raise


def overdue() -> Any:
    """Return the publications whose delivery was cut off, for the sweeper."""
    since = timezone.now() - timedelta(seconds=settings.LEASE_S)
    return Publication._base_manager.filter(
        status=PublicationStatus.SCHEDULED, created_at__lt=since
    )


def stands(candidate: Candidate, review: Review) -> Any:
    """Return the report under the rules in force now, if the approval still stands; refuse otherwise.

    An approval stands unless a finding is new or worse than the reviewer saw. One that falls sends
    the candidate back to review, or to blocked, with an event that says why.
    """
    outcome, seconds = gates.judge(candidate.run.brief, candidate.placement, candidate.fields)
    if gates.same(outcome, candidate.report):
        return candidate.report
    found = gates.worse(outcome, review.report)
    blocked = outcome.verdict == "block"
    with transaction.atomic():
        report = gates.keep(candidate, outcome, seconds)
        if not found and not blocked:
            record(candidate, "approval_stands", by=None, packs=report.packs)
            return report
        move(
            candidate, CandidateStatus.BLOCKED if blocked else CandidateStatus.IN_REVIEW, by=None,
            verb="approval_fell", note=", ".join(sorted({hit.rule for hit in found})),
        )  # fmt: skip
    raise Refused(
        "rules_changed",
        _("The rules in force find what the reviewer did not see: %(rules)s. It goes back.")
        % {"rules": ", ".join(sorted({hit.rule for hit in found}))},
    )


def recheck(candidates: Any) -> list[Candidate]:
    """Judge approved `candidates` (a queryset) again at once; return those whose approval fell.

    Called when a list, a product's fact or a rule pack has changed.
    """
    fallen = []
    for candidate in candidates.filter(status=CandidateStatus.APPROVED).iterator(chunk_size=200):
        try:
            stands(candidate, approval(candidate))
        except LostRace:
            continue  # decided anew in the meantime
        except Refused:
            fallen.append(candidate)
            for publication in candidate.publications.filter(status=PublicationStatus.LIVE):
                record(publication, "live_copy_fell", by=None, candidate=candidate.pk)
    return fallen


def withdraw(publication: Publication, *, by: Any, reason: str) -> None:
    """Take a publication back from its channel, with a reason."""
    require("publish", publication, by=by)
    reason = clean_reason(reason)
    if not reason:
        raise Refused("reason_needed", _("Say why it is withdrawn."))
    if publication.status not in (PublicationStatus.LIVE, PublicationStatus.SCHEDULED):
        raise Refused("not_live", _("This publication is not live."))
    try:
        registry.get(publication.channel).withdraw(item_of(publication), root=settings.FEED_ROOT)
    except ChannelError as error:
        raise Refused("channel_failed", str(error)) from error
    move(publication, PublicationStatus.WITHDRAWN, by=by, note=reason, over_at=timezone.now())


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
            "ai_generated": candidate.author_id is None,
        },
    )
