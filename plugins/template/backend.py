"""The backend of the template generator: Jinja2 lines over the brief, deterministic by seed."""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from compliance.counting import length
from generators.base import Backend, Brief, Cancelled, Output, Request, Slot
from generators.fields import fit_slot, from_slots
from generators.prompts import fact_line, flat
from plugins.template import MANIFEST

_LINES = Path(__file__).with_name("lines.toml")
_SENTENCE_START = re.compile(r"(?:^|(?<=[.?!] ))[a-z]")
_NOT_IN_TAG = re.compile(r"[\W_]+")
#: Fields with at most this much room take a headline; up to the second figure, one sentence.
_SHORT, _MIDDLE = 40, 130


class TemplateBackend(Backend):
    """Write every slot from a fixed pattern: no model, no clock, no chance."""

    manifest = MANIFEST

    def generate(
        self,
        requests: Sequence[Request],
        *,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Output]:
        """Yield one output a request, in order. The same request and seed give the same fields."""
        for request in requests:
            if cancelled():
                raise Cancelled
            yield Output(request.id, write(request), {"model": "template", "seed": request.seed})


def write(request: Request) -> tuple[tuple[str, str], ...]:
    """Return the fields of one candidate; repeated fields get values that differ."""
    words = _words(request.brief)
    values: list[str] = []
    for index, slot in enumerate(request.slots):
        values.append(_value(slot, words, request.seed, index, taken=values))
    _add_missing(request, values)
    return from_slots(request.slots, values)


def _words(brief: Brief) -> dict[str, Any]:
    points = [flat(text) for text in (*brief.key_messages, *map(fact_line, brief.facts))]
    points = [text.rstrip("。.!！;；") for text in points if text]
    name = flat(brief.product) or flat(brief.client)
    return {"name": name, "points": points or [name], "audience": flat(brief.audience),
            "language": brief.language, "client": flat(brief.client)}  # fmt: skip


def _value(slot: Slot, words: dict[str, Any], seed: int, index: int, *, taken: list[str]) -> str:
    """Return the first pattern from the seed's on that fits and is new; else what there is."""
    lines = _lines(words["language"])
    if slot.split:
        return _tags(words, lines["tag"])
    room = slot.limit if not slot.target else min(slot.limit, slot.target * 4)
    kind = "short" if room <= _SHORT else "middle" if room <= _MIDDLE else "long"
    patterns = _patterns(words["language"], kind)
    tries = []
    for step in range(len(patterns) * len(words["points"])):
        pattern = patterns[(seed + index + step) % len(patterns)]
        text = pattern.render(_context(words, seed + index + step // len(patterns), lines)).strip()
        tries.append(fit_slot(_SENTENCE_START.sub(lambda m: m[0].upper(), text), slot))
    fresh = [text for text in tries if text not in taken]
    return next(
        (t for t in fresh if length(t, slot.counting) <= slot.limit),
        (fresh or tries)[0],
    )


def _context(words: dict[str, Any], turn: int, lines: dict[str, Any]) -> dict[str, Any]:
    points = words["points"]
    at = turn % len(points)
    turned = points[at:] + points[:at]
    return {
        "name": words["name"],
        "audience": words["audience"],
        "points": turned,
        "rest": turned[1:],
        "point": turned[0],
        "other": turned[1 % len(turned)],
        "close": lines["close"][turn % len(lines["close"])],
    }


def _tags(words: dict[str, Any], extra: str) -> str:
    names = (_NOT_IN_TAG.sub("", text) for text in (words["name"], words["client"], extra))
    return " ".join(f"#{name}" for name in names if name)


def _add_missing(request: Request, values: list[str]) -> None:
    """Add must-include words that no value holds to the roomiest field, alone if need be."""
    joined = "\n".join(values).casefold()
    missing = [word for word in request.brief.must_include if word.casefold() not in joined]
    if not missing or not values:
        return
    language = _lines(request.brief.language)
    at = max(
        range(len(values)),
        key=lambda i: -1 if (s := request.slots[i]).split else s.limit,
    )
    slot = request.slots[at]
    added = _environment().from_string(language["extra"])
    words = language["joiner"].join(map(flat, missing))
    longer = added.render(text=values[at], words=words)
    values[at] = longer if length(longer, slot.counting) <= slot.limit else fit_words(words, slot)


def fit_words(words: str, slot: Slot) -> str:
    """Return the required words alone where they do not fit beside the pattern."""
    return fit_slot(words, slot)


@cache
def _lines(language: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(_LINES.read_text("utf-8"))[language]
    return found


@cache
def _patterns(language: str, kind: str) -> tuple[Template, ...]:
    return tuple(_environment().from_string(line) for line in _lines(language)[kind])


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
