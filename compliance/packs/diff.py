"""What changes when one version of a pack takes the place of another."""

from dataclasses import dataclass
from typing import Any

from compliance.base import SEVERITIES
from compliance.packs.loader import Pack
from compliance.packs.schema import Rule

#: The keys of a rule that are words for people; a change in them alone changes no verdict.
_WORDS = {"reason", "suggestion", "title", "sources", "penalty", "evidence"}


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that came, went or changed; `keys` are those whose values differ."""

    rule: str
    what: str  # "added", "removed" or "changed"
    keys: tuple[str, ...] = ()
    milder: bool = False


@dataclass(frozen=True, slots=True)
class Diff:
    """The changes from one pack to another, and the version number that they ask for.

    `of_pack` are the keys of `pack.toml` that differ, the version left out.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    of_pack: tuple[str, ...] = ()
    narrower: bool = False  # the pack holds in fewer markets or languages, or later

    @property
    def bump(self) -> str:
        """Return the least part of the version that must rise: major, minor, patch, or "" for none.

        Semantic Versioning 2.0.0 with a promise to those who publish: a major version may let
        through what the last one stopped, a minor one may stop more, a patch changes words alone.
        """
        if self.narrower or any(one.what == "removed" or one.milder for one in self.changes):
            return "major"
        more = any(one.what == "added" or set(one.keys) - _WORDS for one in self.changes)
        if more or set(self.of_pack) - _WORDS:
            return "minor"
        return "patch" if self.changes or self.of_pack else ""

    @property
    def bumped(self) -> bool:
        """Tell whether the new version number rises as far as the changes ask."""
        old, new = (tuple(map(int, version.split("."))) for version in (self.old, self.new))
        place = {"major": 1, "minor": 2, "patch": 3}.get(self.bump)
        return place is None or new[:place] > old[:place]


def diff(old: Pack, new: Pack) -> Diff:
    """Return what changes when `new` takes the place of `old`."""
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    changes = [Change(id, "removed") for id in before if id not in after]
    changes += [Change(id, "added") for id in after if id not in before]
    for id in before.keys() & after.keys():
        was, now = _data(before[id]), _data(after[id])
        keys = tuple(sorted(key for key in now if was[key] != now[key]))
        if keys:
            changes.append(Change(id, "changed", keys, _milder(was, now)))
    meta, further = (pack.meta.model_dump(mode="json") for pack in (old, new))
    return Diff(
        old.meta.version,
        new.meta.version,
        tuple(sorted(changes, key=lambda one: one.rule)),
        tuple(sorted(key for key in meta if key != "version" and meta[key] != further[key])),
        _lost(meta, further, "markets", "languages") or meta["effective"] < further["effective"],
    )


def _data(rule: Rule) -> dict[str, Any]:
    return rule.model_dump(mode="json", by_alias=True)


def _milder(was: dict[str, Any], now: dict[str, Any]) -> bool:
    """Tell whether a rule may let through what it stopped: a doubt is a yes."""
    return (
        _rank(now) > _rank(was)
        or _lost(was, now, "terms", "patterns", "tokens", "markets")
        or _lost(now, was, "allow", "exempt", "yields", "exemptions", "require")
        or any(
            now[key] != was[key] and now[key] != _EVERYWHERE for key in ("categories", "channels")
        )
        or (was["absolute"] and not now["absolute"])
        or (now["supporting"] and not was["supporting"])
        or now["since"] > was["since"]
        or (bool(now["until"]) and now["until"] != was["until"])
        or _laws_milder(was["laws"], now["laws"])
    )


_EVERYWHERE: dict[str, list[str]] = {"only": [], "except": []}


def _rank(data: dict[str, Any]) -> int:
    """Return how mild a rule is: what was not compared with the original never blocks."""
    unread = data["severity"] == "block" and not data.get("verified", True)
    return SEVERITIES.index("evidence" if unread else data["severity"])


def _lost(was: dict[str, Any], now: dict[str, Any], *keys: str) -> bool:
    return any(one not in now[key] for key in keys for one in was[key])


def _laws_milder(was: dict[str, Any], now: dict[str, Any]) -> bool:
    for market, old in was.items():
        new = now.get(market)
        if new is None:
            return True
        if old["verified"] and not new["verified"]:
            return True
        if new["severity"] and SEVERITIES.index(new["severity"]) > SEVERITIES.index(
            old["severity"] or "block"
        ):
            return True
    return False
