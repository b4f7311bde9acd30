"""Rule packs: law as data, a folder with `pack.toml`, `rules/*.toml`, lexicons and examples.

`load_pack` reads and checks one, `installed` all that ship with Copydesk. A pack that does not read
cleanly is refused whole, with file, rule and reason: half a law is worse than an error, because the
gates turn the error into a block.
"""

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from compliance.base import PackRef
from compliance.packs.schema import PackMeta, Rule

ROOT = Path(__file__).parent
Model = TypeVar("Model", PackMeta, Rule)


class PackError(ValueError):
    """A rule pack that cannot be used; the message names the file, the rule and the reason."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack in memory: what it is, its rules, and a digest over all of its data."""

    meta: PackMeta
    rules: tuple[Rule, ...]
    digest: str

    @property
    def ref(self) -> PackRef:
        """The name, version and digest that a report carries."""
        return PackRef(self.meta.name, self.meta.version, self.digest)


@lru_cache(maxsize=1)
def installed() -> tuple[Pack, ...]:
    """Return the packs that ship with Copydesk, by name. Raises `PackError`."""
    folders = sorted(path.parent for path in ROOT.glob("*/pack.toml"))
    if not folders:
        raise PackError(f"{ROOT.name}: no rule pack found; reinstall Copydesk")
    return tuple(load_pack(folder) for folder in folders)


def load_pack(folder: Path) -> Pack:
    """Read, check and digest the pack in `folder`. Raises `PackError`."""
    meta = _validated(PackMeta, _toml(folder / "pack.toml"), "pack.toml", folder)
    if meta.name != folder.name:
        raise PackError(f"{folder.name}/pack.toml: name {meta.name!r} is not the folder's")
    files = [*folder.glob("rules.toml"), *sorted(folder.glob("rules/*.toml"))]
    seen: dict[str, str] = {}
    rules: list[Rule] = []
    for file in files:
        for rule in _rules(folder, file):
            if not rule.id.startswith(f"{meta.name}."):
                raise PackError(
                    f"{folder.name}/{file.name}: rule {rule.id}: id must begin with {meta.name}."
                )
            if rule.id in seen:
                raise PackError(
                    f"{folder.name}/{file.name}: rule {rule.id}: also in {seen[rule.id]}"
                )
            seen[rule.id] = file.name
            rules.append(rule)
            _lawful(folder, file, meta, rule)
    if not rules:
        raise PackError(f"{folder.name}: no rules in rules.toml or rules/*.toml")
    rules.sort(key=lambda rule: rule.id)
    return Pack(meta=meta, rules=tuple(rules), digest=_digest(meta, rules))


def _lawful(folder: Path, file: Path, meta: PackMeta, rule: Rule) -> None:
    """Raise unless `rule` has a law in each market of the pack in which it holds."""
    where = f"{folder.name}/{file.name}: rule {rule.id}"
    if strange := sorted(set(rule.markets) - set(meta.markets)):
        raise PackError(f"{where}: markets: {', '.join(strange)} is not a market of the pack")
    lawless = [market for market in rule.markets or meta.markets if rule.law(market) is None]
    if lawless:
        raise PackError(
            f"{where}: laws: none for {', '.join(lawless)}; add it, or name in markets where the "
            "rule holds"
        )


#: What a rule takes over from the rule that it is `like`, where it has none of its own.
_INHERITED = ("terms", "lexicon", "patterns", "tokens", "allow", "exempt", "yields")
_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")


def _rules(folder: Path, file: Path) -> list[Rule]:
    data = _toml(file)
    entries = data.get("rule")
    if set(data) - {"rule", "defaults"} or not isinstance(entries, list):
        raise PackError(
            f"{folder.name}/{file.name}: expected [[rule]] tables and at most [defaults]"
        )
    by_id = {entry.get("id"): entry for entry in entries}
    rules = []
    for number, entry in enumerate(entries, 1):
        where = f"{file.name}: rule {entry.get('id', f'number {number}')}"
        entry = {**_defaults(data.get("defaults", {}), entry), **entry}
        if like := entry.pop("like", ""):
            if like not in by_id or "like" in by_id[like]:
                raise PackError(
                    f"{folder.name}/{where}: like: no rule {like!r} of its own in this file"
                )
            shared = {key: by_id[like][key] for key in _INHERITED if key in by_id[like]}
            entry = {**shared, **entry}
        if lexicon := entry.pop("lexicon", ""):
            entry["terms"] = [*entry.get("terms", []), *_lexicon(folder, lexicon)]
        if isinstance(name := entry.get("laws"), str):
            entry["laws"] = _laws(folder, where, name)
        rules.append(_validated(Rule, _filled(entry, folder), where, folder))
    return rules


def _defaults(defaults: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Return the defaults that hold for `entry`: of two ways to name a law its own alone."""
    dropped: set[str] = set()
    if "laws" in entry and not entry.keys() & {"statute", "article"}:
        dropped = {"statute", "article", "verified"} if "laws" in defaults else set()
    elif entry.keys() & {"statute", "article"} and "laws" not in entry:
        dropped = {"laws"}
    return {key: value for key, value in defaults.items() if key not in dropped}


def _laws(folder: Path, where: str, name: str) -> object:
    """Return the laws by market that `laws.toml` lists under `name`, which many rules share."""
    shared = _toml(folder / "laws.toml")
    if name not in shared:
        raise PackError(
            f"{folder.name}/{where}: laws: laws.toml has no {name!r}; it has: {', '.join(shared)}"
        )
    return shared[name]


def _filled(value: Any, folder: Path) -> Any:
    """Put word lists in place: {{name}} in a string as a group, "@name" in a list as items."""
    if isinstance(value, dict):
        return {key: _filled(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        items: list[Any] = []
        for item in value:
            if isinstance(item, str) and re.fullmatch(r"@[a-z_]+", item):
                items.extend(_lexicon(folder, f"{item[1:]}.txt"))
            else:
                items.append(_filled(item, folder))
        return items
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: _alternation(folder, match[1]), value)
    return value


def _alternation(folder: Path, name: str) -> str:
    """Return the list as one group, longest first; its lines may be regular expressions."""
    words = sorted(_lexicon(folder, f"{name}.txt"), key=len, reverse=True)
    return f"(?:{'|'.join(words)})"


def _lexicon(folder: Path, name: str) -> list[str]:
    """Read a word list: one term a line, `#` begins a comment line."""
    lines = (line.strip() for line in _text(folder / "lexicons" / name).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path.parent.name}/{path.name}: {error}") from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path.parent.name}/{path.name}: {error}") from error


def _validated(kind: type[Model], data: object, where: str, folder: Path) -> Model:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise PackError(f"{folder.name}/{where}: {field}: {first['msg']}") from error


def _digest(meta: PackMeta, rules: list[Rule]) -> str:
    """Return "sha256:…" over the canonical JSON of all data: sorted keys, no spaces, UTF-8."""
    data = {
        "pack": meta.model_dump(mode="json"),
        "rules": [rule.model_dump(mode="json", by_alias=True) for rule in rules],
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
