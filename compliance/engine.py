"""The door of the gates: `check(copy)` runs every check over a copy and reports.

Gates fail closed. Whatever goes wrong in a check, a rule pack or the copy itself becomes a `block`
with the rule `gate.error`; no exception of a check reaches the caller, and none passes a copy.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from compliance.base import SEVERITIES, Check, Copy, Hit, NotFlagged, PackRef, Report
from compliance.categories import LICENSED, Inference, infer, told
from compliance.checks import lists, rules
from compliance.checks.facts import FactCheck
from compliance.checks.limits import LimitCheck
from compliance.checks.lists import ListCheck
from compliance.checks.rules import PackCheck
from compliance.checks.trained import TrainedCheck
from compliance.checks.unsupported import UnsupportedCheck, asked_once
from compliance.clearing import settled
from compliance.words import CATEGORIES, LANGUAGES, MARKETS, known

log = logging.getLogger(__name__)

#: The longest copy that is checked, in code points over all fields; spaCy takes no more either.
MAX_CHARACTERS = 1_000_000

#: After what is found so grave no model is asked for hints.
_GRAVE = ("block", "evidence")

#: What stands for each character that was let go: the end of a clause.
_BLANK = "\n"

#: The checks of every copy, in order.
CHECKS: tuple[Check, ...] = (
    PackCheck(),
    ListCheck(),
    LimitCheck(),
    FactCheck(),
    UnsupportedCheck(),
    TrainedCheck(),
)

#: The checks of a bare text, whose facts and author nobody has shown.
TEXT_CHECKS: tuple[Check, ...] = (PackCheck(), ListCheck(), LimitCheck(), TrainedCheck())


def check(copy: Copy, *, checks: Sequence[Check] | None = None) -> Report:
    """Run `checks` (by default `CHECKS`) over `copy`, and return what they found.

    Never raises for what is in the copy or in a check: it blocks instead, and says why. Without a
    date in `copy.on`, today's date (UTC) is put there: the one look at the clock.
    """
    refused = _refusal(copy)
    if refused is not None:
        return Report(hits=(refused,), not_flagged=(), packs=(), category="")
    checks = CHECKS if checks is None else checks
    judged, hits = _judged(copy)
    guess, also = judged.guess, judged.also
    released: list[NotFlagged] = []
    for result in _results(judged.copy, checks):
        (hits if isinstance(result, Hit) else released).append(result)  # type: ignore[arg-type]
    for other in also:
        hits.extend(_still(guess, hits, _results(other, checks)))
    hits, let_go = _last(asked_once(hits), judged.copy, checks)
    released.extend(let_go)
    return Report(
        hits=tuple(sorted(set_of(hits), key=lambda hit: (hit.field, hit.start, hit.end, hit.rule))),
        not_flagged=tuple(
            sorted(released, key=lambda one: (one.field, one.start, one.end, one.rule))
        ),
        packs=_packs(judged.copy, checks, hits),
        category=judged.copy.category,
        inferred=guess.evidence if guess else "",
    )


class _Judged(NamedTuple):
    """A copy under the category it is judged by, what that was read from, and what it is judged as too."""

    copy: Copy
    guess: Inference | None
    also: list[Copy]


def _judged(copy: Copy) -> tuple[_Judged, list[Hit]]:
    """Return how `copy` is to be judged, and a block if its category could not be inferred.

    A guess that releases nothing, or that the text gainsays, leaves the copy judged as of unknown
    category too, and under each category whose goods the text names.
    """
    on = copy.on or datetime.now(UTC).date().isoformat()
    if copy.category:
        return _Judged(copy.under(copy.category, on=on, guessed=copy.guessed), None, []), []
    unknown = copy.under("", on=on, guessed=copy.guessed)
    try:
        texts = tuple([field.text for field in copy.fields])
        guess = infer(copy.product, texts)
        category = guess.category if guess else ""
        others = [one.category for one in told(texts) if one.category != category]
    except Exception as error:
        log.exception("the category could not be inferred; the copy is blocked")
        failed = gate_error("category", f"{type(error).__name__}: {error}")
        return _Judged(unknown, None, []), [failed]
    also = [copy.under(one, on=on, guessed=True) for one in others]
    if guess is None:
        return _Judged(unknown, None, also), []
    licensed = guess.certainty == "declared" and category in LICENSED
    if not guess.releases or (others and not licensed):
        also.append(unknown)
    return _Judged(copy.under(category, on=on, guessed=True), guess, also), []


def _still(
    guess: Inference | None, hits: Sequence[Hit], unknown: Iterable[Hit | NotFlagged]
) -> list[Hit]:
    """Return the findings on the copy of unknown or another category that a guessed one would hide.

    A guess adds the duties of its category and takes nothing away, except where the same words are
    found at least as grave under a rule of that category, which then names the nearer law. For a
    category that takes a licence both laws are named: without the licence the goods are ordinary.
    """
    licensed = guess is not None and guess.category in LICENSED
    return [
        hit
        for hit in unknown
        if isinstance(hit, Hit)
        and not any(
            one.field == hit.field
            and one.start < hit.end
            and hit.start < one.end
            and SEVERITIES.index(one.severity) <= SEVERITIES.index(hit.severity)
            and not (licensed and (one.statute, one.article) != (hit.statute, hit.article))
            for one in hits
        )
    ]


def _last(
    hits: list[Hit], copy: Copy, checks: Sequence[Check]
) -> tuple[list[Hit], list[NotFlagged]]:
    """Settle `hits`, and if that leaves nothing grave open run the checks of last resort.

    What people have let go is not asked about again: they see the copy with those words blanked. All
    else in it is asked about, as if the words that were let go had not been there.
    """
    settled_hits, let_go = _settled(hits, copy)
    settled_hits = _supported(settled_hits)
    last = [gate for gate in checks if getattr(gate, "last_resort", False)]
    if not last or any(map(_open, settled_hits)):
        return settled_hits, let_go
    gone = [hit for hit in hits if hit.severity in _GRAVE]  # all of them were let go
    more = list(_results(_blanked(copy, gone), last, last_resort=True))
    found, freed = _settled([one for one in more if isinstance(one, Hit)], copy)
    freed.extend(one for one in more if isinstance(one, NotFlagged))
    return [*settled_hits, *found], [*let_go, *freed]


def _supported(hits: list[Hit]) -> list[Hit]:
    """Return `hits` with the supporting ones as warnings, if one that is none stands open and grave.

    After clearing, so that the last claim to be cleared leaves its frame to be answered for.
    """
    if not any(_open(hit) and not hit.supporting for hit in hits):
        return hits
    return [
        replace(hit, severity="warn") if hit.supporting and hit.severity == "evidence" else hit
        for hit in hits
    ]


def _open(hit: Hit) -> bool:
    return hit.severity in _GRAVE and not hit.cleared


def _blanked(copy: Copy, gone: Sequence[Hit]) -> Copy:
    """Return `copy` with the words of `gone` blanked, every other one in its place."""
    if not gone:
        return copy
    texts = [list(field.text) for field in copy.fields]
    for hit in gone:
        texts[hit.field][hit.start : hit.end] = _BLANK * (hit.end - hit.start)
    fields = zip(copy.fields, texts, strict=True)
    return replace(copy, fields=tuple(replace(one, text="".join(text)) for one, text in fields))


def _settled(hits: list[Hit], copy: Copy) -> tuple[list[Hit], list[NotFlagged]]:
    """Return `hits` as people have cleared them, and what an approved phrase let go.

    What people said and cannot be read clears nothing, and blocks.
    """
    try:
        found = settled(hits, copy)
    except Exception as error:
        log.exception("what people cleared could not be read; the copy is blocked")
        return [*hits, gate_error("clearances", f"{type(error).__name__}: {error}")], []
    return (
        [one for one in found if isinstance(one, Hit)],
        [one for one in found if isinstance(one, NotFlagged)],
    )


def set_of(hits: list[Hit]) -> list[Hit]:
    """Return `hits` without exact repeats (a hit holds mappings, so it does not hash)."""
    kept: dict[tuple[object, ...], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.rule, hit.field, hit.start, hit.end, hit.reason.get("en")), hit)
    return list(kept.values())


def _results(
    copy: Copy, checks: Sequence[Check], *, last_resort: bool = False
) -> Iterator[Hit | NotFlagged]:
    """Yield what those of `checks` find that are, or are not, of last resort."""
    for gate in checks:
        if getattr(gate, "last_resort", False) is not last_resort:
            continue
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


def _packs(copy: Copy, checks: Sequence[Check], hits: Iterable[Hit]) -> tuple[PackRef, ...]:
    """Return the packs and lists in force for a copy that was read, and the models that were asked."""
    try:
        models = []
        if all(
            hit.severity not in _GRAVE or hit.cleared or hit.rule.startswith("trained.")
            for hit in hits
        ):
            trained = (one for one in checks if isinstance(one, TrainedCheck))
            models = [ref for one in trained for ref in one.packs(copy)]
        return (*rules.refs(copy), *lists.refs(copy), *models)
    except Exception:  # noqa: BLE001 - the pack check has already blocked on the same error
        return ()
