"""What every test shares: cleaning up past the append-only rules, and no scope left open."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from creatives.open_door import open_door
from tenants import scope

#: Leaves first: nothing that is named by a row goes before that row.
KEPT = (
    "creatives_event", "creatives_finding", "creatives_publication", "creatives_review",
    "creatives_report", "creatives_candidate", "creatives_run", "creatives_brief_placements",
    "creatives_brief",
)  # fmt: skip
BROWSER_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_flush = TransactionTestCase._fixture_teardown

# Passwords are hashed for every person of every test; a slow hash would be half of the suite.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _clean(case: TransactionTestCase) -> None:
    """Empty the append-only tables through their door, then flush as Django does."""
    with open_door("a test cleans up"), connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"DELETE FROM {table}")
    _flush(case)


TransactionTestCase._fixture_teardown = _clean  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _no_scope_left() -> Iterator[None]:
    """A test that forgets to leave its scope must not hide an `Unscoped` in the next."""
    yield
    assert scope.active() is None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove this run's `var/`; under xdist each worker removes its own."""
    var = Path(os.environ["COPYDESK_VAR"])
    if var.name.startswith("copydesk-test-") and str(settings.VAR) == str(var.resolve()):
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the test skips, or fails where CI promised one."""
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if found:
        return found
    if os.environ.get("COPYDESK_REQUIRE_BROWSER"):
        pytest.fail("COPYDESK_REQUIRE_BROWSER is set and there is no Chromium on the PATH")
    pytest.skip("no Chromium on this machine")


@pytest.fixture(scope="module")
def chrome(chromium: str) -> Iterator[Any]:
    """A browser for the tests of one module.

    Playwright keeps an event loop in this thread as long as it lives: Django would refuse the tests
    beside it their database, and a second one could not start. So none outlives its module.
    """
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGS)
        yield browser
        browser.close()
