"""The door of the gates: `check(copy)` runs every check over a copy and reports.

Gates fail closed. Whatever goes wrong in a check, a rule pack or the copy itself becomes a `block`
with the rule `gate.error`; no exception of a check reaches the caller, and none passes a copy.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from compliance.base import Check, Copy, Hit, NotFlagged, PackRef, Report
from compliance.checks.facts import FactCheck
from compliance.checks.limits import LimitCheck
from compliance.checks.lists import ListCheck
from compliance.checks.rules import PackCheck, active_packs
from compliance.words import CATEGORIES, LANGUAGES, MARKETS, known

log = logging.getLogger(__name__)

#: The longest copy that is checked, in code points over all fields; spaCy takes no more either.
MAX_CHARACTERS = 1_000_000

#: The checks of every copy, in order.
CHECKS: tuple[Check, ...] = (PackCheck(), ListCheck(), LimitCheck(), FactCheck())

#: The checks of a bare text, whose product's papers nobody has shown: all but the one on facts.
TEXT_CHECKS: tuple[Check, ...] = (PackCheck(), ListCheck(), LimitCheck())


def check(copy: Copy, *, checks: Sequence[Check] | None = None) -> Report:
    """Run `checks` (by default `CHECKS`) over `copy`, and return what they found.

    Never raises for what is in the copy or in a check: it blocks instead, and says why. Without a
    date in `copy.on`, today's date (UTC) is put there: the one look at the clock.
    """
    if not copy.on:
        copy = replace(copy, on=datetime.now(UTC).date().isoformat())
    hits: list[Hit] = []
    released: list[NotFlagged] = []
    for result in _results(copy, CHECKS if checks is None else checks):
        (hits if isinstance(result, Hit) else released).append(result)  # type: ignore[arg-type]
    return Report(
        hits=tuple(sorted(set_of(hits), key=lambda hit: (hit.field, hit.start, hit.end, hit.rule))),
        not_flagged=tuple(
            sorted(released, key=lambda one: (one.field, one.start, one.end, one.rule))
        ),
        packs=_packs(copy),
    )


def set_of(hits: list[Hit]) -> list[Hit]:
    """Return `hits` without exact repeats (a hit holds mappings, so it does not hash)."""
    kept: dict[tuple[object, ...], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.rule, hit.field, hit.start, hit.end, hit.reason.get("en")), hit)
    return list(kept.values())


def _results(copy: Copy, checks: Sequence[Check]) -> Iterator[Hit | NotFlagged]:
    refused = _refusal(copy)
    if refused is not None:
        yield refused
        return
    for gate in checks:
        try:
            # The whole list at once: a check that breaks half way has not checked the copy.
            results = list(gate.hits(copy))
            _sound(results, copy)
        except Exception as error:
            log.exception("check %s failed; the copy is blocked", _name(gate))
            yield gate_error(_name(gate), f"{type(error).__name__}: {error}")
        else:
            yield from results


def _name(gate: object) -> str:
    return str(getattr(gate, "id", type(gate).__name__))


def _refusal(copy: Copy) -> Hit | None:
    """Return the block for a copy that no check can judge, None for one that can be."""
    try:
        known("language", copy.language, LANGUAGES)
        known("market", copy.market, MARKETS)
        known("category", copy.category, ("", *CATEGORIES))
        size = sum(len(field.text) for field in copy.fields)
    except (ValueError, TypeError) as error:
        return gate_error("copy", f"{error}")
    if size > MAX_CHARACTERS:
        return gate_error("copy", f"{size} characters; at most {MAX_CHARACTERS} can be checked")
    return None


def _sound(results: Sequence[object], copy: Copy) -> None:
    """Raise if a result is no finding, or its span is not where its text is."""
    for result in results:
        if not isinstance(result, Hit | NotFlagged):
            raise TypeError(f"a check yields Hit or NotFlagged, not {type(result).__name__}")
        if result.start == result.end == 0:
            continue
        if copy.fields[result.field].text[result.start : result.end] != result.text:
            raise ValueError(f"span {result.start}..{result.end} of {result.rule} is not its text")


def gate_error(name: str, why: str) -> Hit:
    """Return the block that stands for a check that could not be made."""
    return Hit(
        rule="gate.error",
        severity="block",
        field=0,
        start=0,
        end=0,
        text="",
        reason={
            "zh": f"检查“{name}”未能完成，文案不得发布：{why}",
            "en": f"The check “{name}” could not be made, so the copy may not go out: {why}",
        },
        suggestion={
            "zh": "改正所述问题后重新检查；若仍出现，请联系管理员",
            "en": "Mend what is named and check again; if it stays, ask the administrator",
        },
    )


def _packs(copy: Copy) -> tuple[PackRef, ...]:
    """Return the packs in force; none for a copy that was refused unread."""
    if _refusal(copy) is not None:
        return ()
    try:
        return tuple(pack.ref for pack in active_packs(copy))
    except Exception:  # noqa: BLE001 - the pack check has already blocked on the same error
        return ()
