"""What the admin's own templates need beyond their context."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from creatives.admin import words
from creatives.models import Event
from creatives.words import here
from tenants import scope

register = template.Library()
register.filter("verb", words.said)
register.filter("in_language", here)


@register.filter
def old_status(event: Event) -> str:
    """Return the status before."""
    return words.status_name(event, event.old)


@register.filter
def new_status(event: Event) -> str:
    """Return the status after."""
    return words.status_name(event, event.new)


@register.simple_tag
def my_events(user: Any, most: int = 10) -> Any:
    """Return the user's own latest events in the organization in force; none outside any."""
    if scope.active() is None:
        return []
    return Event.objects.filter(actor=user)[:most]


@register.filter
def subject(event: Event) -> str:
    """Return what the event is about: the kind of row and its number."""
    return f"{words.kind_name(event.subject_type)} {event.subject_id}"


@register.filter
def subject_url(event: Event) -> str:
    """Return the admin's page of what the event is about, empty where there is none."""
    page = f"admin:{words.app_of(event.subject_type)}_{event.subject_type}_change"
    try:
        return reverse(page, args=[event.subject_id])
    except NoReverseMatch:
        return ""
