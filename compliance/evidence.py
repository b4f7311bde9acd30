"""Substantiations: evidence held before publication lets go of the finding that asks for it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from compliance.base import Copy, Hit, NotFlagged
from compliance.normalize import normalize


def substantiated(hit: Hit, copy: Copy) -> Hit | NotFlagged:
    """Return `hit`, or its release if it asks for evidence and the copy's substantiations have it.

    A substantiation is {"text": the claim it proves, "source": who issued it, "expires": ISO date};
    "claim" and "issuer" are taken for the first two; see `in_force` for the last. It must hold the
    words of the finding, name a source, and be in force on `Copy.on`. It never lifts a `block`.
    Raises `TypeError` for a substantiation that is no mapping: the gate then blocks.
    """
    if hit.severity != "evidence":
        return hit
    for one in copy.substantiations:
        if source := _source(one, hit, copy.on):
            return NotFlagged(
                field=hit.field,
                start=hit.start,
                end=hit.end,
                text=hit.text,
                because={"zh": f"已有依据：{source}", "en": f"Substantiated by {source}"},
                rule=hit.rule,
            )
    return hit


def day(value: object) -> date | None:
    """Return the day that `value` says, an ISO 8601 string or a date; None if it says none."""
    if isinstance(value, date):
        # A datetime is a date too, and does not compare with one.
        return date(value.year, value.month, value.day)
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


def in_force(expires: object, on: str) -> bool:
    """Tell whether what expires at the end of the day `expires` is in force on the day `on`.

    None or "" is no expiry: in force. A day that cannot be read is none that can be relied on: not
    in force. Raises `ValueError` if `on` is no ISO 8601 date.
    """
    if expires is None or expires == "":
        return True
    last = day(expires)
    return last is not None and date.fromisoformat(on) <= last


def _source(one: object, hit: Hit, on: str) -> str:
    """Return the source of a substantiation that proves `hit`, "" if it does not."""
    if not isinstance(one, Mapping):
        raise TypeError(f"a substantiation is a mapping, not {type(one).__name__}")
    claim: Any = one.get("text") or one.get("claim")
    source: Any = one.get("source") or one.get("issuer")
    if not (isinstance(claim, str) and isinstance(source, str) and source.strip()):
        return ""
    if not in_force(one.get("expires"), on):
        return ""
    return source.strip() if normalize(hit.text).squeezed in normalize(claim).squeezed else ""
