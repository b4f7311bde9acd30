"""Pages by key: the cost of a page does not grow with how far down the list it is."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

SIZE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, and the ids from which the pages beside it go on (None: there is none)."""

    rows: list[Any]
    before: int | None
    after: int | None


def page_of(
    queryset: QuerySet[Any], query: QueryDict, *, oldest_first: bool = False, size: int = SIZE
) -> Page:
    """Return the page of `queryset` that `query` asks for by `after` or `before` an id."""
    after, before = number(query, "after"), number(query, "before")
    backwards = before is not None and after is None
    ascending = oldest_first != backwards
    key = before if backwards else after
    if key is not None:
        queryset = queryset.filter(**{"pk__gt" if ascending else "pk__lt": key})
    rows = list(queryset.order_by("pk" if ascending else "-pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    first, last = (rows[0].pk, rows[-1].pk) if rows else (None, None)
    if backwards:
        return Page(rows, first if more else None, last)
    return Page(rows, first if key is not None else None, last if more else None)


def number(query: QueryDict, name: str) -> int | None:
    """Return the id that `query` holds under `name`, None when there is none or it is no id."""
    value = query.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None
