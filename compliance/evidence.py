"""Substantiations: papers held before publication, and whether they reach as far as the claim."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from compliance import reach
from compliance.base import Copy, Hit, Localized, NotFlagged
from compliance.figures import lasting
from compliance.normalize import normalize
from compliance.papers import (
    CLAUSE,
    SENTENCE,
    around,
    claim_of,
    denied,
    gap,
    other_figure,
    other_rank,
    text_of,
)

#: A rank without a period is said of today: a paper older than this many days, and without a
#: validity of its own, does not prove it. Ours; the law asks for the period only (article 11).
FRESH_DAYS = 365


def substantiated(hit: Hit, copy: Copy) -> Hit | NotFlagged:
    """Return `hit`, or its release if it asks for evidence and the copy's substantiations have it.

    A substantiation is a mapping: "text" (or "claim") is what it proves, "source" (or "issuer") who
    issued it; "title", "method", "sample", "region" and "industry" say what was looked at, "dated"
    when (ISO 8601), "expires" is its last day. It has to hold the words of the finding, be in force
    on `Copy.on` and reach as far as the claim: see `gaps`. What falls short is told in the reason of
    the hit. One with "needs_clearing" lets nothing go by itself: a person has to rely on it. None
    lifts a `block`. Raises `TypeError` for one that is no mapping: the gate then blocks.
    """
    notes: list[Localized] = []
    for one in copy.substantiations:
        if not isinstance(one, Mapping):
            raise TypeError(f"a substantiation is a mapping, not {type(one).__name__}")
        if not _speaks_of(one, hit) or hit.severity == "info":
            continue
        short = gaps(hit, copy, one)
        if not short and hit.severity == "evidence" and not one.get("needs_clearing"):
            return _released(hit, one)
        if short:
            notes.append(_said(one, short))
    return replace(hit, reason=_with(hit.reason, notes)) if notes else hit


def gaps(hit: Hit, copy: Copy, one: Mapping[str, Any]) -> list[Localized]:
    """Return in what the substantiation `one` falls short of the claim that `hit` marks in `copy`.

    Nothing: it covers the claim. The claim is the sentence around the hit, its figures those of the
    clause. A doubt is a gap: what cannot be read covers nothing.
    """
    if not _speaks_of(one, hit):
        return [gap("它没有说到这句话", "it does not say so")]
    claim = sentence(copy.fields[hit.field].text, hit.start, hit.end)
    clause = around(copy.fields[hit.field].text, hit.start, hit.end, CLAUSE)
    found = [
        *_lapsed(one, copy.on),
        *_elsewhere(claim, one, copy.market),
        *_other_time(claim, one, copy.on),
        *other_figure(clause, one),
        *denied(hit, copy, one),
        *other_rank(clause, one),
        *_narrower(claim, one),
    ]
    return list({gap["en"]: gap for gap in found}.values())


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence of `text` in which text[start:end] stands."""
    return around(text, start, end, SENTENCE)


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


def _speaks_of(one: Mapping[str, Any], hit: Hit) -> bool:
    """Tell whether `one` names its issuer and holds the words of `hit`."""
    claim, source = claim_of(one), one.get("source") or one.get("issuer")
    if not (claim and isinstance(source, str) and source.strip() and hit.text.strip()):
        return False
    return normalize(hit.text).squeezed in normalize(claim).squeezed


def _lapsed(one: Mapping[str, Any], on: str) -> list[Localized]:
    if not in_force(one.get("expires"), on):
        return [gap(f"有效期至{one['expires']}", f"it was valid until {one['expires']}")]
    if (dated := one.get("dated")) not in (None, ""):
        issued = day(dated)
        if issued is None:
            return [gap(f"日期“{dated}”无法读取", f"its date “{dated}” cannot be read")]
        if issued > date.fromisoformat(on):
            return [gap(f"出具于{issued}，晚于发布", f"it is dated {issued}, after publication")]
    return []


def _elsewhere(claim: str, one: Mapping[str, Any], market: str) -> list[Localized]:
    """Return what of the claim's places the paper leaves out; a rank needs the very same place."""
    named = reach.regions(claim, market)
    written = text_of(one, "region")
    covered = reach.regions(written or claim_of(one), market)
    shown = written or "、".join(word for word, _place in covered)
    rank = reach.ranks(claim)
    if written and not covered:  # a place of which nobody here knows where it lies
        return [] if written in claim else [_only(written, named)]
    if not named:
        home = reach.HOME[market]
        wide = not covered or any(reach.within(home, place) for _word, place in covered)
        return [] if wide or not rank else [_only(shown, named)]
    if not covered:
        said = named[0][0]
        return [gap(f"未写明地区，而文案说“{said}”", f"it names no region; the copy says “{said}”")]
    for word, place in named:
        same = any(place == other for _word, other in covered)
        wider = any(reach.within(place, other) for _word, other in covered)
        if not (same if rank else wider):
            return [_only(shown, [(word, place)])]
    return []


def _only(covered: str, named: list[tuple[str, str]]) -> Localized:
    if not named:
        return gap(
            f"只涉及{covered}，而文案没有限定地区",
            f"it covers {covered} only; the copy names no region",
        )
    said = named[0][0]
    return gap(
        f"只涉及{covered}，而文案说“{said}”", f"it covers {covered} only; the copy says “{said}”"
    )


def _other_time(claim: str, one: Mapping[str, Any], on: str) -> list[Localized]:
    issued = day(one.get("dated"))
    paper = text_of(one, "title", "text", "claim", "method", "sample")
    known, asked = reach.years(paper), reach.years(claim)
    months = lasting(claim)
    if months and max(lasting(paper), 12 * reach.longest_run(known)) < months:
        return [_too_brief(months)]
    if asked and known and (missing := sorted(asked - known)):
        years = ", ".join(map(str, sorted(known)))
        return [
            gap(f"涉及{years}年，而文案说{missing[0]}年",
                 f"it is about {years}; the copy says {missing[0]}")
        ]  # fmt: skip
    if asked and not known and (issued is None or not 0 <= issued.year - max(asked) <= 1):
        when = issued or "–"
        return [
            gap(f"出具于{when}，而文案说{max(asked)}年", f"it is dated {when}; the copy says {max(asked)}")
        ]  # fmt: skip
    if not asked and (reach.ranks(claim) or months) and one.get("expires") in (None, ""):
        return _stale(issued, on)
    return []


def _stale(issued: date | None, on: str) -> list[Localized]:
    if issued is None:
        return [
            gap("没有日期和有效期，而文案称现在如此",
                 "it has neither date nor validity; the copy says so of today")
        ]  # fmt: skip
    if (date.fromisoformat(on) - issued).days > FRESH_DAYS:
        return [
            gap(f"出具于{issued}，已超过一年，而文案没有写明期间",
                 f"it is dated {issued}, more than a year ago; the copy names no period")
        ]  # fmt: skip
    return []


def _too_brief(months: int) -> Localized:
    if months % 12:
        return gap(f"不足以证明{months}个月的期间", f"it does not show {months} months")
    return gap(f"不足以证明连续{months // 12}年", f"it does not show {months // 12} years in a row")


def _narrower(claim: str, one: Mapping[str, Any]) -> list[Localized]:
    """Return what narrows the paper's market without being said in the copy."""
    industry = text_of(one, "industry")
    paper = f"{industry} {text_of(one, 'region')}"
    if reach.ranks(claim):
        paper += f" {claim_of(one)} {text_of(one, 'sample')}"
    if word := reach.narrower(paper, claim):
        return [
            gap(f"限于“{word}”，而文案没有写明", f"it is limited to “{word}”, which the copy does not say")
        ]  # fmt: skip
    for trade in reach.trades(claim) if industry else ():
        if trade not in industry and trade not in claim_of(one):
            return [
                gap(f"属于“{industry}”，而文案说“{trade}”",
                     f"it is about “{industry}”; the copy says “{trade}”")
            ]  # fmt: skip
    return []


def _name(one: Mapping[str, Any]) -> str:
    return text_of(one, "title") or text_of(one, "source") or text_of(one, "issuer")


def _released(hit: Hit, one: Mapping[str, Any]) -> NotFlagged:
    source = text_of(one, "source") or text_of(one, "issuer")
    return NotFlagged(
        field=hit.field,
        start=hit.start,
        end=hit.end,
        text=hit.text,
        because={"zh": f"已有依据：{source}", "en": f"Substantiated by {source}"},
        rule=hit.rule,
    )


def _said(one: Mapping[str, Any], short: list[Localized]) -> Localized:
    zh, en = "；".join(gap["zh"] for gap in short), "; ".join(gap["en"] for gap in short)
    return {
        "zh": f"在案依据“{_name(one)}”不足：{zh}。",
        "en": f"The evidence on file, “{_name(one)}”, falls short: {en}.",
    }


def _with(reason: Localized, notes: list[Localized]) -> Localized:
    """Return `reason` with at most three `notes` after it."""
    return {
        key: " ".join([said, *(note[key] for note in notes[:3] if key in note)])
        for key, said in reason.items()
    }
