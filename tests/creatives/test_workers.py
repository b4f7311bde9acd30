"""Real worker processes, killed without warning: the run completes, nothing is lost or doubled."""

import signal

import pytest

from tests.processes import Site, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

BRIEF = {
    "client": "味源食品",
    "product": "五谷燕麦片",
    "category": "food",
    "language": "zh",
    "placements": ["weibo_post", "xiaohongshu_note"],
    "key_messages": ["热水冲三分钟", "独立小袋"],
    "count": 2,
    "seed": 5,
}


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def _assert_whole(site, run_id, *, slots):
    rows = site.query(
        "SELECT placement_id, slot, origin, count(*) FROM creatives_candidate WHERE run_id = ? "
        "GROUP BY 1, 2, 3", run_id,
    )  # fmt: skip
    assert len([row for row in rows if row[2] == "generated"]) == slots
    assert all(row[3] == 1 for row in rows), "a candidate is doubled"
    reports = site.query(
        "SELECT candidate_id, count(*) FROM creatives_report GROUP BY 1 HAVING count(*) <> 1"
    )
    assert reports == [], "a candidate was checked twice or never"
    written = site.query(
        "SELECT subject_id, count(*) FROM creatives_event WHERE subject_type = 'candidate' "
        "AND verb = 'generated' GROUP BY 1 HAVING count(*) <> 1"
    )
    assert written == []


@pytest.mark.parametrize("point", ["claimed", "generating", "before_commit", "after_commit"])
def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(site, point):
    run_id = site.run_brief(BRIEF, "--generator", "template")["run"]["id"]
    marker = site.var / "killed"
    with site.worker(COPYDESK_FAILPOINT=f"{point}:{marker}") as worker:
        wait_until(lambda: worker.poll() is not None, what=site.logs)
        assert worker.returncode == -signal.SIGKILL
        assert marker.exists()
        assert site.status(run_id) == "running", "the killed worker could tell nobody"
    with site.worker(), site.beat():
        wait_until(lambda: site.status(run_id) == "succeeded", what=site.logs)
    _assert_whole(site, run_id, slots=4)
    assert site.query("SELECT attempt FROM creatives_run WHERE id = ?", run_id) == [(2,)]


def test_a_run_that_kills_every_worker_is_quarantined(site):
    run_id = site.run_brief(BRIEF, "--generator", "template")["run"]["id"]
    for attempt in range(3):
        marker = site.var / f"killed-{attempt}"
        with site.beat(), site.worker(COPYDESK_FAILPOINT=f"claimed:{marker}") as worker:
            wait_until(lambda worker=worker: worker.poll() is not None, what=site.logs)
    with site.beat(), site.worker():
        wait_until(lambda: site.status(run_id) == "quarantined", what=site.logs)
    assert site.query("SELECT attempt, error_code FROM creatives_run") == [(3, "worker_died")]


def test_two_workers_share_a_queue_and_carry_out_each_run_once(site):
    runs = [
        site.run_brief({**BRIEF, "name": f"brief {n}"}, "--generator", "template")["run"]["id"]
        for n in range(3)
    ]
    with site.worker(), site.worker(), site.beat():
        for run_id in runs:
            wait_until(lambda run_id=run_id: site.status(run_id) == "succeeded", what=site.logs)
    for run_id in runs:
        _assert_whole(site, run_id, slots=4)
    assert site.query("SELECT sum(attempt) FROM creatives_run") == [(3,)]


def test_wait_leaves_the_work_to_a_living_worker(site):
    with site.worker():
        wait_until(lambda: bool(site.query("SELECT name FROM creatives_worker")), what=site.logs)
        done = site.run_brief(BRIEF, "--generator", "template", "--wait")
    assert done["run"]["status"] == "succeeded"
    assert "received" in site.logs()


def test_wait_does_the_work_itself_when_no_worker_lives(site):
    done = site.run_brief(BRIEF, "--generator", "template", "--wait")
    assert done["run"]["status"] == "succeeded"
    assert len(done["candidates"]) == 4


def test_a_broken_message_file_does_not_end_a_worker(site):
    queue = site.var / "broker" / "queue"
    queue.mkdir(parents=True, exist_ok=True)
    (queue / "0_broken.cpu.msg").write_bytes(b"")
    (queue / "1_broken.cpu.msg").write_bytes(b"\xff{")
    run_id = site.run_brief(BRIEF, "--generator", "template")["run"]["id"]
    with site.worker() as worker:
        wait_until(lambda: site.status(run_id) == "succeeded", what=site.logs)
        assert worker.poll() is None
