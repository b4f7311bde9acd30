"""What somebody tries with a session or a membership: one organization at a time, and their own."""

from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from creatives.models import Campaign
from tenants.models import Membership
from tests import builders
from tests.tenancy import world as worlds
from tests.tenancy.visitor import MARKS, body, leaks, login

pytestmark = pytest.mark.django_db


def test_a_session_that_claims_a_foreign_organization_stays_at_home(
    client: Any, world: worlds.World
) -> None:
    login(client, world, "outsider")
    assert client.session["organization_id"] == world.organization.pk
    text = body(client.get(reverse("admin:tenants_client_changelist")))
    assert "SOUTH client" in text
    assert leaks(text, *MARKS["outsider"]) == []


@pytest.mark.parametrize("claim", ["x", "-1", "99999999999999999999", "", "1 OR 1=1", None, [1]])
def test_a_session_with_a_senseless_organization_stays_at_home(
    client: Any, world: worlds.World, claim: Any
) -> None:
    login(client, world, "outsider")
    session = client.session
    session["organization_id"] = claim
    session.save()
    assert "SOUTH client" in body(client.get(reverse("admin:tenants_client_changelist")))


def test_switching_to_a_foreign_organization_changes_nothing(
    client: Any, world: worlds.World
) -> None:
    login(client, world, "outsider")
    client.post(reverse("switch_organization"), {"organization": world.organization.pk})
    text = body(client.get(reverse("admin:tenants_client_changelist"), follow=True))
    assert leaks(text, *MARKS["outsider"]) == []


def test_somebody_with_two_memberships_sees_one_organization_at_a_time(
    client: Any, world: worlds.World
) -> None:
    both_sides = builders.member(world.south.organization, "both", roles=worlds.EVERYTHING)
    Membership._base_manager.create(
        organization=world.organization, user=both_sides, roles=worlds.EVERYTHING
    )
    client.force_login(both_sides)
    campaign = {"client": world.client.pk, "name": f"{worlds.CLIENT} mine"}
    client.post(reverse("switch_organization"), {"organization": world.organization.pk})
    client.post(reverse("admin:creatives_campaign_add"), campaign)
    assert Campaign._base_manager.filter(name=campaign["name"]).exists()
    mine = reverse(
        "admin:creatives_campaign_change",
        args=[Campaign._base_manager.get(name=campaign["name"]).pk],
    )
    assert mine in body(client.get(reverse("admin:index")))
    client.post(reverse("switch_organization"), {"organization": world.south.organization.pk})
    for page in ("admin:index", "admin:creatives_campaign_changelist"):
        text = body(client.get(reverse(page)))
        assert leaks(text, worlds.CLIENT) == []
        assert mine not in text


def test_who_is_nobodys_member_is_told_so(client: Any, world: worlds.World) -> None:
    Membership._base_manager.filter(user=world.people["outsider"]).delete()
    client.force_login(world.people["outsider"])
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_superuser_is_scoped_to_the_chosen_organization(client: Any, world: worlds.World) -> None:
    client.force_login(builders.superuser())
    for chosen, seen, hidden in (
        (world.south.organization, "SOUTH client", worlds.CLIENT),
        (world.organization, f"{worlds.CLIENT} client", "SOUTH client"),
    ):
        session = client.session
        session["organization_id"] = chosen.pk
        session.save()
        text = body(client.get(reverse("admin:tenants_client_changelist")))
        assert seen in text and hidden not in text


def test_every_admin_of_a_tenants_model_is_scoped() -> None:
    from creatives.admin.base import OperatorAdmin, ScopedAdmin

    for model, page in admin.site._registry.items():
        assert isinstance(page, ScopedAdmin | OperatorAdmin), model
