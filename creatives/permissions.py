"""Who may take a step, said as a refusal that a page can show."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from creatives.errors import Refused
from creatives.models import Candidate, Event
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
    """Return the ids of who had a hand in `candidate`: wrote its brief, ran it or edited it."""
    return hands_of([candidate])[candidate.pk]


#: What makes a hand of whoever did it, by the kind of row they did it to.
_HANDS = {
    "brief": ("created", "changed"),
    "run": ("requested", "retried"),
    "candidate": ("edited", "accepted"),
}


def hands_of(candidates: Iterable[Candidate]) -> dict[int, set[int]]:
    """Return `hands` of each of `candidates` by id, in two queries however many there are.

    Ancestors are of the same run. Who did what to brief, run and text is read from the events.
    """
    rows = list(candidates)
    derived = Candidate._base_manager.filter(
        run__in={row.run_id for row in rows}, parent__isnull=False
    )
    columns = derived.values_list("pk", "parent", "author")
    steps = {pk: (parent, author) for pk, parent, author in columns}
    actors = _actors(rows, steps)
    found: dict[int, set[int]] = {}
    for row in rows:
        people = {row.run.requested_by_id, row.run.brief.created_by_id}
        people |= actors["brief", row.run.brief_id] | actors["run", row.run_id]
        step: int | None = row.pk
        while step is not None:
            people |= actors["candidate", step]
            step, author = steps.get(step, (None, None))
            people.add(author)
        found[row.pk] = {person for person in people if person is not None}
    return found


def _actors(
    rows: list[Candidate], derived: Iterable[int]
) -> dict[tuple[str, int], set[int | None]]:
    """Return who had a hand in each brief, run and candidate, by kind and id."""
    ids = {
        "brief": {row.run.brief_id for row in rows},
        "run": {row.run_id for row in rows},
        "candidate": {row.pk for row in rows} | set(derived),
    }
    wanted = Q()
    for kind, verbs in _HANDS.items():
        wanted |= Q(subject_type=kind, subject_id__in=ids[kind], verb__in=verbs)
    actors: dict[tuple[str, int], set[int | None]] = defaultdict(set)
    events = Event._base_manager.filter(wanted).order_by()
    for kind, row_id, actor in events.values_list("subject_type", "subject_id", "actor"):
        actors[kind, row_id].add(actor)
    return actors
