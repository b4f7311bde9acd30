"""No regex of a pack or of the engine runs away, whatever text is made to hurt it.

Two steps, so that a slow or busy machine fails nothing: a short text only picks out what is worth a
second look, and then one many times longer must end within a CPU limit that a linear regex does not
come near, and that a quadratic one cannot keep. The limit is CPU time of this process, not the clock.
"""

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import pytest

import compliance
from compliance.base import Copy
from compliance.bench.texts import ADVERSARIAL, long_text
from compliance.engine import TEXT_CHECKS, check
from compliance.packs import installed
from tests.compliance import attacking

SHORT, LONG = 6_000, 200_000
SUSPICIOUS = 5e-6  # seconds a character: the cheapest quadratic one takes 13e-6 on the short text
LIMIT = 10.0  # seconds of CPU for one long text: 50e-6 a character


class RanAway(Exception):
    """The work took more CPU than it may."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `RanAway` inside the block after so many seconds of CPU of this process."""

    def stop(*_):
        raise RanAway

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def search(regex: re.Pattern[str], text: str) -> float:
    """Return the CPU seconds of finding every match. Raises `RanAway`."""
    started = time.process_time()
    with limited(LIMIT):
        for _ in regex.finditer(text):
            pass
    return time.process_time() - started


def runaways(regex: re.Pattern[str]) -> Iterator[str]:
    """Yield the beginnings of the attacks that `regex` does not stand."""
    for attack in attacking.attacks(regex):
        try:
            if search(regex, attack(SHORT)) / SHORT > SUSPICIOUS:
                search(regex, attack(LONG))
        except RanAway:
            yield attack(LONG)[:40]


def _written(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "regex":
                yield item
            elif key == "regexes":
                yield from item
            else:
                yield from _written(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _written(item)


def of_packs() -> dict[str, list[re.Pattern[str]]]:
    """Return the regexes by pack and rule, each once."""
    seen: set[str] = set()
    found: dict[str, list[re.Pattern[str]]] = {}
    for pack in installed():
        for rule in pack.rules:
            for source in _written(rule.model_dump()):
                if source not in seen:
                    seen.add(source)
                    found.setdefault(rule.id, []).append(re.compile(source, re.ASCII))
    return found


def of_modules() -> dict[str, re.Pattern[str]]:
    """Return the regexes that stand in the engine's own modules."""
    found = {}
    for module in pkgutil.walk_packages(compliance.__path__, "compliance."):
        if module.name.startswith(("compliance.management", "compliance.apps")):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            for at, one in enumerate(value.values() if isinstance(value, dict) else [value]):
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    found[f"{module.name}.{name}[{at}]"] = one
    return found


@pytest.mark.slow
def test_no_regex_of_a_pack_runs_away():
    rules = of_packs()
    assert sum(map(len, rules.values())) > 100
    bad = [
        f"{rule}: {regex.pattern[:80]!r} on {text!r}…"
        for rule, regexes in rules.items()
        for regex in regexes
        for text in islice(runaways(regex), 1)  # each takes the whole limit
    ]
    assert not bad, "\n".join(bad)


def test_no_regex_of_the_engine_runs_away():
    regexes = of_modules()
    assert len(regexes) > 10
    bad = [f"{name} on {text!r}…" for name, one in regexes.items() for text in runaways(one)]
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize(
    "source",
    [
        r"\d+\d+x",
        r"《([^》]+)》x",
        r"(?:a|aa)+b",
        r"(?:最+)+好",
        r"\s*,?\s*,?\s*!x",
        r"(?:\d{0,20}){0,20}[a-f]",
    ],
)
def test_a_regex_that_runs_away_is_caught(source, monkeypatch):
    monkeypatch.setitem(globals(), "LIMIT", 0.5)  # what runs away passes any limit
    assert next(runaways(re.compile(source)), None)


@pytest.mark.parametrize("kind", ADVERSARIAL)
def test_the_engine_ends_on_hostile_text(kind):
    text = long_text(ADVERSARIAL[kind], 30_000)
    with limited(30.0):
        report = check(Copy.of(text), checks=TEXT_CHECKS)
    assert not any(hit.rule == "gate.error" for hit in report.hits)
