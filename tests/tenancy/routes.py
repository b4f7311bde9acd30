"""Every route there is, read from the URLconf and the admin's registry."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One address: its name with its namespace (without one its pattern), and its arguments."""

    name: str
    pattern: str
    arguments: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.name or self.pattern


def all_routes() -> list[Route]:
    """Return every route of the site, in order."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], prefix: str, space: str) -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            below = space + (f"{entry.namespace}:" if entry.namespace else "")
            yield from _walk(entry.url_patterns, pattern, below)
        elif isinstance(entry, URLPattern):
            name = f"{space}{entry.name}" if entry.name else ""
            arguments = tuple(entry.pattern.converters)
            yield Route(name, pattern, arguments)


def registered() -> dict[str, Any]:
    """Return the models of the admin by "app_model"."""
    return {f"{m._meta.app_label}_{m._meta.model_name}": m for m in admin.site._registry}
