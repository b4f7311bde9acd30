"""Typed readers of the environment: a wrong value stops start-up and says which variable it was."""

import math
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from creatives.kept_secret import EmptySecret, kept_secret


def text(name: str, default: str = "") -> str:
    """Return the variable `name`, or `default` when unset or empty."""
    return os.environ.get(name) or default


def flag(name: str, *, default: bool) -> bool:
    """Return the variable `name` as a truth value: 1/true/yes/on or 0/false/no/off."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0")


def number(name: str, default: float) -> float:
    """Return the variable `name` as a number of seconds or units: finite, and more than nothing."""
    value = text(name)
    try:
        found = float(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: write a number") from error
    if not (math.isfinite(found) and found > 0):
        raise ImproperlyConfigured(f"{name}={value!r}: write a number above 0")
    return found


def whole(name: str, default: int) -> int:
    """Return the variable `name` as a whole number of at least 1."""
    value = text(name)
    try:
        found = int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number") from error
    if found < 1:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number of at least 1")
    return found


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return the variable `name` as a comma-separated list."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def secret_key(name: str, kept_at: Path) -> str:
    """Return the secret in `name`; without one, make a random key once and keep it at `kept_at` (0600)."""
    if given := text(name):
        return given
    try:
        return kept_secret(kept_at, entropy=50)
    except EmptySecret as error:
        raise ImproperlyConfigured(
            f"{error} (a new secret key logs everybody out), or set {name}"
        ) from error
