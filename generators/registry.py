"""Which generators there are: entry points of `copydesk.generators`, loaded one at a time.

A plugin that cannot be read becomes a state with its error, never an exception out of a listing:
one bad package must not take the site down. Reading manifests imports no backend and no torch.
"""

import contextlib
import importlib
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import ValidationError

from generators.base import API_VERSION, Backend, Cancelled, GenerationError, Manifest, Options
from generators.fields import plugin_code

log = logging.getLogger(__name__)

GROUP = "copydesk.generators"


class UnknownGenerator(ValueError):
    """A generator id that no working plugin has; the message names the valid ones."""


@dataclass(frozen=True, slots=True)
class PluginState:
    """One plugin as found: its manifest, or why it cannot be used."""

    id: str
    manifest: Manifest | None
    error: str = ""


@dataclass(slots=True)
class _Loaded:
    key: tuple[str, str]
    backend: Backend


_lock = threading.RLock()
_loaded: _Loaded | None = None
#: Backends below this many megabytes are held beside the loaded one and push nobody out.
LIGHT_MB = 64
_light: dict[tuple[str, str], _Loaded] = {}
_states: tuple[PluginState, ...] | None = None
_test_manifests: dict[str, Manifest] = {}


def states() -> tuple[PluginState, ...]:
    """Return every plugin found, sorted by id, the broken ones with their error. Never raises."""
    global _states
    with _lock:
        if _states is None:
            _states = _without_duplicates(
                [_read(point) for point in sorted(entry_points(group=GROUP), key=_order)]
            )
        extra = tuple(PluginState(id, manifest) for id, manifest in _test_manifests.items())
        known = {state.id for state in extra}
        found = tuple(state for state in _states if state.id not in known)
        return tuple(sorted(found + extra, key=lambda state: state.id))


def manifests() -> dict[str, Manifest]:
    """Return the manifests of all plugins that can be used, by id."""
    return {state.id: state.manifest for state in states() if state.manifest is not None}


def manifest(id: str) -> Manifest:
    """Return the manifest of generator `id`; raise `UnknownGenerator` with the valid list."""
    for state in states():
        if state.id != id:
            continue
        if state.manifest is None:
            raise UnknownGenerator(f"generator {id!r} cannot be used: {state.error}")
        return state.manifest
    valid = ", ".join(manifests()) or "none installed"
    raise UnknownGenerator(f"unknown generator {id!r}; valid: {valid}")


def options(id: str, values: Mapping[str, Any]) -> Options:
    """Return `values` as the options of generator `id`.

    Raises `UnknownGenerator`, and `GenerationError` with code "bad_options" that names each key.
    """
    schema = manifest(id).options
    try:
        return schema.model_validate(dict(values))
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'options'}: {item['msg']}"
            for item in error.errors(include_url=False, include_input=False)
        )
        raise GenerationError(
            f"options of generator {id!r} are wrong: {wrong}; valid keys: "
            f"{', '.join(schema.model_fields) or 'none'}",
            permanent=True,
            code="bad_options",
        ) from error


def load(id: str, values: Mapping[str, Any] | None = None) -> Backend:
    """Return the loaded backend of generator `id`, the same object for the same options.

    A process holds one model: loading another closes the previous one first, since two rarely fit;
    what needs next to no memory stays beside it. Raises `UnknownGenerator`, or `GenerationError`:
    "bad_options", "broken_plugin", what the backend itself says of its model, or "crashed" (not
    permanent) for any other exception of it.
    """
    global _loaded
    chosen = options(id, values or {})
    key = (id, json.dumps(chosen.model_dump(mode="json"), sort_keys=True))
    with _lock:
        held = _light.get(key) or _loaded
        if held is not None and held.key == key:
            return held.backend
        wanted = manifest(id)
        backend_class = _import_backend(wanted)
        light = wanted.resources.memory_mb < LIGHT_MB
        if not light:
            _drop_heavy()
        with plugin_code(f"generator {id!r}"):
            held = _Loaded(key, backend_class(chosen))
        if light:
            _light[key] = held
        else:
            _loaded = held
        return held.backend


def unload() -> None:
    """Close the backends this process holds, if any, and give their memory back.

    A backend that cannot even close is dropped all the same, and the log says so: the run that
    comes next is another generator's, and must not fail for it.
    """
    with _lock:
        _drop_heavy()
        light = list(_light.values())
        _light.clear()
        for held in light:
            _close(held)


def _drop_heavy() -> None:
    global _loaded
    held, _loaded = _loaded, None
    if held is not None:
        _close(held)


def _close(held: _Loaded) -> None:
    try:
        with plugin_code(f"generator {held.key[0]!r}"):
            held.backend.close()
    except (GenerationError, Cancelled):
        log.exception("generator %s could not be closed; its memory may be lost", held.key[0])


def refresh() -> None:
    """Forget what was found, so that the next listing reads the entry points again."""
    global _states
    with _lock:
        _states = None


@contextlib.contextmanager
def register_for_test(*extra: Manifest) -> Iterator[None]:
    """Add manifests for the length of a test, over entry points of the same id."""
    with _lock:
        before = dict(_test_manifests)
        _test_manifests.update({manifest.id: manifest for manifest in extra})
    try:
        yield
    finally:
        unload()
        with _lock:
            _test_manifests.clear()
            _test_manifests.update(before)


def _order(point: EntryPoint) -> tuple[str, str]:
    return (point.name, point.value)


def _read(point: EntryPoint) -> PluginState:
    """Load one manifest. Any exception of a third party's module is kept as that plugin's state."""
    try:
        found = point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's import; it is shown
        return _broken(point, f"cannot be imported: {type(error).__name__}: {error}")
    if not isinstance(found, Manifest):
        return _broken(point, f"is a {type(found).__name__}, not a generators.base.Manifest")
    if found.id != point.name:
        return _broken(point, f"its manifest calls it {found.id!r}; both names must be the same")
    if _major(found.api_version) != _major(API_VERSION):
        return _broken(
            point,
            f"was written for generator API {found.api_version}, this is {API_VERSION}; "
            "install a version of the plugin for this API",
        )
    return PluginState(found.id, found)


def _broken(point: EntryPoint, why: str) -> PluginState:
    return PluginState(point.name, None, f"{point.value} {why}")


def _major(version: str) -> str:
    return version.partition(".")[0]


def _without_duplicates(found: list[PluginState]) -> tuple[PluginState, ...]:
    """Turn an id that two plugins claim into one error state: a guess would run the wrong one."""
    by_id: dict[str, list[PluginState]] = {}
    for state in found:
        by_id.setdefault(state.id, []).append(state)
    return tuple(
        same[0]
        if len(same) == 1
        else PluginState(
            id,
            None,
            f"{len(same)} installed plugins claim the id {id!r}; uninstall all but one: "
            + "; ".join(s.manifest.backend if s.manifest else s.error for s in same),
        )
        for id, same in by_id.items()
    )


def _import_backend(plugin: Manifest) -> type[Backend]:
    module, _, name = plugin.backend.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except Exception as error:  # a stranger's module may raise anything
        raise GenerationError(
            f"generator {plugin.id!r} names the backend {plugin.backend}, which cannot be "
            f"imported here: {type(error).__name__}: {error}; install what it needs "
            "(a worker has more than a web process)",
            permanent=True,
            code="broken_plugin",
        ) from error
    if not (isinstance(found, type) and issubclass(found, Backend)):
        raise GenerationError(
            f"generator {plugin.id!r} names the backend {plugin.backend}, which is no "
            "generators.base.Backend",
            permanent=True,
            code="broken_plugin",
        )
    return found
