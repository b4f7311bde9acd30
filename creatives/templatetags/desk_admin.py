"""What the admin's own templates need beyond their context."""

from typing import Any

from django import template
from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from creatives.models import Event
from tenants import scope

register = template.Library()

#: Verbs of events, for people. A verb that is not here is shown as it is written.
VERBS: dict[str, Any] = {
    "created": _("created"),
    "changed": _("changed"),
    "deleted": _("deleted"),
    "requested": _("requested"),
    "retried": _("queued again"),
    "cancel_requested": _("asked to cancel"),
    "checked": _("checked"),
    "generated": _("generated"),
    "regenerated": _("generated again"),
    "edited": _("edited"),
    "accepted": _("accepted"),
    "approved": _("approved"),
    "rejected": _("rejected"),
    "in_review": _("sent to review"),
    "blocked": _("blocked"),
    "proposed": _("proposed"),
    "approval_stands": _("approval stands"),
    "approval_fell": _("approval fell"),
    "live_copy_fell": _("live copy fell"),
    "live": _("went live"),
    "withdrawn": _("withdrawn"),
    "failed": _("failed"),
    "errored": _("ended in an error"),
    "queued": _("queued"),
    "running": _("started"),
    "succeeded": _("succeeded"),
    "cancelled": _("cancelled"),
    "quarantined": _("quarantined"),
    "denied": _("refused"),
}


@register.filter
def verb(event: Event) -> Any:
    """Return what was done, in the language of the interface."""
    return VERBS.get(event.verb, event.verb)


@register.simple_tag
def my_events(user: Any, most: int = 10) -> Any:
    """Return the user's own latest events in the organization in force; none outside any."""
    if scope.active() is None:
        return []
    return Event.objects.filter(actor=user)[:most]


@register.filter
def subject(event: Event) -> str:
    """Return what the event is about: the kind of row in the language of the interface."""
    try:
        kind = apps.get_model(_app(event), event.subject_type)._meta.verbose_name
    except LookupError:
        return f"{event.subject_type} {event.subject_id}"
    return f"{kind} {event.subject_id}"


def _app(event: Event) -> str:
    named = event.subject_type in {"client", "membership", "organization"}
    return "tenants" if named else "creatives"


@register.filter
def subject_url(event: Event) -> str:
    """Return the admin's page of what the event is about, empty where there is none."""
    try:
        return reverse(f"admin:{_app(event)}_{event.subject_type}_change", args=[event.subject_id])
    except NoReverseMatch:
        return ""
