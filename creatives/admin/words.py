"""Events in words: what was done to what, in the language of the interface."""

from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from creatives.models import Event
from creatives.states import CandidateStatus, PublicationStatus, RunStatus

#: Verbs of events, for people. A verb that is not here is shown as it is written.
VERBS: dict[str, Any] = {
    "created": _("Created"),
    "changed": _("Changed"),
    "deleted": _("Deleted"),
    "requested": _("Requested"),
    "claimed": _("Taken by a worker"),
    "requeued": _("Put back in the queue"),
    "cancel_requested": _("Asked to cancel"),
    "retried": _("Queued again"),
    "succeeded": _("Succeeded"),
    "failed": _("Failed"),
    "errored": _("Ended by an error"),
    "cancelled": _("Cancelled"),
    "quarantined": _("Set aside"),
    "generated": _("Generated"),
    "regenerated": _("Generated anew"),
    "edited": _("Edited"),
    "checked": _("Checked"),
    "in_review": _("Sent to review"),
    "blocked": _("Blocked"),
    "proposed": _("Proposed"),
    "accepted": _("Proposal accepted"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
    "approval_fell": _("Approval fell"),
    "approval_stands": _("Checked again, approval stands"),
    "denied": _("Refused"),
    "live": _("Went live"),
    "ended": _("Ended"),
    "withdrawn": _("Withdrawn"),
    "live_copy_fell": _("Live copy lost its approval"),
}
_STATUSES: dict[str, Any] = {
    "run": RunStatus,
    "candidate": CandidateStatus,
    "publication": PublicationStatus,
}


def app_of(kind: str) -> str:
    """Return the app of a kind of row, by the name that events give it."""
    named = {"client", "clientassignment", "membership", "organization"}
    return "tenants" if kind in named else "creatives"


def kind_name(kind: str) -> str:
    """Return the name of a kind of row for people; as it is written when it is no longer there."""
    try:
        return str(capfirst(apps.get_model(app_of(kind), kind)._meta.verbose_name))
    except LookupError:
        return kind


def said(event: Event) -> str:
    """Return what was done."""
    return str(VERBS.get(event.verb, event.verb))


def status_name(event: Event, status: str) -> str:
    """Return a status of the event's kind of row for people, "–" for none."""
    known = _STATUSES.get(event.subject_type)
    if known is not None and status in known.values:
        return str(known(status).label)
    return status or "–"
