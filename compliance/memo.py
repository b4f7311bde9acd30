"""What takes long to find out about a regular expression, and never changes: kept, and left on disk.

Taking the packs' thousand regexes apart costs two seconds, reading what came of it a fiftieth. The file
is plain data under the regex's own digest, so a file that is old, broken or gone costs time alone.
"""

import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

log = logging.getLogger(__name__)


def version() -> str:
    """Return what changes whenever a regex or its triggers might now be read in another way."""
    here = Path(__file__).parent
    files = sorted([*here.glob("*.py"), *here.glob("data/*")])
    stats = [(file.name, (stat := file.stat()).st_size, stat.st_mtime_ns) for file in files]
    return hashlib.sha256(repr((sys.version, stats)).encode()).hexdigest()


Found = TypeVar("Found")

_known: dict[str, dict[str, Any]] = {}
_read: dict[str, Callable[[Any], Any]] = {}
_written: dict[str, Callable[[Any], Any]] = {}
_news: set[str] = set()
#: What the file holds of a kind, until somebody asks: the modules that ask may not be imported yet.
_left: dict[str, Any] = {}
_file: list[Path] = []


def kept(
    kind: str,
    written: Callable[[Found], Any],
    read: Callable[[Any], Found],
    key: Callable[..., str] = lambda *texts: "\0".join(texts),
) -> Callable[[Callable[..., Found]], Callable[..., Found]]:
    """Keep what a function says, and how it is written as JSON and read again.

    `key` makes of its arguments, texts if nothing else is said, one text that stands for them.
    """
    known: dict[str, Any] = _known.setdefault(kind, {})
    _read[kind], _written[kind] = read, written

    def keeping(function: Callable[..., Found]) -> Callable[..., Found]:
        @wraps(function)
        def asked(*of: Any) -> Found:
            digest = hashlib.sha256(key(*of).encode()).hexdigest()
            if kind in _left:
                _take_over(kind)
            if digest not in known:
                known[digest] = function(*of)
                _news.add(kind)
            found: Found = known[digest]
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
        if data.pop("version") == version():
            _left.update(data)
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning(_BROKEN, file, error)


_BROKEN = "%s is not what was written there, and is written anew: %r"


def _take_over(kind: str) -> None:
    try:
        left = _left.pop(kind, {})
        found = {digest: _read[kind](value) for digest, value in left.items()}
        _known[kind].update(found | _known[kind])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning(_BROKEN, _file[0], error)


def write_down() -> None:
    """Leave what was found out for the next process, if there is anything new and a file for it."""
    if not (_news and _file):
        return
    data: dict[str, Any] = {"version": version(), **_left}
    for kind, known in _known.items():
        if kind in _left:
            continue
        data[kind] = {key: _written[kind](one) for key, one in sorted(known.items())}
    fresh = _file[0].with_name(f"{_file[0].name}.{os.getpid()}")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(data), "utf-8")
        fresh.replace(_file[0])
    except OSError as error:
        log.warning("the next start will be some seconds slower: %s", error)
    _news.clear()
