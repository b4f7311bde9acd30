"""The only writer of `status`. A move is one guarded UPDATE and one event, in one transaction."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from creatives.errors import IllegalMove, LostRace
from creatives.models import Event


def move(
    row: Any,
    to: str,
    *,
    by: Any,
    verb: str = "",
    note: str = "",
    where: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Move `row` to status `to` if nobody moved it first, write `columns` with it, and say so.

    `by` is the user who did it, None for the system itself; `where` narrows the guard further, for
    instance to a lease token. Raises `IllegalMove` when the table of moves has no such move and
    `LostRace` when the row is no longer as it was read.
    """
    old = row.status
    if to not in row.MOVES[old]:
        raise IllegalMove(
            "illegal_move",
            _("%(row)s is %(old)s and cannot become %(new)s.")
            % {"row": row, "old": row.get_status_display(), "new": to},
        )
    with transaction.atomic():
        guard = type(row)._base_manager.filter(pk=row.pk, status=old, **(where or {}))
        if not guard.update(status=to, **columns):
            raise LostRace(
                "lost_race", _("%(row)s was changed by somebody else. Reload it.") % {"row": row}
            )
        record(row, verb or to, by=by, note=note, old=old, new=to)
    for name, value in {"status": to, **columns}.items():
        setattr(row, name, value)


def record(
    row: Any, verb: str, *, by: Any, note: str = "", old: str = "", new: str = "", **data: Any
) -> None:
    """Append the event that `by` did `verb` to `row`."""
    Event._base_manager.create(
        organization_id=getattr(row, "organization_id", None) or row.pk,  # an agency is its own
        client_id=row.pk if row._meta.model_name == "client" else getattr(row, "client_id", None),
        subject_type=row._meta.model_name,
        subject_id=row.pk,
        actor=by,
        verb=verb,
        old=old,
        new=new,
        note=note,
        data=data,
    )
