"""The gates over the text of a picture: in which markets, under which laws, and where each finding is.

The lines become one field, "image", in reading order and joined by line feeds. A picture has no
market of its own, so it is judged under the law of every market whose language it speaks.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from compliance.base import (
    SEVERITIES,
    VERDICTS,
    Check,
    Copy,
    Field,
    Hit,
    NotFlagged,
    PackRef,
    Verdict,
)
from compliance.engine import check
from compliance.normalize import HAN, normalized
from compliance.pictures import (
    Mark,
    Reading,
    flowing,
    marks_of,
    position,
    sequences,
    text_of,
)

#: So many English words make a picture English copy too; fewer beside Chinese are names.
ENGLISH_WORDS = 3

_HAN = re.compile(f"[{HAN}]")
_ENGLISH = re.compile("[a-z]{3,}")
_BESIDE = {"zh": " 图片旁的文案写明亦可。", "en": " The copy beside the picture may say it."}


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, the markets in which it holds with their laws, and where it is on the picture.

    `hit` is the gravest of them, `laws` are statute and article of each.
    """

    hit: Hit
    markets: tuple[str, ...]
    laws: tuple[str, ...]
    marks: tuple[Mark, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON-ready data, flat."""
        marks = [asdict(mark) for mark in self.marks]
        places = {"markets": list(self.markets), "laws": list(self.laws), "marks": marks}
        return {**asdict(self.hit), **places}

    def and_in(self, market: str, hit: Hit) -> "Found":
        """Return the finding with what `market` says of the same words."""
        grave = min(self.hit, hit, key=lambda one: SEVERITIES.index(one.severity))
        laws = tuple(dict.fromkeys((*self.laws, *_law(hit))))
        return Found(grave, (*self.markets, market), laws, self.marks)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gates say of a picture's text: in which markets, and under which packs."""

    text: str
    markets: tuple[str, ...]
    found: tuple[Found, ...]
    not_flagged: tuple[NotFlagged, ...]
    packs: tuple[PackRef, ...]

    @property
    def verdict(self) -> Verdict:
        """The highest severity among the findings; "pass" without any."""
        severities = {one.hit.severity for one in self.found}
        return next((verdict for verdict in VERDICTS if verdict in severities), "pass")


def places_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return (language, market) of each law under which a picture's text is judged.

    Chinese: China. English, that is three words or more or no Chinese at all: the United States, the
    United Kingdom and the European Union. Figures alone: all four.
    """
    (normal,) = normalized((text,))
    chinese = bool(_HAN.search(normal.squeezed) or _HAN.search(text))
    english = len(_ENGLISH.findall(normal.folded))
    places = [("zh", "cn")] if chinese or not english else []
    if english >= ENGLISH_WORDS or not chinese:
        places += [("en", "us"), ("en", "uk"), ("en", "eu")]
    return tuple(places)


def judge(
    reading: Reading,
    *,
    places: Sequence[tuple[str, str]] = (),
    checks: Sequence[Check] | None = None,
    **lawful: Any,
) -> Judgement:
    """Return what the gates say of the picture's text under all that `lawful` says of a `Copy`.

    `places` are the (language, market) to judge in, by default those of the text. What was not read
    blocks, and what was guessed rather than read is a warning: gates fail closed.
    """
    text = text_of(reading)
    held: dict[tuple[Any, ...], Found] = {}
    released: dict[tuple[Any, ...], NotFlagged] = {}
    packs: dict[PackRef, None] = {}
    chosen = (tuple(places) or places_of(text)) if text else ()
    for language, market in chosen:
        copy = Copy((Field("image", text),), language=language, market=market, **lawful)
        report = check(copy, checks=checks)
        packs.update(dict.fromkeys(report.packs))
        hits = map(_softened, (*report.hits, *_broken(copy, flowing(reading), checks)))
        over = list(_over_frames(copy, reading, checks))
        for key, hit in _apart((*hits, *(hit for hit, _marks in over))).items():
            if key in held:
                held[key] = held[key].and_in(market, hit)
            else:
                own = next((marks for one, marks in over if one is hit), None)
                marks = own or marks_of(reading, hit.start, hit.end)
                held[key] = Found(hit, (market,), _law(hit), marks)
        for one in report.not_flagged:
            released.setdefault((one.rule, one.start, one.end), one)
    found = [*held.values(), *_unread(reading)]
    return Judgement(
        text=text, markets=tuple(market for _, market in chosen),
        found=tuple(sorted(found, key=lambda one: (one.hit.start, one.hit.end, one.hit.rule))),
        not_flagged=tuple(released.values()), packs=tuple(packs),
    )  # fmt: skip


def _broken(copy: Copy, text: str, checks: Sequence[Check] | None) -> Iterable[Hit]:
    """Yield the findings that a line break hides: those that reach over one in the flowing text."""
    original = copy.fields[0].text
    if text != original:
        report = check(replace(copy, fields=(Field("image", text),)), checks=checks)
        for hit in report.hits:
            if "\n" in (said := original[hit.start : hit.end]):
                yield replace(hit, text=said)


def _over_frames(
    copy: Copy, reading: Reading, checks: Sequence[Check] | None
) -> Iterable[tuple[Hit, tuple[Mark, ...]]]:
    """Yield the findings that begin in one frame of an animation and end in another, with marks.

    Their start and end are in the text of the whole picture, and may have other lines between them.
    """
    for lines in sequences(reading):
        part = replace(reading, lines=lines)
        said = text_of(part)
        flow = Field("image", flowing(part, frames=True))
        for hit in check(replace(copy, fields=(flow,)), checks=checks).hits:
            marks = marks_of(part, hit.start, hit.end)
            if len({mark.frame for mark in marks}) > 1:
                start, end = (position(reading, part, at) for at in (hit.start, hit.end))
                yield replace(hit, start=start, end=end, text=said[hit.start : hit.end]), marks


def _apart(hits: Iterable[Hit]) -> dict[tuple[Any, ...], Hit]:
    """Return the findings of one market, each once, by what makes it the same one in another market.

    That is its words and its rule but for the pack: each market has a pack of its own, and packs of
    one library name a rule alike. Two packs of one market that do so keep a finding each.
    """
    found: dict[tuple[Any, ...], Hit] = {}
    for hit in hits:
        words = (hit.start, hit.end, hit.text or hit.reason.get("en"))
        key = (hit.rule.partition(".")[2], *words)
        if found.setdefault(key, hit).rule != hit.rule:
            found[hit.rule, *words] = hit
    return found


def _law(hit: Hit) -> tuple[str, ...]:
    return (f"{hit.statute} {hit.article}".strip(),) if hit.statute else ()


def _softened(hit: Hit) -> Hit:
    """Return a demand for a text, which the copy beside the picture may meet, as a warning."""
    if hit.end > hit.start or not hit.pack or hit.severity not in ("block", "evidence"):
        return hit
    reason = {language: f"{said}{_BESIDE[language]}" for language, said in hit.reason.items()}
    return replace(hit, severity="warn", reason=reason)


def _unread(reading: Reading) -> Iterable[Found]:
    doubtful = [line for line in reading.lines if line.doubtful]
    if doubtful:
        hit = Hit(
            rule="picture.doubtful", severity="warn", field=0, start=0, end=0, text="",
            reason={"zh": f"有 {len(doubtful)} 行字没有看清，可能读错。",
                    "en": f"{len(doubtful)} of its lines could not be read well."},
            suggestion={"zh": "请对照原图核对", "en": "Compare them with the picture"},
        )  # fmt: skip
        yield Found(hit, (), (), tuple(Mark(line.box, line.frame) for line in doubtful))
    if reading.unread:
        hit = Hit(
            rule="picture.unread", severity="block", field=0, start=0, end=0, text="",
            reason={"zh": f"动图共 {reading.frames} 帧，其中 {reading.unread} 帧没有读。",
                    "en": f"{reading.unread} of its {reading.frames} frames were not read."},
            suggestion={"zh": "减少帧数，或者拆成几张图上传", "en": "Give it fewer frames, or in parts"},
        )  # fmt: skip
        yield Found(hit, (), (), ())
