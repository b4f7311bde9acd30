"""A worker that holds a model: spawned, never forked, and killed while it writes."""

import os
import signal

import psutil
import pytest

from tests.plugins.conftest import build_tiny
from tests.processes import Site, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

BRIEF = {
    "client": "Oats", "product": "Oat drink", "category": "food", "language": "en",
    "placements": ["x_post"], "key_messages": ["Froths well"], "count": 4, "seed": 4,
}  # fmt: skip


@pytest.fixture
def site(tmp_path):
    model = build_tiny(tmp_path / "model")
    site = Site(tmp_path, COPYDESK_LEASE_S="3")
    site.manage("ensure_organization")
    _profile(site, "tiny", {"model": str(model), "batch_size": 1})
    return site


def _profile(site, name, options):
    site.manage(
        "shell", "-c",
        "from tenants import scope; from tenants.models import Organization;"
        "from creatives.models import GeneratorProfile;"
        "o = Organization.objects.first();\n"
        "with scope.organization(o.pk): GeneratorProfile.objects.create("
        f"organization=o, name={name!r}, generator='transformers', options={options!r})",
    )  # fmt: skip


def _child(worker):
    """The pool's child that does the work, not the tracker of its semaphores beside it."""
    family = psutil.Process(worker.pid).children(recursive=True)
    return [child for child in family if "spawn_main" in " ".join(child.cmdline())]


def test_a_child_killed_while_the_model_writes_loses_and_doubles_nothing(site):
    run_id = site.run_brief(BRIEF, "--generator", "tiny")["run"]["id"]
    count = "SELECT count(*) FROM creatives_candidate"
    with site.worker("gpu", "prefork") as worker, site.worker(), site.beat():
        wait_until(lambda: site.query(count)[0][0] >= 1, what=site.logs)
        children = _child(worker)
        assert children, "the pool's child was spawned, not forked"
        for child in children:
            os.kill(child.pid, signal.SIGKILL)
        wait_until(lambda: site.status(run_id) == "succeeded", seconds=120, what=site.logs)
    slots = site.query(
        "SELECT slot, count(*) FROM creatives_candidate WHERE origin = 'generated' GROUP BY 1"
    )
    assert sorted(slots) == [(slot, 1) for slot in range(4)]


def test_a_missing_model_fails_the_run_and_the_worker_lives_on(site):
    _profile(site, "nowhere", {"model": "/nowhere/model"})
    broken = site.var / "broken"
    build_tiny(broken)
    for weights in broken.glob("*.safetensors"):
        weights.write_bytes(weights.read_bytes()[:1000])
    _profile(site, "broken", {"model": str(broken)})
    with site.worker("gpu", "prefork") as worker:
        for name, says in (("nowhere", "/nowhere/model"), ("broken", str(broken))):
            brief = {**BRIEF, "name": name, "count": 1}
            run_id = site.run_brief(brief, "--generator", name)["run"]["id"]
            wait_until(lambda run_id=run_id: site.status(run_id) == "failed", what=site.logs)
            assert says in site.query("SELECT error FROM creatives_run WHERE id = ?", run_id)[0][0]
        brief = {**BRIEF, "name": "good", "count": 1}
        run_id = site.run_brief(brief, "--generator", "tiny")["run"]["id"]
        wait_until(lambda: site.status(run_id) == "succeeded", what=site.logs)
        assert worker.poll() is None
