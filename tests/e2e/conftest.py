"""A whole site of its own, served as `make serve` serves it, and a browser in front of it."""

import os
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.processes import Site, wait_until

PASSWORD = "a password of the browser tests"


@pytest.fixture(scope="session")
def site(tmp_path_factory, chromium):
    """The demo agencies, their briefs run by the template generator, and `manage.py serve`."""
    var = tmp_path_factory.mktemp("site")
    (var / "demo_password").write_text(PASSWORD)
    site = Site(var, COPYDESK_LEASE_S="10")
    site.manage("demo", "--generator", "template")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site.url = f"http://127.0.0.1:{port}"
    with site.process("manage.py", "serve", "--port", str(port)):
        wait_until(lambda: _answers(site.url), what=site.logs)
        wait_until(
            lambda: len(site.query("SELECT queue FROM creatives_worker")) == 2, what=site.logs
        )
        yield site


def _answers(url):
    try:
        with urllib.request.urlopen(f"{url}/login/", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture
def desk(site, chrome):
    """Return a function that logs a person in, in a language and a window of their own.

    Whatever the console says against the content security policy fails the test.
    """
    opened, complaints = [], []

    def log_in(username, *, locale="zh-CN", width=1280, height=900, dark=False):
        context = chrome.new_context(
            base_url=site.url, locale=locale, viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )  # fmt: skip
        opened.append(context)
        context.add_cookies([
            {"name": "django_language", "value": "en" if locale == "en" else "zh-hans",
             "url": site.url},
        ])  # fmt: skip
        page = context.new_page()
        page.on("console", lambda message: _note(complaints, message))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/review/**")
        return page

    yield log_in
    for context in opened:
        context.close()
    assert complaints == []


def _note(complaints, message):
    if message.type == "error" or "Content Security Policy" in message.text:
        complaints.append(message.text)


@pytest.fixture
def shot(request):
    """Return a function that keeps a picture where COPYDESK_SCREENSHOTS says, for a person to look at."""
    folder = os.environ.get("COPYDESK_SCREENSHOTS")

    def take(page, name):
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take
