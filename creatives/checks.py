"""System checks: what is wrong with this installation, said at start-up with what to do."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from creatives.channels import registry as channels
from generators import registry as generators

PACKAGES = ("compliance", "config", "creatives", "generators", "plugins", "tenants")


@register()
def packages_are_ours(**_kwargs: Any) -> list[CheckMessage]:
    """Another distribution's top-level `plugins` or `config` would shadow ours in silence."""
    return [
        Error(
            f"the package {name!r} is not Copydesk's own",
            hint="Another installed distribution has a package of this name: uninstall it.",
            id="creatives.E001",
        )
        for name in PACKAGES
        if not _ours(name)
    ]


def _ours(name: str) -> bool:
    spec = find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    return bool(places) and Path(places[0]).is_relative_to(settings.BASE_DIR)


@register()
def plugins_are_readable(**_kwargs: Any) -> list[CheckMessage]:
    """A plugin that cannot be read is a warning: it must not take the site down."""
    return [
        Warning(
            f"generator plugin {state.id!r} cannot be used: {state.error}",
            hint="Upgrade or uninstall the plugin's package.",
            id="creatives.W001",
        )
        for state in generators.states()
        if state.error
    ]


@register()
def a_channel_is_there(**_kwargs: Any) -> list[CheckMessage]:
    """Without the entry points nothing can be published: the package is not installed properly."""
    if channels.names():
        return []
    return [Warning("no channel is installed", hint="Run `make setup`.", id="creatives.W002")]
