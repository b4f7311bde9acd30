"""Typed readers of the environment: a wrong value stops start-up and says which variable it was."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


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
    """Return the variable `name` as a number of seconds or units."""
    value = text(name)
    try:
        return float(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: write a number") from error


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return the variable `name` as a comma-separated list."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def secret_key(name: str, kept_at: Path) -> str:
    """Return the secret in `name`; without one, make a random key once and keep it at `kept_at` (0600)."""
    if given := text(name):
        return given
    kept_at.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(kept_at, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass  # another process, or an earlier start, made it
    return kept_at.read_text()
