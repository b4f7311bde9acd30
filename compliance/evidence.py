"""Substantiations: evidence held before publication lets go of the finding that asks for it."""

from collections.abc import Mapping
from typing import Any

from compliance.base import Copy, Hit, NotFlagged
from compliance.normalize import normalize


def substantiated(hit: Hit, copy: Copy) -> Hit | NotFlagged:
    """Return `hit`, or its release if it asks for evidence and the copy's substantiations have it.

    A substantiation is {"text": the claim it proves, "source": who issued it, "expires": ISO date};
    "claim" and "issuer" are taken for the first two, and without an expiry it is in force. It must
    hold the words of the finding, name a source, and be in force on `Copy.on`. It never lifts a
    `block`. Raises `TypeError` for a substantiation that is no mapping: the gate then blocks.
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


def _source(one: object, hit: Hit, on: str) -> str:
    """Return the source of a substantiation that proves `hit`, "" if it does not."""
    if not isinstance(one, Mapping):
        raise TypeError(f"a substantiation is a mapping, not {type(one).__name__}")
    claim: Any = one.get("text") or one.get("claim")
    source: Any = one.get("source") or one.get("issuer")
    expires: Any = one.get("expires") or ""
    if not (isinstance(claim, str) and isinstance(source, str) and isinstance(expires, str)):
        return ""
    if not source.strip() or (expires and expires < on):
        return ""
    return source.strip() if normalize(hit.text).squeezed in normalize(claim).squeezed else ""
