"""Words for people: what happened, and a text of two languages in the one of the interface."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

#: What happened, by the verb of an event.
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
    "proposed": _("Proposed a change"),
    "accepted": _("Proposal accepted"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
    "approval_fell": _("Approval fell"),
    "approval_stands": _("Checked again, approval stands"),
    "rejudged": _("Checked again after a change"),
    "cleared": _("Finding cleared"),
    "clearance_withdrawn": _("Clearance withdrawn"),
    "expired": _("Expired"),
    "text_read": _("Text read"),
    "not_read": _("Text could not be read"),
    "read_again": _("To be read again"),
    "denied": _("Refused"),
    "days_over": _("Dates passed, checked again"),
    "packs_in_force": _("Rule packs came into force"),
    "brought_in": _("Words brought in"),
    "activated": _("Put in force"),
    "deactivated": _("Taken out of force"),
    "switched_off": _("Switched off"),
    "switched_on": _("Switched on again"),
    "allowed": _("Phrase allowed"),
    "forbidden": _("Phrase no longer allowed"),
    "live": _("Went live"),
    "ended": _("Ended"),
    "withdrawn": _("Withdrawn"),
    "live_copy_fell": _("Live copy lost its approval"),
}


def here(localized: Mapping[str, str]) -> str:
    """Return the text of `localized` ({"zh", "en"}) in the language of the interface."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    return localized.get(language) or next(iter(localized.values()), "")
