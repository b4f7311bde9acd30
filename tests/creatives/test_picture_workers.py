"""A real worker process reads an uploaded picture; killed while it reads, nothing is lost."""

import io
import signal
import subprocess
import sys

import pytest
from PIL import Image, ImageDraw

from tests.processes import ROOT, Site, wait_until

pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

#: Put a picture in as the admin does: the row first, then its bytes' digest as its name.
UPLOAD = """
import django, sys
django.setup()
from django.core.files.base import ContentFile
from django.db import transaction
from creatives.actions import pictures
from creatives.actions.organization import create_organization
from creatives.models import Asset
from tenants import scope
from tenants.models import Client
agency = create_organization("North", "north", "Asia/Shanghai")
with scope.organization(agency.pk), transaction.atomic():
    client = Client.objects.create(organization=agency, name="Oats")
    row = Asset(client=client, organization=agency, title="poster")
    row.file = ContentFile(sys.stdin.buffer.read(), name="a.png")
    row.clean()
    row.save()
    pictures.received(row)
"""


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def upload(site):
    image = Image.new("RGB", (700, 160), "white")
    ImageDraw.Draw(image).text((20, 40), "Guaranteed to cure cancer", fill="black", font_size=44)
    out = io.BytesIO()
    image.save(out, "PNG")
    env = {**site.env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", UPLOAD], input=out.getvalue(), cwd=ROOT, env=env, timeout=120,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()


def asset(site):
    return site.query("SELECT status, verdict, attempt, error FROM creatives_asset")[0]


def test_a_worker_reads_the_picture_that_it_was_rung_for(site):
    upload(site)
    with site.worker():
        wait_until(lambda: asset(site)[0] != "waiting", what=site.logs, seconds=120)
    assert asset(site) == ("read", "block", 1, "")
    ((lines,),) = site.query("SELECT lines FROM creatives_assetreport")
    assert "cure cancer" in lines


def test_a_worker_killed_while_it_reads_leaves_the_picture_to_the_next(site):
    upload(site)
    marker = site.var / "killed"
    with site.worker(COPYDESK_FAILPOINT=f"reading:{marker}") as worker:
        wait_until(lambda: worker.poll() is not None, what=site.logs)
        assert worker.returncode == -signal.SIGKILL
    assert asset(site)[:3] == ("waiting", "", 1)
    with site.worker(), site.beat():
        wait_until(lambda: asset(site)[0] != "waiting", what=site.logs, seconds=120)
    assert asset(site) == ("read", "block", 2, "")
    assert site.query("SELECT count(*) FROM creatives_assetreport") == [(1,)]


def test_a_picture_that_kills_every_worker_is_quarantined(site):
    upload(site)
    for attempt in range(3):
        marker = site.var / f"killed-{attempt}"
        with site.beat(), site.worker(COPYDESK_FAILPOINT=f"reading:{marker}") as worker:
            wait_until(lambda worker=worker: worker.poll() is not None, what=site.logs)
    with site.beat(), site.worker():
        wait_until(lambda: asset(site)[0] == "quarantined", what=site.logs)
    assert asset(site)[2] == 3
