"""What each role may do. Data: the admin, the pages and the actions all ask `may`."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    MANAGER = "manager", _("Manager")
    WRITER = "writer", _("Writer")
    REVIEWER = "reviewer", _("Reviewer")
    PUBLISHER = "publisher", _("Publisher")
    VIEWER = "viewer", _("Viewer")


class Discipline(models.TextChoices):
    CREATIVE = "creative", _("Creative")
    LEGAL = "legal", _("Legal")
    BRAND = "brand", _("Brand")


#: view: see the clients assigned; all_clients: see every client; people: members and client teams;
#: name_clients: open clients and rename them, never without all_clients, since a name that is taken
#: tells of its client; clients: the rest of a client, products, assets; write: campaigns, briefs,
#: edits of copy; generate: start and cancel runs; profiles: generator profiles; rules: word lists,
#: allowed phrases and switches; review: approve and reject; publish: publish, withdraw.
MAY: dict[str, frozenset[str]] = {
    Role.ADMIN: frozenset({
        "view", "all_clients", "people", "name_clients", "clients", "write", "generate", "profiles",
        "rules", "publish",
    }),
    Role.MANAGER: frozenset({
        "view", "all_clients", "people", "name_clients", "clients", "write", "generate", "publish",
    }),
    Role.WRITER: frozenset({"view", "clients", "write", "generate"}),
    Role.REVIEWER: frozenset({"view", "review"}),
    Role.PUBLISHER: frozenset({"view", "publish"}),
    Role.VIEWER: frozenset({"view"}),
}  # fmt: skip


def may(roles: Iterable[str], verb: str) -> bool:
    """Return whether one of `roles` includes `verb`."""
    return any(verb in MAY.get(role, frozenset()) for role in roles)
