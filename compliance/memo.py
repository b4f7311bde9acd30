"""What takes long to find out about a regular expression, and never changes: kept, and left on disk.

Taking the packs' thousand regexes apart costs two seconds, reading what came of it a fiftieth. The file
is plain data under the regex's own digest, so a file that is old, broken or gone costs time alone.
"""

import hashlib
import json
import logging
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

log = logging.getLogger(__name__)

#: Raised whenever the same regex would now be taken apart in another way.
_VERSION = 1
Found = TypeVar("Found")

_known: dict[str, dict[str, Any]] = {}
_read: dict[str, Callable[[Any], Any]] = {}
_written: dict[str, Callable[[Any], Any]] = {}
_news: set[str] = set()
_file: list[Path] = []


def kept(
    kind: str, written: Callable[[Found], Any], read: Callable[[Any], Found]
) -> Callable[[Callable[[str], Found]], Callable[[str], Found]]:
    """Keep what a function says of each text, and how it is written as JSON and read again."""
    known: dict[str, Any] = _known.setdefault(kind, {})
    _read[kind], _written[kind] = read, written

    def keeping(function: Callable[[str], Found]) -> Callable[[str], Found]:
        @wraps(function)
        def asked(text: str) -> Found:
            key = hashlib.sha256(text.encode()).hexdigest()
            if key not in known:
                known[key] = function(text)
                _news.add(kind)
            found: Found = known[key]
            return found

        return asked

    return keeping


def use(file: Path | None) -> None:
    """Take over what an earlier process left in `file`, and leave there what is found out from now on."""
    _file[:] = [] if file is None else [file]
    if file is None:
        return
    try:
        data = json.loads(file.read_text("utf-8"))
        if data["version"] != _VERSION:
            return
        for kind, read in _read.items():
            found = {key: read(value) for key, value in data[kind].items()}
            _known[kind].update((key, one) for key, one in found.items() if key not in _known[kind])
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s is not what was written there, and is written anew: %r", file, error)


def write_down() -> None:
    """Leave what was found out for the next process, if there is anything new and a file for it."""
    if not (_news and _file):
        return
    data: dict[str, Any] = {"version": _VERSION}
    for kind, known in _known.items():
        data[kind] = {key: _written[kind](one) for key, one in sorted(known.items())}
    fresh = _file[0].with_name(f"{_file[0].name}.{os.getpid()}")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(data), "utf-8")
        fresh.replace(_file[0])
    except OSError as error:
        log.warning("the next start will be some seconds slower: %s", error)
    _news.clear()
