"""Every route × who looks: nobody sees, counts, links to, names or moves what is behind the wall.

The routes are read from the URLconf. A route that is in no row of the matrix fails the first test,
so a new page cannot forget its wall.
"""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from creatives.models import Event
from tests import builders
from tests.tenancy import world as worlds
from tests.tenancy.routes import Route, all_routes, registered

pytestmark = pytest.mark.django_db

GONE = 987_654_321
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
#: What each must never receive: a colleague knows the agency, not the other client.
MARKS = {"colleague": [worlds.CLIENT], "outsider": [worlds.CLIENT, worlds.AGENCY]}


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


def named(routes: list[Route]) -> Any:
    return pytest.mark.parametrize("route", routes, ids=lambda r: r.key)


def by_kind(routes: list[Route]) -> dict[str, list[Route]]:
    """Return the routes by the kind of row that they show: one world serves all of a kind."""
    found: dict[str, list[Route]] = {}
    for route in routes:
        found.setdefault(row_kind(route) or listed(route), []).append(route)
    return found


def strangers(kinds: Iterable[str]) -> Any:
    """Run for every kind of row and everybody who is kept out of it."""
    cases = [(kind, who) for kind in kinds for who in MARKS if not spared(kind, who)]
    return pytest.mark.parametrize(("kind", "who"), cases)


def address(route: Route, pk: Any = None) -> str:
    """Return the route's address for row `pk`."""
    if not route.name:
        return "/" + re.sub(r"<[^>]+>", str(pk), route.pattern)
    further = [1] * len(route.arguments[1:])  # the number of a version, say
    return reverse(route.name, args=[pk, *further] if route.arguments else [])


@pytest.fixture
def world() -> worlds.World:
    return worlds.build()


def body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def chain(client: Any, method: str, url: str, data: Any = None) -> str:
    """Return everything that the browser would receive, redirects and their messages included."""
    response = getattr(client, method)(url, data or {}, follow=True)
    steps = "".join(f"{code} {target}\n" for target, code in response.redirect_chain)
    return f"{steps}{response.status_code}\n{body(response)}"


def leaks(text: str, *marks: str) -> list[str]:
    return [mark for mark in marks if mark in text]


def same(text: str, pk: Any) -> str:
    """Return `text` with what differs from one request to the next taken out."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    return re.sub(rf"(?<![0-9])({pk}|{GONE})(?![0-9])", "N", text)


def state() -> dict[str, list[Any]]:
    """Return every row of every tenant's table, refusals that were written down left out."""
    models = [
        m for label in ("tenants", "creatives") for m in apps.get_app_config(label).get_models()
    ]
    return {
        m.__name__: sorted(
            (
                tuple(sorted(row.items(), key=lambda item: item[0]))
                for row in m._base_manager.exclude(**_noise(m)).values()
            ),
            key=repr,
        )
        for m in models
    }


def _noise(model: Any) -> dict[str, Any]:
    return {"verb": "denied"} if model is Event else {"pk": None}


def login(client: Any, world: worlds.World, who: str) -> None:
    assert client.login(username=world.people[who].username, password=builders.PASSWORD)
    if who == "outsider":  # the attack that costs nothing: a session that claims another agency
        session = client.session
        session["organization_id"] = world.organization.pk
        session.save()


# -- the matrix is whole --------------------------------------------------------------------------


def test_every_route_has_its_row_in_the_matrix() -> None:
    unknown = [
        route.key
        for route in ROUTES
        if not (row_kind(route) or is_list(route) or route.key in BARE)
    ]
    assert unknown == []


def test_the_matrix_names_no_route_that_is_gone() -> None:
    keys = {route.key for route in ROUTES}
    assert set(OF_A_ROW) | LISTS | BARE <= keys


def test_every_kind_of_row_is_in_the_world(world: worlds.World) -> None:
    assert {row_kind(route) for route in ROUTES} - {""} <= set(world.rows)


def test_nothing_of_django_itself_is_registered() -> None:
    assert {m._meta.app_label for m in admin.site._registry} <= {
        "tenants",
        "creatives",
        "compliance",
    }


# -- anonymous ------------------------------------------------------------------------------------


@named(ROUTES)
def test_nobody_who_is_not_logged_in_gets_past_the_log_in(client: Any, route: Route) -> None:
    if route.name == "admin:app_list":
        url = "/admin/creatives/"
    elif route.name == "admin:welcome":
        url = reverse(route.name, args=["MQ", "set-password"])
    elif not route.name and "url" in route.pattern:
        url = "/admin/nowhere/"
    else:
        url = address(route, GONE)
    response = client.get(url)
    if route.key in OPEN:
        assert response.status_code in (200, 302, 405)
        return
    assert response.status_code in (302, 405), url
    if response.status_code == 302:
        assert "/login/" in response.url or response.url in ("/review/", "/admin/")


# -- pages of one row -----------------------------------------------------------------------------


@strangers(by_kind(WALLED))
def test_a_row_behind_the_wall_is_as_if_it_were_not_there(
    client: Any, world: worlds.World, kind: str, who: str
) -> None:
    login(client, world, who)
    before = state()
    pk = world.rows[kind].pk
    data = {"reason": "x", "profile": "template", "post": "yes"}
    for route in by_kind(WALLED)[kind]:
        for method in ("get", "post"):
            there = chain(client, method, address(route, pk), data)
            gone = chain(client, method, address(route, GONE), data)
            assert leaks(there, *MARKS[who]) == [], (route.key, method)
            assert same(there, pk) == same(gone, pk), (route.key, method)
    after = state()
    for table, rows in before.items():
        assert after[table] == rows, f"{table} was written"


@pytest.mark.parametrize("kind", [kind for kind in by_kind(WALLED) if kind not in OPERATORS])
def test_who_may_see_the_row_gets_its_pages(client: Any, world: worlds.World, kind: str) -> None:
    login(client, world, "right")
    for route in by_kind(WALLED)[kind]:
        response = client.get(address(route, world.rows[kind].pk))
        page = admin_kind(route)
        may_not_delete = page is not None and page[1] == "delete" and response.status_code == 403
        assert response.status_code in (200, 302, 405) or may_not_delete, route.key
        if response.status_code == 302:
            assert response.url != "/admin/", f"{route.key} says that there is no such row"


# -- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", list(MARKS))
def test_no_list_no_choice_and_no_count_knows_what_is_behind_the_wall(
    client: Any, world: worlds.World, who: str
) -> None:
    login(client, world, who)
    for route in LISTED:
        response = client.get(address(route), {"_facets": "True"}, follow=True)
        kind = listed(route)
        assert leaks(body(response), *MARKS[who]) == [], route.key
        if kind and response.status_code == 200 and not spared(kind, who):
            mine = response.context["cl"]
            assert world.rows[kind].pk not in {row.pk for row in mine.queryset}, route.key
            assert mine.full_result_count == mine.result_count == mine.queryset.count()


def test_who_may_see_the_rows_finds_them_in_the_lists(client: Any, world: worlds.World) -> None:
    login(client, world, "right")
    for route in LISTED:
        kind = listed(route)
        if kind and kind not in OPERATORS:
            found = client.get(address(route)).context["cl"].queryset
            assert world.rows[kind].pk in {row.pk for row in found}, route.key
