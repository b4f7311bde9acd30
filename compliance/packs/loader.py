"""Reading a rule pack: law as data, a folder with `pack.toml`, `rules/*.toml`, lexicons, examples.

A pack that does not read cleanly is refused whole, with file, rule and reason: half a law is worse than
an error, because the gates turn the error into a block.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from compliance import law
from compliance.base import PackRef
from compliance.packs.files import ROOT, PackError, filled, lexicon, line_in, rule_files, toml
from compliance.packs.schema import PackMeta, Rule
from compliance.words import MARKETS

Model = TypeVar("Model", PackMeta, Rule)


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """A rule pack in memory: what it is, its rules, and a digest over all of its data."""

    meta: PackMeta
    rules: tuple[Rule, ...]
    digest: str
    holds_in: frozenset[str]  # the markets in which at least one of its rules holds

    @property
    def ref(self) -> PackRef:
        """The name, version and digest that a report carries."""
        return PackRef(self.meta.name, self.meta.version, self.digest)


#: What was loaded in one go, by folder: four packs that include one library read it once.
Loaded = dict[Path, "Pack"]


def load_pack(
    folder: Path, loaded: Loaded | None = None, homes: Mapping[str, Path] | None = None
) -> Pack:
    """Read, check and digest the pack in `folder` with all that it includes. Raises `PackError`.

    `homes` says where the packs that it includes lie; else they are sought beside it, and among those
    that ship with Copydesk. `loaded` has what this call need not read again, and takes up what it reads.
    """
    return _load(folder, (), {} if loaded is None else loaded, homes or {})


def _load(folder: Path, within: tuple[str, ...], loaded: Loaded, homes: Mapping[str, Path]) -> Pack:
    if folder.name in within:
        raise PackError(
            f"{within[-1]}/pack.toml: include: goes round in a circle: "
            f"{' > '.join((*within[within.index(folder.name) :], folder.name))}"
        )
    if folder in loaded:
        return loaded[folder]
    meta = _validated(PackMeta, toml(folder / "pack.toml"), lambda: "pack.toml", folder)
    if meta.name != folder.name:
        raise PackError(f"{folder.name}/pack.toml: name {meta.name!r} is not the folder's")
    rules: dict[str, Rule] = {}
    for name in meta.include:
        library = _load(_home(folder, name, homes), (*within, folder.name), loaded, homes)
        rules |= {rule.id: rule for rule in _taken_over(library, meta)}
    rules |= {rule.id: rule for rule in _own(folder, meta)}
    if not rules:
        raise PackError(f"{folder.name}: no rules in rules.toml or rules/*.toml")
    ordered = tuple(rules[id] for id in sorted(rules))
    holds = frozenset(m for m in MARKETS if any(rule.law(m) for rule in ordered))
    loaded[folder] = Pack(meta, ordered, _digest(meta, ordered), holds)
    return loaded[folder]


def _home(folder: Path, name: str, homes: Mapping[str, Path]) -> Path:
    """Return where the pack `name` lies that the one in `folder` includes."""
    beside = [where / name for where in (folder.parent, ROOT) if (where / name).is_dir()]
    found = homes.get(name) or next(iter(beside), None)
    if found is None:
        raise PackError(f"{folder.name}/pack.toml: include: no pack {name!r} beside it")
    return found


def _taken_over(library: Pack, meta: PackMeta) -> Iterator[Rule]:
    """Yield the rules of `library` as far as they hold in the markets of `meta`, at home there."""
    for rule in library.rules:
        markets = [m for m in meta.markets if rule.law(m) is not None]
        if markets:
            yield rule.model_copy(
                update={
                    "id": _at_home(rule.id, library.meta.name, meta.name),
                    "yields": [_at_home(id, library.meta.name, meta.name) for id in rule.yields],
                    "markets": markets,
                    "laws": {m: its for m, its in rule.laws.items() if m in markets},
                }
            )


def _at_home(id: str, library: str, pack: str) -> str:
    return f"{pack}.{id.removeprefix(f'{library}.')}" if id.startswith(f"{library}.") else id


def _own(folder: Path, meta: PackMeta) -> Iterator[Rule]:
    """Yield the rules of the folder's own files; refuse what is no rule of this pack."""
    seen: dict[str, str] = {}
    for file in rule_files(folder):
        for rule in _rules(folder, file, meta):
            wrong = ""
            if not rule.id.startswith(f"{meta.name}."):
                wrong = f"id must begin with {meta.name}."
            elif rule.id in seen:
                wrong = f"also in {seen[rule.id]}"
            if wrong := wrong or _lawless(meta, rule):
                raise PackError(f"{folder.name}/{_where(file, rule.id)}: {wrong}")
            seen[rule.id] = file.name
            yield rule


def _where(file: Path, id: str) -> str:
    return f"{file.name}:{line_in(file, id)}: rule {id}"


def _lawless(meta: PackMeta, rule: Rule) -> str:
    """Return why `rule` does not have a law in each market of the pack in which it holds, "" if so."""
    if strange := sorted(set(rule.markets) - set(meta.markets)):
        return f"markets: {', '.join(strange)} is not a market of the pack"
    if lawless := [market for market in rule.markets or meta.markets if rule.law(market) is None]:
        return (
            f"laws: none for {', '.join(lawless)}; add it, or name in markets where the rule holds"
        )
    for kind, keys in (
        ("penalty", [rule.penalty, *(its.penalty for its in rule.laws.values())]),
        ("evidence", rule.evidence),
        ("exemptions", rule.exemptions),
    ):
        for key in filter(None, keys):
            if key not in law.words(kind):
                has = ", ".join(sorted(law.words(kind)))
                return f"{kind}: unknown {key!r}; law/{kind}.toml has: {has}"
    return ""


#: What a rule takes over from the rule that it is `like`, where it has none of its own.
_INHERITED = ("terms", "lexicon", "patterns", "tokens", "allow", "exempt", "yields")


def _rules(folder: Path, file: Path, meta: PackMeta) -> list[Rule]:
    data = toml(file)
    entries = data.get("rule")
    if set(data) - {"rule", "defaults"} or not isinstance(entries, list):
        raise PackError(
            f"{folder.name}/{file.name}: expected [[rule]] tables and at most [defaults]"
        )
    by_id = {entry.get("id"): entry for entry in entries}
    rules = []
    for number, entry in enumerate(entries, 1):
        named = entry.get("id", f"number {number}")
        where = partial(_where, file, str(named))
        entry = {**_defaults(data.get("defaults", {}), entry), **entry}
        if like := entry.pop("like", ""):
            model = by_id.get(like) or _elsewhere(folder, like)
            if model is None or "like" in model:
                raise PackError(
                    f"{folder.name}/{where()}: like: no rule {like!r} of its own in this file or in "
                    "the pack that it names"
                )
            entry = {**{key: model[key] for key in _INHERITED if key in model}, **entry}
        if words := entry.pop("lexicon", ""):
            entry["terms"] = [*entry.get("terms", []), *lexicon(folder, words)]
        if isinstance(name := entry.get("laws"), str):
            entry["laws"] = _laws(folder, where, name)
        if not entry.get("laws"):  # the law of one market is none of another's
            entry.setdefault("markets", list(meta.markets))
        entry.setdefault("since", meta.effective)
        rules.append(_validated(Rule, filled(entry, folder), where, folder))
    return rules


def _elsewhere(folder: Path, id: str) -> dict[str, Any] | None:
    """Return the entry of rule `id` in the pack that its id names, None where there is none."""
    for home in (folder.parent, ROOT):
        for file in sorted((home / id.partition(".")[0]).glob("rules/*.toml")):
            for entry in toml(file).get("rule", []):
                if entry.get("id") == id:
                    return dict(entry)
    return None


def _defaults(defaults: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Return the defaults that hold for `entry`: of two ways to name a law its own alone."""
    dropped: set[str] = set()
    if "laws" in entry and not entry.keys() & {"statute", "article"}:
        dropped = {"statute", "article", "verified"} if "laws" in defaults else set()
    elif entry.keys() & {"statute", "article"} and "laws" not in entry:
        dropped = {"laws"}
    return {key: value for key, value in defaults.items() if key not in dropped}


def _laws(folder: Path, where: Callable[[], str], name: str) -> object:
    """Return the laws by market that `laws.toml` lists under `name`, which many rules share."""
    shared = toml(folder / "laws.toml")
    if name not in shared:
        raise PackError(
            f"{folder.name}/{where()}: laws: laws.toml has no {name!r}; it has: {', '.join(shared)}"
        )
    return shared[name]


def _validated(kind: type[Model], data: object, where: Callable[[], str], folder: Path) -> Model:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise PackError(f"{folder.name}/{where()}: {field}: {first['msg']}") from error


def _digest(meta: PackMeta, rules: Sequence[Rule]) -> str:
    """Return "sha256:…" over the canonical JSON of all data: sorted keys, no spaces, UTF-8."""
    data = {
        "pack": meta.model_dump(mode="json"),
        "rules": [rule.model_dump(mode="json", by_alias=True) for rule in rules],
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
