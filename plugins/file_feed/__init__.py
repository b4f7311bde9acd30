"""The file channel: a JSON and a CSV feed of what is live, for any system that can read a folder.

Under `root/<feed>/`: `items/<key>.json`, one file an item and the truth, and `feed.json` and
`feed.csv`, rebuilt from the items. Every file appears whole or not at all.

`sha256` is that of the JSON's fields, all of an item's together. A cell of the CSV is for people: one
that a spreadsheet would run as a formula has a `'` before it, and is then not the approved text.
"""

import csv
import fcntl
import io
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from creatives.channels.base import ChannelError, Item

_SAFE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
#: A cell that a spreadsheet would run as a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FileFeed:
    """Writes approved copy to files."""

    id = "file"
    name: Mapping[str, str] = {"zh": "文件", "en": "File feed"}

    def publish(self, item: Item, *, root: Path) -> str:
        """Write `item` and rebuild the feed; return the item's path below `root`."""
        with _feed(root, item) as folder:
            _write(folder / "items" / f"{item.key}.json", _json(_row(item)))
            _rebuild(folder)
        return f"{item.feed}/items/{item.key}.json"

    def withdraw(self, item: Item, *, root: Path) -> None:
        """Remove `item` and rebuild the feed."""
        with _feed(root, item) as folder:
            (folder / "items" / f"{item.key}.json").unlink(missing_ok=True)
            _rebuild(folder)


CHANNEL = FileFeed()


@contextmanager
def _feed(root: Path, item: Item) -> Iterator[Path]:
    """The feed's folder, locked against other writers; an operating system's refusal is an error."""
    if not (_SAFE.fullmatch(item.feed) and _SAFE.fullmatch(item.key)):
        raise ChannelError(f"unsafe name: {item.feed}/{item.key}", permanent=True)
    folder = root / item.feed
    try:
        (folder / "items").mkdir(parents=True, exist_ok=True)
        with open(folder / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    except OSError as error:
        raise ChannelError(
            f"cannot write the feed {item.feed}: {error}", permanent=False
        ) from error


def _row(item: Item) -> dict[str, Any]:
    row = asdict(item)
    row.pop("feed")
    row["fields"] = [list(pair) for pair in item.fields]
    return row


def _rebuild(folder: Path) -> None:
    items = [json.loads(path.read_bytes()) for path in sorted((folder / "items").glob("*.json"))]
    _write(folder / "feed.json", _json({"items": items}))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["key", "placement", "language", "number", "field", "text", "sha256"])
    for item in items:
        for number, (name, text) in enumerate(item["fields"], start=1):
            head = [item["key"], item["placement"], item["language"], number, name]
            writer.writerow([*head, _cell(text), item["sha256"]])
    # The mark lets spreadsheets read Chinese as UTF-8.
    _write(folder / "feed.csv", "\ufeff" + out.getvalue())


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _write(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.part")
    with open(aside, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
