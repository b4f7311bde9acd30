"""One line of JSON in, one line of JSON out: the form in which programs talk to the gates."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.base import Copy, Report
from compliance.evidence import day
from compliance.normalize import HAN, normalized
from compliance.words import CATEGORIES, DEFAULT_MARKET, LANGUAGES, MARKETS, known

_SURROGATE = re.compile("[\ud800-\udfff]")
_HAN = re.compile(f"[{HAN}]")


class LineError(ValueError):
    """A line that cannot be checked; `id` is the line's own id where it has one."""

    def __init__(self, message: str, id: Any = None) -> None:
        super().__init__(message)
        self.id = id


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for a line that does not say otherwise; "" means by text and language."""

    language: str = ""
    market: str = ""
    category: str = ""
    channel: str = ""


def language_of(text: str) -> str:
    """Return "zh" for a text with any Chinese character, disguised or not, else "en"."""
    (normal,) = normalized((text,))
    return "zh" if _HAN.search(normal.squeezed) else "en"


def copy_of(text: str, entry: Mapping[str, Any], defaults: Defaults) -> Copy:
    """Return the copy that `entry` describes. Raises `ValueError` for a word outside its list.

    Only what is absent or null takes its default: 0, "" or [] is a mistake, not silence.
    """
    said = {key: value for key, value in entry.items() if value is not None}
    language = known("lang", said.get("lang", defaults.language or language_of(text)), LANGUAGES)
    market = said.get("market", defaults.market or DEFAULT_MARKET[language])
    category = said.get("category", defaults.category or None)
    substantiations = said.get("substantiations", [])
    if not isinstance(substantiations, list) or not all(
        isinstance(one, dict) for one in substantiations
    ):
        raise ValueError("substantiations must be a list of objects")
    for at, one in enumerate(substantiations):
        if one.get("expires") is not None and day(one["expires"]) is None:
            raise ValueError(
                f"substantiations[{at}].expires must be a date such as 2026-12-31, "
                f"not {one['expires']!r}"
            )
    return Copy.of(
        text,
        language=language,
        market=known("market", market, MARKETS),
        category=known("category", category, CATEGORIES) if category is not None else "",
        product=_string(said, "product", ""),
        channel=_string(said, "channel", defaults.channel),
        substantiations=tuple(substantiations),
    )


def _string(said: Mapping[str, Any], key: str, default: str) -> str:
    value = said.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a string, not {type(value).__name__}")
    return value


def entry_of(line: bytes) -> dict[str, Any]:
    """Return the object of one line. Raises `LineError`."""
    try:
        entry = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LineError(f"not UTF-8: {error}") from error
    except (ValueError, RecursionError) as error:  # also a number of more digits than Python reads
        raise LineError(f"not JSON that can be read: {error}") from error
    if not isinstance(entry, dict):
        raise LineError("a line must be a JSON object")
    return entry


def parse(line: bytes, defaults: Defaults) -> tuple[Any, Copy]:
    """Return the id and the copy of one line. Raises `LineError`."""
    entry = entry_of(line)
    id, text = entry.get("id"), entry.get("text")
    if not isinstance(id, str | int | float | None) or isinstance(id, bool):
        raise LineError("id must be a string or a number")
    if isinstance(id, float) and not math.isfinite(id):
        raise LineError("id must be a number that JSON can give back")
    if not isinstance(text, str):
        raise LineError("text is missing or is not a string", id)
    try:
        return id, copy_of(text, entry, defaults)
    except ValueError as error:
        raise LineError(str(error), id) from error


def result(id: Any, copy: Copy, report: Report) -> dict[str, Any]:
    """Return the report as the object of one line; reasons are in the language of the copy."""
    language = copy.language
    return {
        "id": id,
        "verdict": report.verdict,
        "findings": [
            {
                "rule": hit.rule,
                "severity": hit.severity,
                "start": hit.start,
                "end": hit.end,
                "text": hit.text,
                "statute": hit.statute,
                "article": hit.article,
                "reason": hit.reason[language],
                "suggestion": hit.suggestion[language],
                "undone": list(hit.undone),
            }
            for hit in report.hits
        ],
        "not_flagged": [
            {"start": one.start, "end": one.end, "text": one.text, "because": one.because[language]}
            for one in report.not_flagged
        ],
        "packs": [
            {"name": pack.name, "version": pack.version, "digest": pack.digest}
            for pack in report.packs
        ],
        **({"category": report.category, "inferred": report.inferred} if report.inferred else {}),
    }


def dumps(data: Mapping[str, Any]) -> str:
    """Return one line of JSON; lone surrogates, which no encoding takes, are escaped."""
    text = json.dumps(data, ensure_ascii=False)
    return json.dumps(data) if _SURROGATE.search(text) else text
