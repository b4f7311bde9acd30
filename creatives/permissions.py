"""Who may take a step, said as a refusal that a page can show."""

from typing import Any

from django.utils.translation import gettext as _

from creatives.errors import Refused
from creatives.models import Candidate
from creatives.transitions import record
from tenants import scope


def require(verb: str, row: Any, *, by: Any) -> None:
    """Refuse unless the scope in force is `by`'s, includes `verb`, and sees `row`.

    Seeing is part of it: a row of another organization or of a client outside the team does not
    exist for `by`. `by` None is the system itself, and needs a scope that is no person's.
    """
    view = scope.current()
    if by is None:
        if view.user_id is not None:
            raise Refused("no_actor", _("Say who does this."))
        return
    if view.user_id != by.pk or not view.may(verb):
        record(row, "denied", by=by, note=verb)
        raise Refused("forbidden", _("Your roles do not include this."))
    if not type(row).objects.filter(pk=row.pk).exists():
        raise Refused("not_found", _("There is no such thing."))


def hands(candidate: Candidate) -> set[int]:
    """Return the ids of all who had a hand in `candidate`: who wrote its brief, ran it or edited it."""
    found = {candidate.run.requested_by_id, candidate.run.brief.created_by_id}
    step: Candidate | None = candidate
    while step is not None:
        found.add(step.author_id)
        step = step.parent
    return {person for person in found if person is not None}
