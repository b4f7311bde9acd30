"""Reading the files of a pack, each once however many rules share it, with word lists put in place."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from compliance.packs.alternation import alternation

ROOT = Path(__file__).parent
_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")

#: A file, and what tells that it is no longer what was read: under these what was read is kept.
Stamped = tuple[Path, tuple[int, ...]]


class PackError(ValueError):
    """A rule pack that cannot be used; the message names the file, the rule and the reason."""


def stamped(path: Path) -> Stamped:
    """Return `path` with its times, size and number. Raises `PackError`."""
    try:
        stat = path.stat()
    except OSError as error:
        raise PackError(f"{path.parent.name}/{path.name}: {error}") from error
    # The time of change and the number are new even where a copy keeps time and size.
    return path, (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)


def toml(path: Path) -> dict[str, Any]:
    """Return the data of a file of TOML, which the caller does not write to. Raises `PackError`."""
    return _parsed(*stamped(path))


@lru_cache(maxsize=256)
def _parsed(path: Path, _stamp: tuple[int, ...]) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path.parent.name}/{path.name}: {error}") from error


def lexicon(folder: Path, name: str) -> list[str]:
    """Read a word list, the pack's own or the one that all share: `#` begins a comment line."""
    own, shared = (home / "lexicons" / name for home in (folder, ROOT))
    source = own if own.is_file() or not shared.is_file() else shared
    return list(_listed(*stamped(source)))


@lru_cache(maxsize=512)
def _listed(path: Path, _stamp: tuple[int, ...]) -> tuple[str, ...]:
    lines = (line.strip() for line in _text(path).splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def filled(value: Any, folder: Path) -> Any:
    """Put word lists in place: {{name}} in a string as a group, "@name" in a list as items."""
    if isinstance(value, dict):
        return {key: filled(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        items: list[Any] = []
        for item in value:
            if isinstance(item, str) and item[:1] == "@" and re.fullmatch(r"@[a-z_]+", item):
                items.extend(lexicon(folder, f"{item[1:]}.txt"))
            else:
                items.append(filled(item, folder))
        return items
    if isinstance(value, str) and "{{" in value:
        return _PLACEHOLDER.sub(lambda match: _alternation(folder, match[1]), value)
    return value


def _alternation(folder: Path, name: str) -> str:
    """Return the list as one group, longest first; its lines may be regular expressions."""
    return _group(tuple(lexicon(folder, f"{name}.txt")))


@lru_cache(maxsize=256)
def _group(words: tuple[str, ...]) -> str:
    return alternation(words)


def rule_files(folder: Path) -> list[Path]:
    """Return the files of a pack's rules, in order."""
    return [*folder.glob("rules.toml"), *sorted(folder.glob("rules/*.toml"))]


def line_of(folder: Path, id: str) -> str:
    """Return where rule `id` is written, "pack/file:line"; the pack's name for an included one."""
    for file in rule_files(folder):
        if f'id = "{id}"' in _text(file):
            return f"{folder.name}/{file.name}:{line_in(file, id)}"
    return folder.name


def line_in(file: Path, id: str) -> int:
    """Return the line of `file` on which the (last) rule `id` begins, 1 if it is not written so."""
    found = [m.start() for m in re.finditer(rf'(?m)^id = "{re.escape(id)}"', _text(file))]
    return _text(file).count("\n", 0, found[-1]) + 1 if found else 1


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path.parent.name}/{path.name}: {error}") from error
