"""`manage.py demo` and `manage.py bench`: started again after a crash, and out of everybody's way."""

import json
import re
import subprocess
import sys

import pytest

from tests.processes import ROOT, Site, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]


@pytest.mark.parametrize("left", ["queued", "running"])
def test_a_demo_that_was_interrupted_goes_on(tmp_path, left):
    site = Site(tmp_path)
    if left == "running":
        point = f"after_commit:{tmp_path / 'killed'}"
        # Killed in the middle of its first run: the lease is still held, by nobody.
        with site.process(
            "manage.py", "demo", "--generator", "template", COPYDESK_FAILPOINT=point
        ) as demo:
            wait_until(lambda: demo.poll() is not None, what=site.logs)
    else:
        site.manage("shell", "-c", QUEUE)
    assert site.query("SELECT status FROM creatives_run") == [(left,)]
    shown = site.manage("demo", "--generator", "template")
    assert "run 1 succeeded" in shown
    assert set(site.query("SELECT status FROM creatives_run")) == {("succeeded",)}


#: What a demo does before the worker has come.
QUEUE = """
from creatives.actions import demo, generate
from tenants import scope
brief = demo.load()[0].brief
with scope.organization(brief.organization_id):
    generate.request_run(brief, by=None, profile=generate.profile_named("template"), seed=1)
"""


def test_the_bench_keeps_out_of_the_operators_database_and_broker(tmp_path):
    site = Site(tmp_path)
    theirs = tmp_path / "theirs.sqlite3"
    done = site.manage(
        "bench", "queue", "--json", "--runs", "1", "--count", "1",
        COPYDESK_DATABASE_URL=f"sqlite:///{theirs}", COPYDESK_BROKER_URL="redis://127.0.0.1:1/0",
    )  # fmt: skip
    assert json.loads(done)["runs"] == 1
    assert not theirs.exists()
    assert site.query("SELECT count(*) FROM creatives_brief") == [(0,)]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A site and what a demo on it has printed; the tests after it may go on with the site."""
    site = Site(tmp_path_factory.mktemp("shown"))
    return site, site.manage("demo", "--generator", "template")


def test_the_documents_own_lines_come_out_flagged_with_their_law(shown):
    _site, shown = shown
    for line in ("顶级", "不含任何人工添加剂", "纯天然"):
        assert re.search(rf"! \w+: “{line}” 《中华人民共和国广告法》 [\d()]+: .", shown), line


def test_a_lost_demo_password_is_made_anew_and_an_empty_one_is_said(shown):
    site, _shown = shown
    (site.var / "demo_password").unlink()
    site.manage("demo", "--generator", "template")
    site.manage("shell", "-c", LOG_IN)
    (site.var / "demo_password").write_text("")
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"], cwd=ROOT, env=site.env, capture_output=True,
        text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "demo_password is empty: restore it" in done.stderr


LOG_IN = """
from creatives.actions import demo
from django.contrib.auth import authenticate
for _agency, username, _name, _roles in demo.people():
    assert authenticate(username=username, password=demo.password()), username
"""
