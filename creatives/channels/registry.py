"""Finds channel plugins by the entry points of the group `copydesk.channels`."""

from functools import cache
from importlib.metadata import entry_points

from creatives.channels.base import Channel

GROUP = "copydesk.channels"


class UnknownChannel(LookupError):
    """No installed plugin offers this channel; the message names those that are there."""


@cache
def names() -> tuple[str, ...]:
    """Return the ids of the installed channels."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


@cache
def get(name: str) -> Channel:
    """Return the channel `name`; raise `UnknownChannel` when no plugin offers it."""
    for point in entry_points(group=GROUP, name=name):
        channel = point.load()
        if not isinstance(channel, Channel):
            raise UnknownChannel(f"{point.value} is not a channel: see creatives.channels.base")
        return channel
    raise UnknownChannel(f"unknown channel {name!r}; installed: {', '.join(names()) or 'none'}")
