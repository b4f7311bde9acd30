"""Finds channel plugins by the entry points of the group `copydesk.channels`.

A plugin that is gone or cannot be loaded is an `UnknownChannel`, and what a plugin raises besides
its `ChannelError` is one: a bad package must take neither the site nor the sweeper down.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import entry_points

from creatives.channels.base import Channel, ChannelError

GROUP = "copydesk.channels"
log = logging.getLogger(__name__)


class UnknownChannel(ChannelError):
    """No installed plugin offers this channel, or it cannot be loaded; the message says which."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


@cache
def names() -> tuple[str, ...]:
    """Return the ids of the installed channels."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


@cache
def get(name: str) -> Channel:
    """Return the channel `name`; raise `UnknownChannel` when no plugin offers it, or it is broken."""
    for point in entry_points(group=GROUP, name=name):
        try:
            channel = point.load()
        except Exception as error:
            log.exception("channel plugin %s cannot be loaded", point.value)
            raise UnknownChannel(f"channel {name!r} cannot be loaded: {error}") from error
        if not isinstance(channel, Channel):
            raise UnknownChannel(f"{point.value} is not a channel: see creatives.channels.base")
        return channel
    raise UnknownChannel(f"unknown channel {name!r}; installed: {', '.join(names()) or 'none'}")


def label(name: str) -> Mapping[str, str]:
    """Return the channel's name for people in each language; its id when its plugin is not usable."""
    try:
        return get(name).name
    except UnknownChannel:
        return {"zh": name, "en": name}


@contextmanager
def plugin_code(name: str) -> Iterator[None]:
    """Run a channel's code: whatever it raises unforeseen is a `ChannelError` that may pass."""
    try:
        yield
    except ChannelError:
        raise
    except Exception as error:
        log.exception("channel %s failed", name)
        why = f"channel {name!r} failed: {type(error).__name__}: {error}"
        raise ChannelError(why, permanent=False) from error
