"""What each route shows: the page of one row, a list, or nothing of anybody's.

The routes are read from the URLconf, and `test_matrix` fails on one that has no row here.
"""

import re
from typing import Any

from django.urls import reverse

from tests.tenancy import world as worlds
from tests.tenancy.routes import Route, all_routes, registered

#: Pages of one row: route -> the kind of row that its number names.
OF_A_ROW = {
    "candidate": "candidate",
    "approve": "candidate",
    "reject": "candidate",
    "edit": "candidate",
    "accept": "candidate",
    "publish": "candidate",
    "dossier": "candidate",
    "dossier_pdf": "candidate",
    "dossier_json": "candidate",
    "clear": "candidate",
    "reopen": "candidate",
    "paper": "substantiation",
    "run": "run",
    "run_progress": "run",
    "cancel_run": "run",
    "retry_run": "run",
    "generate": "brief",
    "publication": "publication",
    "withdraw": "publication",
    "admin:creatives_asset_file": "asset",
    "admin:creatives_asset_read": "asset",
    "admin:creatives_brief_runs": "brief",
    "admin:creatives_lexicon_bring": "lexicon",
    "admin:creatives_lexicon_try": "lexicon",
    "admin:creatives_lexicon_activate": "lexicon",
    "admin:creatives_lexicon_deactivate": "lexicon",
    "admin:auth_user_password_change": "user",
}
#: Pages that list rows, or show what a person did.
LISTS = {"queue", "runs", "publications", "admin:index"}
#: Pages that name no row of anybody: logging in and out, languages, the rules of the law.
BARE = {
    "packs", "pack", "rule", "playground",
    "home", "login", "logout", "switch_organization", "set_language",
    "admin:login", "admin:logout", "admin:password_change", "admin:password_change_done",
    "admin:jsi18n", "admin:welcome", "admin:autocomplete", "admin:app_list",
    "admin/(?P<url>.*)$",
}  # fmt: skip
#: Pages that anybody may open without logging in.
OPEN = {"login", "logout", "set_language", "admin:welcome", "admin:login"}
ROUTES = all_routes()
MODELS = registered()
SHARED, NOBODYS = worlds.SHARED, worlds.NOBODYS
OPERATORS = {"user", "organization"}


def admin_kind(route: Route) -> tuple[str, str] | None:
    """Return (model, view) of a page of the admin's registry; None for any other route."""
    for label, model in MODELS.items():
        for view in ("changelist", "add", "change", "delete", "history"):
            if route.name == f"admin:{label}_{view}":
                return model._meta.model_name, view
        app, name = label.split("_", 1)
        if route.key == f"admin/{app}/{name}/<path:object_id>/":
            return name, "old address"
    return None


def row_kind(route: Route) -> str:
    """Return the kind of row that the route's number names, empty for a route without one."""
    if route.key in OF_A_ROW:
        return OF_A_ROW[route.key]
    kind = admin_kind(route)
    return kind[0] if kind and kind[1] not in ("changelist", "add") else ""


def is_list(route: Route) -> bool:
    kind = admin_kind(route)
    return route.key in LISTS or bool(kind and kind[1] in ("changelist", "add"))


def listed(route: Route) -> str:
    """Return the kind of row that the admin lists there, empty for any other page."""
    kind = admin_kind(route)
    return kind[0] if kind and kind[1] == "changelist" else ""


def spared(kind: str, who: str) -> bool:
    """Return whether `who` may see the rows of `kind` although they are the other client's."""
    return kind in NOBODYS or (who == "colleague" and kind in SHARED)


WALLED = [r for r in ROUTES if row_kind(r) and row_kind(r) not in NOBODYS]
LISTED = [r for r in ROUTES if is_list(r)]


def by_kind(routes: list[Route]) -> dict[str, list[Route]]:
    """Return the routes by the kind of row that they show: one world serves all of a kind."""
    found: dict[str, list[Route]] = {}
    for route in routes:
        found.setdefault(row_kind(route) or listed(route), []).append(route)
    return found


def address(route: Route, pk: Any = None) -> str:
    """Return the route's address for row `pk`."""
    if not route.name:
        return "/" + re.sub(r"<[^>]+>", str(pk), route.pattern)
    further = [1] * len(route.arguments[1:])  # the number of a version, say
    return reverse(route.name, args=[pk, *further] if route.arguments else [])
