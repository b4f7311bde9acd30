"""What is wrong with a pack that loads: traps for its author, and promises that its data breaks."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compliance import law
from compliance.base import Copy
from compliance.engine import TEXT_CHECKS, check
from compliance.normalize import keys
from compliance.packs.files import line_of
from compliance.packs.loader import Pack
from compliance.packs.schema import Rule
from compliance.packs.store import installed, trial, with_folder


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong: where, and what to do. Only an `error` keeps a pack from use."""

    level: str  # "error" or "warning"
    where: str
    said: str

    def __str__(self) -> str:
        return f"{self.level}: {self.where}: {self.said}"


def lint(pack: Pack, folder: Path) -> list[Flaw]:
    """Return the flaws of `pack`, read from `folder`; its examples are run as well."""
    flaws = [flaw for rule in pack.rules for flaw in _rule(rule, line_of(folder, rule.id))]
    return [*flaws, *_yields(pack, folder), *_shared(pack, folder), *run_examples(pack, folder)]


def _rule(rule: Rule, where: str) -> Iterator[Flaw]:
    for pattern in rule.patterns:
        if not any(re.search(re.escape(key), pattern.regex.replace("\\", "")) or _classy(pattern.regex)
                   for trigger in pattern.triggers for key in keys(trigger)):  # fmt: skip
            yield Flaw("warning", where, f"no trigger of {pattern.regex[:40]!r} is in the pattern")
    for market in rule.markets or ("cn",):
        its = rule.law(market)
        if its and its.verified and not law.articles(its.statute, its.article):
            yield Flaw(
                "error", where,
                f"{its.statute} {its.article} is said to be verified, and its text is not in "
                "law/statutes; file it there, or write verified = false",
            )  # fmt: skip
    if rule.severity == "evidence" and not rule.evidence:
        yield Flaw("warning", where, "asks for evidence and does not say which papers would do")


def _classy(regex: str) -> bool:
    """Tell whether `regex` is built of parts, so that a trigger need not stand in it as a whole."""
    return any(sign in regex for sign in "[(|?")


def _yields(pack: Pack, folder: Path) -> Iterator[Flaw]:
    known = {rule.id for one in (pack, *with_folder(folder)) for rule in one.rules}
    for rule in pack.rules:
        for other in rule.yields:
            if other == rule.id:
                yield Flaw(
                    "error", line_of(folder, rule.id), "yields to itself, and so finds nothing"
                )
            if other not in known:
                yield Flaw(
                    "error", line_of(folder, rule.id), f"yields to {other}, which is no rule"
                )


def _shared(pack: Pack, folder: Path) -> Iterator[Flaw]:
    """Yield the terms that two rules of the same scope both hold: one of them is idle, or both hit."""
    seen: dict[tuple[str, str, str], Rule] = {}
    for rule in pack.rules:
        for term in rule.terms:
            key = (term, rule.categories.model_dump_json(), rule.channels.model_dump_json())
            other = seen.setdefault(key, rule)
            if other is not rule and not {other.id, rule.id} & {*rule.yields, *other.yields}:
                where = line_of(folder, rule.id)
                yield Flaw("warning", where, f"{term!r} is a term of {other.id} as well")


def run_examples(pack: Pack, folder: Path) -> list[Flaw]:
    """Return what `examples.jsonl` says that `pack` does not do, and the rules without examples.

    A line is {"rule", "text", "hit": true|false} and may have category, severity, language, market,
    product, channel. The pack is tried beside the others that are in force.
    """
    flaws: list[Flaw] = []
    seen: set[tuple[object, object]] = set()
    with trial((pack,) if pack.meta.library else with_folder(folder)):
        for where, example in read_examples(folder):
            seen.add((example["rule"], example["hit"]))
            flaws.extend(_example(pack, where, example))
    own = [rule for rule in pack.rules if line_of(folder, rule.id) != folder.name]
    for rule in own:
        for hit in (True, False):
            if (rule.id, hit) not in seen:
                said = f"has no example that {'hits' if hit else 'must not hit'}"
                flaws.append(Flaw("error", line_of(folder, rule.id), said))
    return flaws


def read_examples(folder: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield (where, example) of the folder's `examples.jsonl`; none when there is no such file."""
    path = folder / "examples.jsonl"
    if not path.exists():
        return
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield f"{folder.name}/examples.jsonl:{number}", json.loads(line)


def _example(pack: Pack, where: str, example: dict[str, object]) -> Iterator[Flaw]:
    rule = next((rule for rule in pack.rules if rule.id == example["rule"]), None)
    if rule is None:
        yield Flaw("error", where, f"{example['rule']} is no rule of {pack.meta.name}")
        return
    market = str(example.get("market") or (rule.markets or pack.meta.markets)[0])
    its = rule.law(market)
    scope = {key: str(example.get(key, "")) for key in ("category", "product", "channel")}
    copy = Copy.of(
        str(example["text"]), language=str(example.get("language") or pack.meta.languages[0]),
        market=market, on=rule.since, **scope,
    )  # fmt: skip
    hits = check(copy, checks=TEXT_CHECKS).hits
    found = {hit.severity for hit in hits if hit.rule == rule.id}
    if example["hit"] and not found and {hit.rule for hit in hits} & set(rule.yields):
        return  # seen, and left to a rule that says more of it
    if not example["hit"]:
        if found:
            yield Flaw("error", where, f"{rule.id} hits and should not")
        return
    wanted = example.get("severity") or (rule.severity_under(its) if its else rule.severity)
    if rule.supporting and found == {"warn"}:
        return  # another rule says the claim itself
    if found != {wanted}:
        yield Flaw("error", where, f"{rule.id}: found {sorted(found) or 'nothing'}, not {wanted}")


def all_flaws() -> list[Flaw]:
    """Return the flaws over all packs in force that no single one shows: ids used twice."""
    seen: dict[str, str] = {}
    flaws = []
    for pack in installed():
        for rule in pack.rules:
            if (other := seen.setdefault(rule.id, pack.meta.name)) != pack.meta.name:
                flaws.append(Flaw("error", pack.meta.name, f"{rule.id} is a rule of {other} too"))
    return flaws
