"""Events in words: what was done to what, in the language of the interface."""

from typing import Any

from django.apps import apps
from django.utils.text import capfirst

from creatives.models import Event
from creatives.states import AssetStatus, CandidateStatus, PublicationStatus, RunStatus
from creatives.words import VERBS

_STATUSES: dict[str, Any] = {
    "asset": AssetStatus,
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
