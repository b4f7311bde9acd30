"""The demo agencies come in through the same steps as everybody's work."""

import json
from dataclasses import dataclass
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
_PASSWORD = settings.VAR / "demo_password"


@dataclass(frozen=True)
class DemoRun:
    """A brief that the demo runs: by which profile ("" for the default) and with which seed."""

    brief: Brief
    profile: str
    seed: int


def load() -> list[DemoRun]:
    """Load the demo agencies once; return what the demo runs of their briefs.

    Raises `creatives.kept_secret.EmptySecret` before anything is made.
    """
    anew = not _PASSWORD.exists()
    password()
    return [run for agency in _agencies() for run in _agency(agency, anew)]


def _agencies() -> Any:
    return json.loads((DATA / "agencies.json").read_text("utf-8"))


def password() -> str:
    """Return the password of the demo people: random, made once for this installation.

    Raises `creatives.kept_secret.EmptySecret`.
    """
    return kept_secret(_PASSWORD, entropy=9)


def people() -> list[tuple[str, str, str, str]]:
    """Return (agency, username, name, roles) of everybody in the demo."""
    return [
        (agency["name"], person["username"], person["name"], ", ".join(person["roles"]))
        for agency in _agencies()
        for person in agency["people"]
    ]


@transaction.atomic
def _agency(data: dict[str, Any], anew: bool) -> list[DemoRun]:
    organization = Organization.objects.filter(slug=data["slug"]).first()
    if organization is None:
        organization = create_organization(data["name"], data["slug"], data["time_zone"])
    with scope.organization(organization.pk):
        for client in data["clients"]:
            _client(organization, client)
        for person in data["people"]:
            _person(organization, person, anew)
        runs = []
        for row in data["briefs"]:
            profile = row.pop("demo", None)
            brief = Brief.objects.filter(name=row["name"]).first() or briefs.save(
                briefs.parse(row), organization=organization, by=_writer(row)
            )
            if profile is not None:
                runs.append(DemoRun(brief, profile, row["seed"]))
        return runs


def _client(organization: Organization, data: dict[str, Any]) -> None:
    rest = {key: value for key, value in data.items() if key != "name"}
    client, made = Client.objects.get_or_create(
        organization=organization, name=data["name"], defaults=rest
    )
    if made:
        record(client, "created", by=None)


def _person(organization: Organization, data: dict[str, Any], anew: bool) -> None:
    user, made = User.objects.get_or_create(
        username=data["username"],
        defaults={"first_name": data["name"], "is_staff": True},
    )
    if made or anew:  # a password that was made anew is nobody's yet
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
