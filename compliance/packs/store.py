"""Which rule packs are in force: those that ship with Copydesk, and those of the operator's folder.

A pack of the operator's folder stands in for the shipped one of the same name, libraries included. A
change in that folder is in force within `LOOK_EVERY` seconds in every running process, with no restart.
What does not load is refused whole and logged, and the packs in force stay; `refused()` says why. Only at
the first load is there nothing to stay with: then the error is raised, and the gates block.
"""

import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock

from compliance import memo
from compliance.packs.files import ROOT, PackError
from compliance.packs.loader import Pack, load_pack

log = logging.getLogger(__name__)

#: Seconds between two looks at the operator's folder.
LOOK_EVERY = 1.0

Stamp = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(slots=True)
class _State:
    folder: Path | None = None
    packs: tuple[Pack, ...] = ()
    stamp: Stamp = ()
    looked: float = 0.0
    refused: str = ""
    names: frozenset[str] = field(default_factory=frozenset)  # of the operator's folders


_state = _State()
_lock = RLock()
_trial: ContextVar[tuple[Pack, ...] | None] = ContextVar("trial packs", default=None)


def use(folder: Path | None, *, cache: Path | None = None) -> None:
    """Take the operator's packs from `folder`, which need not exist yet; None for none.

    `cache` is a file in which one process leaves for the next what took it long to find out.
    """
    global _state
    memo.use(cache)
    with _lock:
        _state = _State(folder=folder)


def installed() -> tuple[Pack, ...]:
    """Return the packs in force, by name, without libraries. Raises `PackError` at the first load."""
    trial = _trial.get()
    if trial is not None:
        return trial
    state = _state
    if state.packs and time.monotonic() - state.looked < LOOK_EVERY:
        return state.packs
    return look()


def look(*, settled: bool = False) -> tuple[Pack, ...]:
    """Look at the operator's folder now, and return the packs in force.

    A pack that is gone is missed twice before it is given up: its folder may be changing places at
    this moment. `settled` tells that nothing is.
    """
    with _lock:
        state = _state
        homes = _operators(state.folder)
        stamp = _stamp(homes)
        state.looked = time.monotonic()
        if state.packs and stamp == state.stamp:
            return state.packs
        if state.packs and not settled and state.names - homes.keys():
            state.names = frozenset(homes)
            return state.packs
        _take_over(state, homes)
        state.stamp, state.names = stamp, frozenset(homes)
        return state.packs


def _take_over(state: _State, homes: dict[str, Path]) -> None:
    try:
        packs = _all(_shipped() | homes)
    except PackError as error:
        if not state.packs:
            raise
        log.error("rule packs not taken over, those in force stay: %s", error)
        state.refused = str(error)
    else:
        state.packs, state.refused = packs, ""


def refused() -> str:
    """Return why the operator's folder as it stands now is not in force, "" if it is."""
    installed()
    return _state.refused


@contextmanager
def trial(packs: Sequence[Pack]) -> Iterator[None]:
    """Put `packs` in force for this context alone, as for a look at what they would find."""
    token = _trial.set(tuple(packs))
    try:
        yield
    finally:
        _trial.reset(token)


def load(folder: Path) -> Pack:
    """Load the pack in `folder` with the libraries that are in force. Raises `PackError`."""
    return load_pack(folder, homes=_homes())


def with_folder(folder: Path) -> tuple[Pack, ...]:
    """Return the packs that would be in force with the one in `folder` in its place, or included.

    Raises `PackError`.
    """
    return _all(_homes() | {folder.name: folder})


def home(name: str) -> Path | None:
    """Return the folder that pack or library `name` is read from, None if there is none."""
    return _homes().get(name)


def _homes() -> dict[str, Path]:
    return _shipped() | _operators(_state.folder)


def _shipped() -> dict[str, Path]:
    homes = {path.parent.name: path.parent for path in ROOT.glob("*/pack.toml")}
    if not homes:
        raise PackError(f"{ROOT.name}: no rule pack found; reinstall Copydesk")
    return homes


def _operators(folder: Path | None) -> dict[str, Path]:
    """Return the operator's packs by name; what begins with a dot is no pack, or not yet."""
    if folder is None or not folder.is_dir():
        return {}
    found = (path.parent for path in folder.glob("*/pack.toml"))
    return {home.name: home for home in found if not home.name.startswith(".")}


def _stamp(homes: Mapping[str, Path]) -> Stamp:
    """Return what tells a change in the operator's packs, links followed."""
    return tuple(sorted(one for home in homes.values() for one in _files(home)))


def _files(home: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    for place, _folders, names in os.walk(home, followlinks=True):
        for name in names:
            path = os.path.join(place, name)
            try:
                stat = os.stat(path)
            except FileNotFoundError:  # being changed at this moment: looks different next time
                yield path, (time.monotonic_ns(),)
                continue
            # The time of change and the number are new even where a copy keeps time and size.
            yield path, (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)


def _all(homes: Mapping[str, Path]) -> tuple[Pack, ...]:
    loaded: dict[Path, Pack] = {}
    packs = [load_pack(homes[name], loaded, homes) for name in sorted(homes)]
    return tuple(pack for pack in packs if not pack.meta.library)
