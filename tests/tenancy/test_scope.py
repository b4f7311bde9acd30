"""The wall itself: no scope, no query; and no tenant's model without it."""

from typing import Any

import pytest
from django.apps import apps

from creatives.models import Event
from tenants import scope
from tenants.managers import ScopedManager, in_scope
from tenants.middleware import scope_for
from tenants.models import Client, Organization
from tenants.roles import MAY, Role
from tests import builders

MODELS = [m for label in ("tenants", "creatives") for m in apps.get_app_config(label).get_models()]


def has_organization(model: Any) -> bool:
    return any(
        getattr(column, "related_model", None) is Organization and column.concrete
        for column in model._meta.get_fields()
    )


OWNED = [model for model in MODELS if has_organization(model)]


def test_there_are_owned_models_and_models_of_nobody() -> None:
    assert {"Client", "Brief", "Run", "Event"} <= {model.__name__ for model in OWNED}
    assert {m.__name__ for m in MODELS} - {m.__name__ for m in OWNED} == {
        "User", "Organization", "Placement", "Worker", "Brief_placements",
    } - {"Brief_placements"}  # fmt: skip


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_every_owned_model_answers_through_the_scoped_manager(model: Any) -> None:
    assert isinstance(model._default_manager, ScopedManager)
    assert isinstance(model.objects, ScopedManager)


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
@pytest.mark.parametrize("ask", ["all", "count", "first", "exists"])
def test_a_query_outside_any_scope_raises(model: Any, ask: str) -> None:
    with pytest.raises(scope.Unscoped):
        getattr(model.objects, ask)()


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_a_model_with_a_client_is_narrowed_by_it(model: Any) -> None:
    columns = {column.name for column in model._meta.get_fields()}
    if model is Client:
        assert model.client_path == "id"
    elif "client" in columns:
        assert model.client_path == "client_id"
    else:
        assert model.client_path is None


@pytest.mark.django_db
class TestInForce:
    def test_the_scope_shows_its_organization_only(self) -> None:
        north, south = builders.organization("north"), builders.organization("south")
        builders.client(north, "Oats")
        builders.client(south, "Tea")
        with scope.organization(north.pk):
            assert [row.name for row in Client.objects.all()] == ["Oats"]
        with scope.system():
            assert Client.objects.count() == 2

    def test_a_team_member_sees_their_clients_only(self) -> None:
        north = builders.organization("north")
        writer = builders.member(north, "writer", roles=["writer"])
        builders.client(north, "Oats", team=[writer])
        builders.client(north, "Rival")
        with builders.acting(writer):
            assert [row.name for row in Client.objects.all()] == ["Oats"]

    @pytest.mark.parametrize("role", Role.values)
    def test_a_role_sees_all_clients_only_where_it_says_so(self, role: str) -> None:
        north = builders.organization("north")
        person = builders.member(north, "person", roles=[role])
        builders.client(north, "Oats")
        with builders.acting(person):
            assert Client.objects.exists() is ("all_clients" in MAY[role])

    def test_a_person_without_a_team_sees_nothing_of_any_client(self) -> None:
        north = builders.organization("north")
        viewer = builders.member(north, "viewer", roles=["viewer"])
        builders.brief(builders.client(north, "Oats"))
        with builders.acting(viewer):
            assert [m.__name__ for m in OWNED if m.client_path and m.objects.exists()] == []

    def test_an_event_of_no_client_is_for_those_who_see_all(self) -> None:
        north = builders.organization("north")
        viewer = builders.member(north, "viewer", roles=["viewer"])
        with scope.organization(north.pk):
            Event.objects.create(
                organization=north, subject_type="membership", subject_id=1, verb="created"
            )
            assert Event.objects.count() == 1
        with builders.acting(viewer):
            assert Event.objects.count() == 0

    def test_a_relation_followed_backwards_is_scoped_too(self) -> None:
        north, south = builders.organization("north"), builders.organization("south")
        brief = builders.brief(builders.client(north, "Oats"))
        with scope.organization(south.pk):
            assert brief.campaign.briefs.count() == 0

    def test_an_inactive_person_has_no_scope(self) -> None:
        person = builders.member(builders.organization(), "person", roles=["admin"])
        person.is_active = False
        assert scope_for(person) is None

    def test_a_superuser_without_any_organization_has_no_scope(self) -> None:
        assert scope_for(builders.superuser()) is None

    def test_an_unknown_role_may_nothing(self) -> None:
        person = builders.member(builders.organization(), "person", roles=["emperor"])
        found = scope_for(person)
        assert found is not None
        assert [verb for verb in MAY[Role.ADMIN] if found.may(verb)] == []

    def test_narrowing_a_query_outside_any_scope_raises(self) -> None:
        with pytest.raises(scope.Unscoped):
            in_scope(Client._base_manager.all())
