"""An agency with its people, and a generator that does what a test asks."""

from types import SimpleNamespace

import pytest

from creatives import leases
from creatives.actions import generate
from creatives.actions.execute import execute
from creatives.models import GeneratorProfile, Run
from generators import registry
from tenants import scope
from tests import builders
from tests.creatives.misbehaving import MANIFEST


@pytest.fixture
def agency(db):
    """ann writes, rex reviews, pia publishes; eve is of another agency and must see nothing."""
    return people()


def people():
    north, south = builders.organization("north"), builders.organization("south")
    ann = builders.member(north, "ann", roles=["writer"])
    rex = builders.member(north, "rex", roles=["reviewer"])
    pia = builders.member(north, "pia", roles=["publisher"])
    eve = builders.member(south, "eve", roles=["admin", "writer", "reviewer", "publisher"])
    client = builders.client(north, "Oats", team=[ann, rex, pia])
    return SimpleNamespace(
        north=north, south=south, ann=ann, rex=rex, pia=pia, eve=eve, client=client
    )


@pytest.fixture
def carried_out(agency):
    """Return a function that runs a brief by the misbehaving generator and gives the run back."""

    def run(brief=None, **options) -> Run:
        with scope.organization(agency.north.pk):
            profile, _ = GeneratorProfile.objects.update_or_create(
                organization=agency.north, name="misbehaving",
                defaults={"generator": "misbehaving", "options": options},
            )  # fmt: skip
            brief = brief or builders.brief(agency.client, by=agency.ann, count=2)
            row = generate.request_run(brief, by=None, profile=profile, seed=1)
        lease = leases.claim(run_id=row.pk)
        execute(lease)
        row.refresh_from_db()
        return row

    with registry.register_for_test(MANIFEST):
        yield run


@pytest.fixture
def approved(agency, settings, tmp_path):
    settings.FEED_ROOT = tmp_path
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    candidate = builders.candidate(run, builders.CLEAN)
    builders.approved(candidate, by=agency.rex)
    return candidate
