"""How sure a measured share is: Wilson's interval, and the bootstrap where no formula fits."""

import random
from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any, TypeVar

#: Two-sided 95% of the normal distribution.
_Z = 1.959963984540054
Sample = TypeVar("Sample")


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95% interval of the share `hits` / `of`; (0, 1) when nothing was measured.

    Score interval without continuity correction: E. B. Wilson, JASA 22 (1927), 209-212.
    Raises `ValueError` unless 0 <= hits <= of.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of} is no share")
    if of == 0:
        return 0.0, 1.0
    share, z2 = hits / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: int, of: int) -> dict[str, Any]:
    """Return `hits` of `of` as a figure with its interval; value None when nothing was measured."""
    low, high = wilson(hits, of)
    value = round(hits / of, 4) if of else None
    return {"value": value, "low": round(low, 4), "high": round(high, 4), "hits": hits, "of": of}


def bootstrap(
    rows: Sequence[Sample],
    figure: Callable[[Sequence[Sample]], float | None],
    *,
    rounds: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """Return `figure(rows)` and its 95% percentile interval over `rounds` redraws of the rows.

    Redraws without a figure (None) are left out; value, low and high are None if `rows` has none.
    Percentile method: B. Efron, Annals of Statistics 7 (1979), 1-26. The same seed gives the same.
    """
    value = figure(rows)
    if value is None:
        return {"value": None, "low": None, "high": None}
    draw = random.Random(seed)
    drawn = (figure(draw.choices(rows, k=len(rows))) for _ in range(rounds))
    values = sorted(one for one in drawn if one is not None) or [value]
    low = values[int(0.025 * (len(values) - 1))]
    high = values[round(0.975 * (len(values) - 1))]
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}


def f1(true: int, false: int, missed: int) -> float | None:
    """Return the harmonic mean of precision and recall; None when there is nothing to find."""
    total = 2 * true + false + missed
    return 2 * true / total if total else None
