"""The contract of a channel plugin. Knows no Django and no records."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable


class ChannelError(Exception):
    """An expected failure of a channel; `permanent` says whether trying again can help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Item:
    """One publication as a channel sees it: the approved bytes and what names them.

    `key` is unique and stable: publishing one key twice must leave one item. `feed` groups a
    client's items and is safe as a folder's name. `fields` are (name, text) pairs in order, and
    `sha256` is the digest of exactly these.
    """

    key: str
    feed: str
    sha256: str
    fields: tuple[tuple[str, str], ...]
    placement: str
    language: str
    meta: Mapping[str, Any]


@runtime_checkable
class Channel(Protocol):
    """Where copy goes out. Both calls are idempotent by `key`."""

    id: str
    name: Mapping[str, str]

    def publish(self, item: Item, *, root: Path) -> str:
        """Put `item` out; return its id in the channel. Raise `ChannelError` for what is foreseen."""
        ...

    def withdraw(self, item: Item, *, root: Path) -> None:
        """Take `item` back; taking back what is not there is no error."""
        ...
