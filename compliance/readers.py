"""Finds readers of pictures by the entry points of the group `copydesk.readers`, and trusts none.

A reader that is gone, broken or not installed whole is a `ReadingError` with what to install: a
picture that nobody could read is not read, and what is not read does not pass.
"""

import logging
import math
from functools import cache
from importlib.metadata import entry_points

from compliance.pictures import Line, Reader, Reading, ReadingError

GROUP = "copydesk.readers"
log = logging.getLogger(__name__)
#: How far a corner may lie outside the picture, in pixels: readers grow their boxes a little.
_SLACK = 2.0


@cache
def names() -> tuple[str, ...]:
    """Return the ids of the installed readers."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


@cache
def get(name: str) -> Reader:
    """Return the reader `name`; raise `ReadingError` when no plugin offers it, or it is broken."""
    for point in entry_points(group=GROUP, name=name):
        try:
            reader = point.load()
        except Exception as error:
            log.exception("reader plugin %s cannot be loaded", point.value)
            raise _unusable(f"reader {name!r} cannot be loaded: {error}") from error
        if not isinstance(reader, Reader):
            raise _unusable(f"{point.value} is not a reader: see compliance.pictures")
        return reader
    raise _unusable(
        f"no reader {name!r} is installed, so no picture can be read; installed: "
        f"{', '.join(names()) or 'none'}. Run `make setup`, or set COPYDESK_READER to one of them"
    )


def read(content: bytes, name: str) -> Reading:
    """Return what the reader `name` sees on the picture in `content`.

    Raises `ReadingError`: its own, "crashed" (not permanent) for anything else that it raises, and
    "bad_reading" for an answer that cannot be true.
    """
    reader = get(name)
    try:
        reading = reader.read(content)
    except ReadingError:
        raise
    except Exception as error:
        log.exception("reader %s failed", name)
        why = f"reader {name!r} failed: {type(error).__name__}: {error}"
        raise ReadingError(why, permanent=False, code="crashed") from error
    for line in reading.lines:
        if wrong := _flaw(line, reading):
            why = f"reader {name!r} answered what cannot be true: {wrong}"
            raise ReadingError(why, permanent=True, code="bad_reading")
    return reading


def _flaw(line: Line, reading: Reading) -> str:
    if "\n" in line.text or any("\ud800" <= char <= "\udfff" or char == "\0" for char in line.text):
        return f"a line that is no line of text: {line.text!r}"
    limits = (reading.width + _SLACK, reading.height + _SLACK)
    for point in line.box:
        for value, limit in zip(point, limits, strict=True):
            if not (math.isfinite(value) and -_SLACK <= value <= limit):
                return f"a box outside of the picture: {line.box}"
    if not 0 <= line.score <= 1:
        return f"a score of {line.score}"
    return ""


def _unusable(why: str) -> ReadingError:
    return ReadingError(why, permanent=True, code="no_reader")
