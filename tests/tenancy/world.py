"""Two agencies with the same kinds of rows, and the people who look at them.

Every name of the walled client carries `CLIENT`, every name of its agency that is no client's
carries `AGENCY`: whoever may not see a row must never receive its mark.
"""

import hashlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile

from creatives.models import Asset, Event, GeneratorProfile, Placement, ProductFact
from creatives.transitions import record
from tenants import scope
from tenants.models import Membership
from tests import builders

CLIENT = "ZQXWALL"
AGENCY = "PQYHOUSE"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
EVERYTHING = ["admin", "manager", "writer", "reviewer", "publisher", "viewer"]
BY_CLIENT = ["writer", "reviewer", "publisher", "viewer"]


@dataclass
class World:
    """The rows behind the wall, by model name, and the people around it, by name."""

    rows: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.rows[name]


def asset(product: Any, title: str) -> Asset:
    """A picture of `product`, as the admin keeps one."""
    row = Asset(
        product=product, title=title, extension="png", size=len(PNG),
        sha256=hashlib.sha256(PNG).hexdigest(), **product.owners,
    )  # fmt: skip
    row.file.save("x.png", ContentFile(PNG), save=False)
    row.save()
    return row


def rows_of(agency: Any, mark: str, writer: Any, reviewer: Any, publisher: Any) -> dict[str, Any]:
    """One row of every kind, all of one client named with `mark`."""
    team = [writer, reviewer, publisher]
    client = builders.client(agency, f"{mark} client", team=team, brand_voice=f"{mark} voice")
    product = builders.product(
        client, f"{mark} product", facts=[{"kind": "feature", "value": f"{mark} fact"}]
    )
    brief = builders.brief(client, by=writer, about=product, name=f"{mark} brief")
    run = builders.run(brief, by=writer)
    candidate = builders.candidate(run, f"{mark} {builders.EVIDENCE}")
    review = builders.approved(candidate, by=reviewer, reason=f"{mark} reason")
    publication = builders.published(candidate, by=publisher)
    with scope.organization(agency.pk):
        record(brief, "created", by=writer, note=f"{mark} note")
        return {
            "organization": agency,
            "client": client,
            "product": product,
            "productfact": ProductFact.objects.get(product=product),
            "asset": asset(product, f"{mark} picture"),
            "campaign": brief.campaign,
            "brief": brief,
            "run": run,
            "candidate": candidate,
            "report": candidate.report,
            "finding": candidate.report.findings.first(),
            "review": review,
            "publication": publication,
            "event": Event.objects.filter(subject_type="brief", subject_id=brief.pk).first(),
            "generatorprofile": GeneratorProfile.objects.get(organization=agency, name="template"),
            "placement": Placement.objects.get(slug="weibo_post"),
            "membership": Membership.objects.get(user=writer),
            "user": writer,
        }


def build() -> World:
    """Two agencies. `right` sees the walled rows, `colleague` and `outsider` do not."""
    north, south = builders.organization("north"), builders.organization("south")
    north.name = f"{AGENCY} agency"
    north.save()
    mates = [
        builders.member(north, f"{AGENCY}-{role}", roles=[role])
        for role in ("writer", "reviewer", "publisher")
    ]
    world = World(rows=rows_of(north, CLIENT, *mates))
    others = [
        builders.member(south, f"south-{role}", roles=[role])
        for role in ("writer", "reviewer", "publisher")
    ]
    colleague = builders.member(north, "colleague", roles=BY_CLIENT)
    builders.client(north, "Tea", team=[colleague])
    world.people = {
        "right": builders.member(north, "right", roles=EVERYTHING),
        "colleague": colleague,
        "outsider": builders.member(south, "outsider", roles=EVERYTHING),
    }
    world.rows["south"] = SimpleNamespace(**rows_of(south, "SOUTH", *others))
    world.rows["tea"] = colleague.client_assignments.model._base_manager.get(user=colleague).client
    return world
