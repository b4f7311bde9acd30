"""The embedded broker: kombu's filesystem transport, made safe for several processes.

kombu's own writer opens a message file before it fills it, so a reader can take an empty message, and
one such file ends the worker that reads it. Here a file appears whole or not at all, is taken by one
rename within one filesystem, and what does not decode is dropped with a warning: a lost message is a
lost ring of the doorbell, which the sweeper rings again.
"""

import fcntl
import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """A channel whose messages and tables are written aside and renamed into place."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        _replace(Path(self.data_folder_out, f"{time_ns()}_{uuid.uuid4()}.{queue}.msg"), payload)

    def _get(self, queue: str) -> Any:
        taken = Path(self.processed_folder)
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            mine = taken / name
            try:
                os.rename(Path(self.data_folder_in, name), mine)
            except FileNotFoundError:
                continue  # another worker took it
            raw = mine.read_bytes()
            mine.unlink()
            try:
                return loads(raw)
            except ValueError:
                log.warning("broker: dropped a message that does not decode: %s", name)
        raise Empty

    def get_table(self, exchange: str) -> list[exchange_queue_t]:
        try:
            return [
                exchange_queue_t(*row) for row in loads(self._exchange_file(exchange).read_bytes())
            ]
        except (FileNotFoundError, ValueError):
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with _locked(Path(self.control_folder)):
            table = self.get_table(exchange)
            if row not in table:
                _replace(self._exchange_file(exchange), [row, *table])


class Transport(filesystem.Transport):
    """The transport behind `copydesk-files://`."""

    Channel = Channel


def register(options: dict[str, Any]) -> None:
    """Name the transport and make its folders, which lie on one filesystem under one parent."""
    TRANSPORT_ALIASES["copydesk-files"] = "config.file_broker:Transport"
    for key in ("data_folder_in", "data_folder_out", "processed_folder", "control_folder"):
        if key in options:
            Path(options[key]).mkdir(parents=True, exist_ok=True)


def _replace(path: Path, payload: Any) -> None:
    aside = path.with_name(f".{uuid.uuid4()}.part")
    aside.write_text(dumps(payload))
    os.replace(aside, path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
