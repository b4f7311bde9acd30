"""Every route × who looks: nobody sees, counts, links to, names or moves what is behind the wall.

The routes are read from the URLconf. A route that is in no row of the matrix fails the first test,
so a new page cannot forget its wall.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from creatives.models import Event
from tests.tenancy import world as worlds
from tests.tenancy.matrix import (
    BARE,
    LISTED,
    LISTS,
    OF_A_ROW,
    OPEN,
    OPERATORS,
    ROUTES,
    WALLED,
    address,
    admin_kind,
    by_kind,
    is_list,
    listed,
    row_kind,
    spared,
)
from tests.tenancy.routes import Route
from tests.tenancy.visitor import GONE, MARKS, body, chain, leaks, login, same

pytestmark = pytest.mark.django_db


def named(routes: list[Route]) -> Any:
    return pytest.mark.parametrize("route", routes, ids=lambda r: r.key)


def strangers(kinds: Iterable[str]) -> Any:
    """Run for every kind of row and everybody who is kept out of it."""
    cases = [(kind, who) for kind in kinds for who in MARKS if not spared(kind, who)]
    return pytest.mark.parametrize(("kind", "who"), cases)


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
