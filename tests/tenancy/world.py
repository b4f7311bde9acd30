"""Two agencies with the same kinds of rows, and the people who look at them.

Every name of the walled client carries `CLIENT`, every name of its agency that is no client's
carries `AGENCY`: whoever may not see a row must never receive its mark.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile

from compliance.pictures import Line, Reading
from creatives.actions import pictures
from creatives.models import (
    AllowedPhrase,
    Asset,
    Claim,
    Clearance,
    Dossier,
    Event,
    GeneratorProfile,
    Lexicon,
    LexiconVersion,
    Placement,
    ProductFact,
    RuleSwitch,
    Substantiation,
)
from creatives.transitions import record
from tenants import scope
from tenants.models import Membership
from tests import builders

CLIENT = "ZQXWALL"
AGENCY = "PQYHOUSE"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
#: Kinds of rows that an organization's people share, whatever their client teams: only outsiders
#: are walled off. Placements come with the release and are nobody's.
SHARED = {"generatorprofile", "lexicon", "allowedphrase", "ruleswitch"}
NOBODYS = {"placement"}
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
    """A picture of `product`, as the admin keeps one, with what was read on it."""
    row = Asset(
        product=product, title=title, extension="png", size=len(PNG),
        sha256=hashlib.sha256(PNG).hexdigest(), status="read", verdict="warn", **product.owners,
    )  # fmt: skip
    row.file.save("x.png", ContentFile(PNG), save=False)
    row.save()
    box = ((10.0, 10.0), (200.0, 10.0), (200.0, 40.0), (10.0, 40.0))
    reading = Reading((Line(f"{title} 燕麦奶", box, 0.2),), "test 1", 400, 300)
    pictures.keep(row, reading, pictures.judgement(row, reading))
    return row


def paper(product: Any, mark: str) -> Substantiation:
    """A paper that proves a claim of `product`, with its file."""
    claim = Claim(product=product, text=f"{mark} claim", **product.owners)
    claim.save()
    row = Substantiation(
        claim=claim, issuer=f"{mark} issuer", title=f"{mark} report", dated_on=date(2026, 3, 1),
        extension="png", size=len(PNG), sha256=hashlib.sha256(PNG).hexdigest(), **product.owners,
    )  # fmt: skip
    row.file.save("x.png", ContentFile(PNG), save=False)
    row.save()
    return row


def own_rules(agency: Any, by: Any) -> dict[str, Any]:
    """The agency's own rules, which no client is the owner of: a list in force, a phrase, a switch."""
    lexicon = Lexicon.objects.create(
        organization=agency, name="house", title=f"{agency.name} words", reason="ours",
        active_number=1,
    )  # fmt: skip
    LexiconVersion.objects.create(
        organization=agency, lexicon=lexicon, number=1, terms="甲乙", count=1, digest="sha256:1",
        filename=f"{agency.name}.txt", created_by=by,
    )  # fmt: skip
    phrase = AllowedPhrase.objects.create(
        organization=agency, phrase=f"{agency.name} phrase", because="ours", approved_by=by,
        expires_on=date(2099, 1, 1),
    )  # fmt: skip
    switch = RuleSwitch.objects.create(
        organization=agency, rule="privacy", because=f"{agency.name} reason", by=by
    )
    return {"lexicon": lexicon, "allowedphrase": phrase, "ruleswitch": switch}


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
        proof = paper(product, mark)
        finding = candidate.report.findings.first()
        clearance = Clearance.objects.create(
            candidate=candidate, finding=finding, ground="substantiated", substantiation=proof,
            reason=f"{mark} ground", by=reviewer, **candidate.owners,
        )  # fmt: skip
        return {
            "organization": agency,
            **own_rules(agency, writer),
            "client": client,
            "product": product,
            "productfact": ProductFact.objects.get(product=product),
            "claim": proof.claim,
            "substantiation": proof,
            "clearance": clearance,
            "asset": asset(product, f"{mark} picture"),
            "campaign": brief.campaign,
            "brief": brief,
            "run": run,
            "candidate": candidate,
            "report": candidate.report,
            "finding": candidate.report.findings.first(),
            "review": review,
            "publication": publication,
            "dossier": Dossier.objects.filter(candidate=candidate).first(),
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
