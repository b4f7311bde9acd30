"""The demo agencies come in through the same steps as everybody's work."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from creatives.actions import brief as briefs
from creatives.actions.organization import create_organization
from creatives.kept_secret import kept_secret
from creatives.models import Brief
from creatives.transitions import record
from tenants import scope
from tenants.models import Client, ClientAssignment, Membership, Organization, User

DATA = Path(__file__).resolve().parent.parent / "demo"


def load() -> list[Brief]:
    """Load the demo agencies once; return their first briefs, one of each agency."""
    agencies = json.loads((DATA / "agencies.json").read_text("utf-8"))
    return [_agency(agency) for agency in agencies]


def password() -> str:
    """Return the password of the demo people: random, made once for this installation."""
    return kept_secret(settings.VAR / "demo_password", entropy=9)


def people() -> list[tuple[str, str, str, str]]:
    """Return (agency, username, name, roles) of everybody in the demo."""
    agencies = json.loads((DATA / "agencies.json").read_text("utf-8"))
    return [
        (agency["name"], person["username"], person["name"], ", ".join(person["roles"]))
        for agency in agencies
        for person in agency["people"]
    ]


@transaction.atomic
def _agency(data: dict[str, Any]) -> Brief:
    organization = Organization.objects.filter(slug=data["slug"]).first()
    if organization is None:
        organization = create_organization(data["name"], data["slug"], data["time_zone"])
    with scope.organization(organization.pk):
        for client in data["clients"]:
            _client(organization, client)
        for person in data["people"]:
            _person(organization, person)
        for brief in data["briefs"]:
            if not Brief.objects.filter(name=brief["name"]).exists():
                briefs.save(briefs.parse(brief), organization=organization, by=_writer(brief))
        return Brief.objects.get(name=data["briefs"][0]["name"])


def _client(organization: Organization, data: dict[str, Any]) -> None:
    rest = {key: value for key, value in data.items() if key != "name"}
    client, made = Client.objects.get_or_create(
        organization=organization, name=data["name"], defaults=rest
    )
    if made:
        record(client, "created", by=None)


def _person(organization: Organization, data: dict[str, Any]) -> None:
    user, made = User.objects.get_or_create(
        username=data["username"],
        defaults={"first_name": data["name"], "is_staff": True},
    )
    if made:
        user.set_password(password())
        user.save()
    Membership.objects.get_or_create(
        organization=organization, user=user,
        defaults={key: data.get(key, []) for key in ("roles", "disciplines", "languages")},
    )  # fmt: skip
    for name in data.get("clients", []):
        client = Client.objects.get(name=name)
        ClientAssignment.objects.get_or_create(organization=organization, client=client, user=user)


def _writer(brief: dict[str, Any]) -> User | None:
    """Return the demo's writer who is on the brief's client team."""
    for assignment in ClientAssignment.objects.filter(client__name=brief["client"]):
        membership = Membership.objects.get(user_id=assignment.user_id)
        if "writer" in membership.roles:
            return assignment.user
    return None
