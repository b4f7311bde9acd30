"""What every test shares: cleaning up past the append-only rules, and no scope left open."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from creatives.open_door import open_door
from tenants import scope

BROWSER_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
# A busy machine takes its time over an example; nothing is told by that.
# In CI the same examples each time: a landing must not hang on luck. Developers' runs explore.
hypothesis_settings.register_profile(
    "copydesk", deadline=None, derandomize=bool(os.environ.get("CI"))
)
hypothesis_settings.load_profile("copydesk")
_flush = TransactionTestCase._fixture_teardown

# Passwords are hashed for every person of every test; a slow hash would be half of the suite.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _clean(case: TransactionTestCase) -> None:
    """Empty the creatives' tables through the append-only door, then flush as Django does.

    All of them in one transaction: foreign keys are looked at when it commits, so no order of
    tables has to be kept by hand, and a new table cannot be forgotten.
    """
    ours = apps.get_app_config("creatives").get_models(include_auto_created=True)
    with open_door("a test cleans up"), connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in ours} - {"creatives_open_door"}):
            cursor.execute(f"DELETE FROM {table}")
    _flush(case)


TransactionTestCase._fixture_teardown = _clean  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _no_scope_left() -> Iterator[None]:
    """A test that forgets to leave its scope must not hide an `Unscoped` in the next."""
    yield
    assert scope.active() is None


def pytest_collection_finish() -> None:
    """Take the tests and what they imported out of the garbage collector's sight: they stay.

    A full collection walks every object there is, and whoever releases a model asks for one: with
    thousands of tests collected it took two seconds, each time.
    """
    gc.collect()
    gc.freeze()


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


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case that is bytes by that alone: a workbook has the time in it, and another name in
    each process of one run."""
    return "bytes" if isinstance(val, bytes) else None
