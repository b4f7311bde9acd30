"""All measurements of the gates that need no labels, as one object: `manage.py bench gates`."""

import platform
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from compliance.bench.evading import evasion_recall, ordinary
from compliance.bench.loading import loading
from compliance.bench.speed import linearity, speed
from compliance.packs import installed

PARTS = ("evasions", "copy", "speed", "loading", "linearity")


def measure(
    only: Collection[str] = PARTS, *, copy: Sequence[str] | None = None, seed: int = 0
) -> dict[str, Any]:
    """Return the figures of the parts in `only`; the part `copy` needs ordinary texts in `copy`.

    Raises `ValueError` for an unknown part.
    """
    if unknown := sorted(set(only) - set(PARTS)):
        raise ValueError(f"unknown part {', '.join(unknown)}; valid: {', '.join(PARTS)}")
    result: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "packs": {pack.meta.name: pack.digest for pack in installed()},
    }
    if "evasions" in only:
        result["evasions"] = evasion_recall({"zh": 100, "en": 60}, seed=seed)
    if "copy" in only and copy is not None:
        result["copy"] = ordinary(copy)
    if "speed" in only:
        result["speed"] = speed(seed=seed)
    if "loading" in only:
        result["loading"] = loading()
    if "linearity" in only:
        result["linearity"] = linearity(seed=seed)
    return result


def lines(result: dict[str, Any]) -> Iterator[str]:
    """Yield the figures of `measure` for people, a line each."""
    for language, part in result.get("evasions", {}).items():
        yield f"evasions, {language}: {part['terms']} terms x {part['carriers']} carriers"
        yield f"  {'plain':<20}{_said(part['plain'])}"
        for name, figure in part["evasions"].items():
            missed = f"  e.g. {figure['missed'][0]!r}" if figure["missed"] else ""
            yield f"  {name:<20}{_said(figure)}{missed}"
        yield f"  {'all but homophones':<20}{_said(part['all_but_homophones'])}"
    if part := result.get("copy"):
        yield f"ordinary copy flagged: {_said(part['flagged'])}"
        for rule, count in part["rules"].items():
            yield f"  {rule}: {count}"
    if part := result.get("speed"):
        yield f"verdicts a second with a list of {part['list_terms']} terms{_list(part)}"
        for kind in ("clean", "flagged"):
            one = part[kind]
            yield (
                f"  {kind:<10}{one['verdicts_per_second']}, spaCy {one['spacy_per_second']}, "
                f"ratio {one['ratio']} [{one['ratio_low']}, {one['ratio_high']}]"
            )
    if part := result.get("loading"):
        yield f"seconds to the first verdict with a list of {part['list_terms']} terms{_list(part)}"
        for kind in ("cold", "warm"):
            yield f"  {kind:<10}{part[kind]['verdict_seconds']}: {part[kind]['seconds']}"
        yield f"  peak memory {part['peak_mb']} MB: {part['memory_mb']}"
    if part := result.get("linearity"):
        yield "seconds by length; growth of the cost a character"
        for kind, one in part.items():
            yield f"  {kind:<16}{one['seconds']} growth {one['growth']}"


def _list(part: dict[str, Any]) -> str:
    return "" if part["list_in_force"] else " (THE LIST IS NOT IN FORCE: no hit on its own term)"


def _said(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return "–"
    interval = f"[{figure['low']:.3f}, {figure['high']:.3f}]"
    return f"{figure['value']:.3f} {interval} {figure['hits']}/{figure['of']}"
