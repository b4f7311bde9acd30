"""The main job on PostgreSQL with RabbitMQ and with Redis: a worker rung by the broker does it."""

import os
import socket
import uuid
from contextlib import contextmanager

import psycopg
import pytest

from tests.processes import Site, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.services,
    pytest.mark.xdist_group("processes"),
]

POSTGRES = os.environ.get("COPYDESK_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432")
BROKERS = {
    "rabbitmq": ("amqp://guest:guest@127.0.0.1:5672//", 5672),
    "redis": ("redis://127.0.0.1:6379/9", 6379),
}
BRIEF = {
    "client": "Oats", "product": "Oat drink", "category": "food", "language": "en",
    "placements": ["x_post"], "key_messages": ["Froths well"], "count": 2, "seed": 4,
}  # fmt: skip


def _need(port, what):
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)):
            pytest.skip(f"no {what} on 127.0.0.1:{port}")


@contextmanager
def _made(more=""):
    """Make a database for as long as the block runs, and give its name."""
    name = f"copydesk_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" {more}')
    try:
        yield name
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """The name of a database that is migrated from nothing, once: the others are copies of it."""
    _need(5432, "PostgreSQL")
    with _made() as name:
        site = Site(tmp_path_factory.mktemp("migrated"), COPYDESK_DATABASE_URL=f"{POSTGRES}/{name}")
        site.manage("migrate", "--verbosity", "0")
        yield name


@pytest.fixture
def database(migrated):
    with _made(f'TEMPLATE "{migrated}"') as name:
        yield f"{POSTGRES}/{name}"


def _query(url, sql):
    with psycopg.connect(url) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("broker", BROKERS)
def test_the_main_job_on_postgresql_rung_by(broker, database, tmp_path):
    url, port = BROKERS[broker]
    _need(port, broker)
    site = Site(
        tmp_path, COPYDESK_DATABASE_URL=database, COPYDESK_BROKER_URL=url,
        # No beat runs here, and none is needed: the broker rings.
        COPYDESK_LEASE_S="30",
    )  # fmt: skip
    with site.worker():
        wait_until(lambda: bool(_query(database, "SELECT 1 FROM creatives_worker")), what=site.logs)
        site.run_brief(BRIEF, "--generator", "template")
        wait_until(
            lambda: _query(database, "SELECT status FROM creatives_run") == [("succeeded",)],
            what=site.logs,
        )
    assert _query(database, "SELECT count(*) FROM creatives_candidate") == [(2,)]


def test_postgresql_keeps_what_is_written(database, tmp_path):
    site = Site(tmp_path, COPYDESK_DATABASE_URL=database)
    site.run_brief(BRIEF, "--generator", "template", "--wait")
    for sql in (
        "UPDATE creatives_candidate SET text = 'x'",
        "DELETE FROM creatives_event",
        "UPDATE creatives_brief SET audience = 'x'",
        "DELETE FROM creatives_report",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            _query(database, f"{sql} RETURNING id")


def test_two_workers_on_postgresql_claim_each_run_once(database, tmp_path):
    site = Site(tmp_path, COPYDESK_DATABASE_URL=database)
    for number in range(4):
        site.run_brief({**BRIEF, "name": f"brief {number}"}, "--generator", "template")
    with site.worker(), site.worker():
        wait_until(
            lambda: (
                _query(database, "SELECT DISTINCT status FROM creatives_run") == [("succeeded",)]
            ),
            what=site.logs,
        )
    assert _query(database, "SELECT sum(attempt), count(*) FROM creatives_run") == [(4, 4)]
