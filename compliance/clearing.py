"""The last step of the gates: what people have cleared, and which phrases they approved.

A hit stays in the report when it is cleared, and says how; it counts for no verdict any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from compliance.base import SEVERITIES, AllowPhrase, Clearance, Copy, Hit, NotFlagged
from compliance.evidence import gaps, in_force
from compliance.normalize import normalized
from compliance.spans import Spans
from compliance.wordlists import words

#: A check that was not made: nobody can say that it would have found nothing.
UNMADE = "gate.error"

#: What a client or a brief forbids, what a placement holds, what the gates say of themselves: no
#: phrase that an agency approved of the law is meant for these, unless it names them in full.
_IN_FULL = ("client.", "brief.", "placement.", "gate.")
_OWN_LISTS = "list."

#: How many different people have to say that an absolute rule is wrong in this place.
FOUR_EYES = 2


def settled(results: Iterable[Hit | NotFlagged], copy: Copy) -> list[Hit | NotFlagged]:
    """Return `results` with what people have let go: hits cleared, or inside an approved phrase.

    Raises `ValueError` or `TypeError` for a clearance or a phrase that cannot be read.
    """
    found = list(results)
    if not copy.clearances and not copy.allowed:
        return found
    allowed = _Allowed(copy)
    return [allowed.released(cleared(one, copy)) if isinstance(one, Hit) else one for one in found]


def cleared(hit: Hit, copy: Copy) -> Hit:
    """Return `hit`, marked as cleared when a clearance of `copy` that is in force is about it.

    `gate.error` never is. An absolute hit is by the ground "dismissed" alone, said by two people. A
    code has to be among the exemptions of the hit. A substantiation has to be among those of the copy
    and to cover the claim still.
    """
    if hit.cleared or hit.rule == UNMADE:
        return hit
    for one in copy.clearances:
        if _about(one, hit) and in_force(one.expires, copy.on) and _holds(one, hit, copy):
            return replace(hit, cleared=f"{one.ground}:{one.ref}" if one.ref else one.ground)
    return hit


def _about(one: Clearance, hit: Hit) -> bool:
    return (one.rule, one.field, one.start, one.end, one.text, one.subject) == (
        hit.rule, hit.field, hit.start, hit.end, hit.text, hit.subject,
    )  # fmt: skip


def _holds(one: Clearance, hit: Hit, copy: Copy) -> bool:
    if SEVERITIES.index(hit.severity) < SEVERITIES.index(one.severity):
        return False  # graver than what was seen
    if one.ground == "dismissed":
        return one.people >= (FOUR_EYES if hit.absolute else 1)
    if hit.absolute:
        return False
    if one.ground == "exempt":
        return one.ref in hit.exemptions
    return any(
        str(paper.get("id", "")) == one.ref and not gaps(hit, copy, paper)
        for paper in copy.substantiations
        if isinstance(paper, Mapping)
    )


class _Allowed:
    """The approved phrases of a copy that are in force, found in its fields."""

    def __init__(self, copy: Copy) -> None:
        self._found: list[tuple[AllowPhrase, list[Spans]]] = []
        if not copy.allowed:
            return
        normals = normalized(tuple(field.text for field in copy.fields))
        for phrase in copy.allowed:
            if not phrase.phrase.strip() or not in_force(phrase.expires, copy.on):
                continue
            spans = []
            for normal in normals:
                places = Spans()
                for found in words((phrase.phrase,)).find(normal):
                    places.add(found.start, found.end)
                spans.append(places)
            self._found.append((phrase, spans))

    def released(self, hit: Hit) -> Hit | NotFlagged:
        """Return `hit`, or its release if it lies inside an approved phrase for its rule."""
        if hit.start == hit.end or hit.cleared or hit.rule == UNMADE:
            return hit
        for phrase, spans in self._found:
            if _names(phrase.rule, hit) and spans[hit.field].covers(hit.start, hit.end):
                return _released(hit, phrase)
        return hit


def _names(rule: str, hit: Hit) -> bool:
    """Tell whether a phrase for `rule` is one for the rule of `hit`.

    An absolute rule, and what is no rule of the law, has to be named in full; the agency's own word
    lists may also be named together, as "list.".
    """
    if rule == hit.rule:
        return True
    if hit.absolute or hit.rule.startswith(_IN_FULL):
        return False
    if not rule:
        return not hit.rule.startswith(_OWN_LISTS)
    return rule.endswith(".") and hit.rule.startswith(rule)


def _released(hit: Hit, phrase: AllowPhrase) -> NotFlagged:
    who = phrase.approved_by or "–"
    zh = f"获准用语“{phrase.phrase}”，批准人：{who}"
    en = f"“{phrase.phrase}” is an approved phrase, approved by {who}"
    if phrase.expires:
        zh, en = f"{zh}，有效期至{phrase.expires}", f"{en} until {phrase.expires}"
    if phrase.because:
        zh, en = f"{zh}（{phrase.because}）", f"{en} ({phrase.because})"
    return NotFlagged(
        field=hit.field,
        start=hit.start,
        end=hit.end,
        text=hit.text,
        because={"zh": zh, "en": en},
        rule=hit.rule,
    )
