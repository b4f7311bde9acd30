"""What the desk's scripts do, in a real browser: keys, lengths, drafts, clicks, progress."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.counting import display_width
from creatives.models import Candidate, Clearance, Review, Run
from creatives.states import CandidateStatus, RunStatus
from creatives.transitions import move
from tests import builders

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Desk = Callable[..., Page]


@pytest.fixture
def desk(chrome: Any, live_server: Any, world: Any) -> Iterator[Desk]:
    """Return a function that logs a person in; what the console complains of fails the test."""
    contexts, complaints = [], []

    def enter(user: Any) -> Page:
        context = chrome.new_context(base_url=live_server.url)
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
        )
        page.goto("/login/")
        page.fill("#id_username", user.username)
        page.fill("#id_password", builders.PASSWORD)
        page.click("main button")
        page.wait_for_url("**/review/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints


def test_the_queue_is_worked_through_by_keyboard(world: Any, desk: Desk) -> None:
    page = desk(world.reviewer)
    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(f"**/review/{world.clean.pk}/**")
    page.keyboard.press("a")
    page.wait_for_url(f"**/review/{world.evidence.pk}/**")
    assert Review._base_manager.get().candidate == world.clean
    page.keyboard.press("a")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("a report is on file, rated a")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_url("**/review/?status=in_review")
    assert Review._base_manager.count() == 2


def test_a_key_pressed_while_composing_decides_nothing(world: Any, desk: Desk) -> None:
    page = desk(world.reviewer)
    page.goto(reverse("candidate", args=[world.clean.pk]))
    for event in ("isComposing: true", "keyCode: 229", "ctrlKey: true", "repeat: true"):
        page.evaluate(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown', "
            f"{{key: 'a', bubbles: true, {event}}}))"
        )
    page.keyboard.press("?")
    assert page.evaluate("document.getElementById('keys').open")
    page.keyboard.press("a")
    assert page.url.endswith(f"/review/{world.clean.pk}/")
    assert not Review._base_manager.exists()


def test_a_double_click_sends_once(world: Any, desk: Desk) -> None:
    page, sent = desk(world.reviewer), []
    page.goto(reverse("candidate", args=[world.clean.pk]))
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    page.dblclick("[data-verb=approve]", no_wait_after=True)
    page.wait_for_url(f"**/review/{world.evidence.pk}/**")
    assert len(sent) == 1
    assert Candidate._base_manager.get(pk=world.clean.pk).status == CandidateStatus.APPROVED


def test_lengths_are_counted_as_the_placement_counts(world: Any, desk: Desk) -> None:
    brief = builders.brief(world.client, by=world.writer, placements=["google_rsa"])
    candidate = builders.candidate(
        builders.run(brief, by=world.writer), fields=[["headline", "oat"], ["description", "好"]]
    )
    page = desk(world.writer)
    page.goto(reverse("edit", args=[candidate.pk]))
    for text in ("智能手表 watch", "e\u0301 👩🏽‍🚀 ｶﾞ ﷽", "長" * 16):
        page.fill("#field-1", text)
        expect(page.locator("#length-1 output")).to_have_text(str(display_width(text)))
    assert "over" in (page.locator("#length-1").get_attribute("class") or "")


def test_what_was_typed_outlives_the_session(world: Any, desk: Desk) -> None:
    page = desk(world.writer)
    page.goto(reverse("edit", args=[world.clean.pk]))
    page.fill("#field-1", "今天的晚餐，一杯就好。")
    page.context.clear_cookies(name="sessionid")
    page.click("main button.primary")
    page.wait_for_url("**/login/**")
    page.fill("#id_username", "writer")
    page.fill("#id_password", builders.PASSWORD)
    page.click("main button")
    page.wait_for_url(f"**/review/{world.clean.pk}/edit/**")
    assert page.input_value("#field-1") == "今天的晚餐，一杯就好。"
    assert page.locator("[data-restored]").is_visible()
    page.click("main button.primary")
    page.wait_for_load_state()
    assert Candidate._base_manager.get(parent=world.clean).text == "今天的晚餐，一杯就好。"
    page.goto(reverse("edit", args=[world.clean.pk]))
    assert page.input_value("#field-1") == builders.CLEAN


def _log_in(page: Page, user: Any) -> None:
    page.fill("#id_username", user.username)
    page.fill("#id_password", builders.PASSWORD)
    page.click("main button")


def test_a_reason_that_was_typed_comes_back_to_its_writer_alone(world: Any, desk: Desk) -> None:
    """Whoever logged in next in the tab found the reason of the one before, as if it was theirs."""
    page, path = desk(world.reviewer), reverse("candidate", args=[world.evidence.pk])
    page.goto(path)
    page.fill("#reason", "report 17 is on file")
    page.context.clear_cookies(name="sessionid")
    page.goto(path)
    _log_in(page, world.second)
    page.wait_for_url(f"**{path}")
    assert page.input_value("#reason") == ""
    assert page.locator("[data-restored]").is_hidden()
    page.context.clear_cookies(name="sessionid")
    page.goto(path)
    _log_in(page, world.reviewer)
    page.wait_for_url(f"**{path}")
    expect(page.locator("[data-restored]")).to_be_visible()
    assert page.input_value("#reason") == "report 17 is on file"
    page.click("[data-restored] button")
    expect(page.locator("#reason")).to_have_value("")
    page.reload()
    assert page.input_value("#reason") == ""
    assert page.locator("[data-restored]").is_hidden()


@pytest.mark.parametrize("leave_from", ["workbench", "admin"])
def test_logging_out_leaves_nothing_that_was_typed(world: Any, desk: Desk, leave_from: str) -> None:
    page, path = desk(world.reviewer), reverse("candidate", args=[world.evidence.pk])
    page.goto(path)
    page.fill("#reason", "report 17 is on file")
    kept = "Object.keys(sessionStorage).filter((key) => key.startsWith('draft:')).length"
    assert page.evaluate(kept) == 1
    if leave_from == "admin":
        page.goto("/admin/")
    page.click("form[data-leave] button")
    page.wait_for_url("**/login/")
    assert page.evaluate(kept) == 0


def test_a_run_is_watched_to_its_end(world: Any, desk: Desk) -> None:
    run = builders.queued_run(world.brief, by=world.writer)
    page, asked = desk(world.writer), []
    page.on(
        "response",
        lambda answer: asked.append(answer.status) if answer.url.endswith("progress") else None,
    )
    page.goto(reverse("run", args=[run.pk]))
    expect(page.locator("#progress")).to_contain_text("No worker listens")
    page.wait_for_timeout(4000)
    assert asked[1:] and set(asked[1:]) == {304}
    _move(run, RunStatus.RUNNING, stage="writing", started_at=timezone.now())
    made = builders.candidate(run, "刚写好的一条。")
    expect(page.locator(f"#candidate-{made.pk}")).to_be_visible(timeout=15_000)
    _move(run, RunStatus.SUCCEEDED, finished_at=timezone.now(), done=1)
    expect(page.locator("[data-poll]")).to_have_count(0, timeout=15_000)
    expect(page.locator("#progress")).to_contain_text("Succeeded")
    count = len(asked)
    page.wait_for_timeout(2500)
    assert len(asked) == count


def _move(run: Run, to: str, **columns: Any) -> None:
    with builders.scope.organization(run.organization_id):
        move(run, to, by=None, **columns)


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_window(world: Any, desk: Desk, width: int) -> None:
    builders.approved(world.clean, by=world.reviewer)
    publication = builders.published(world.clean, by=world.publisher)
    page = desk(world.reviewer)
    page.set_viewport_size({"width": width, "height": 800})
    for path in (
        reverse("queue"), reverse("candidate", args=[world.evidence.pk]),
        reverse("edit", args=[world.evidence.pk]), reverse("runs"),
        reverse("run", args=[world.run.pk]), reverse("publications"),
        reverse("publication", args=[publication.pk]), "/no-such-page/",
    ):  # fmt: skip
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_a_lawyer_reads_the_article_and_clears_the_finding_by_keyboard(
    world: Any, desk: Desk
) -> None:
    page = desk(world.reviewer)
    page.goto(f"/review/{world.blocked.pk}/")
    page.keyboard.press("n")
    expect(page.locator(".hits .hit").first).to_be_focused()
    page.keyboard.press("l")
    expect(page.locator('.hit details[data-part="law"][open]').first).to_be_visible()
    page.keyboard.press("l")
    expect(page.locator('.hit details[data-part="law"][open]')).to_have_count(0)
    page.keyboard.press("c")
    ground = page.locator(".hit select[name=ground]").first
    expect(ground).to_be_focused()
    ground.select_option("dismissed")
    page.locator(".hit textarea[name=why]").first.fill("规则在此不适用")
    page.locator(".hit details[data-part=clear] form button").first.click()
    expect(page.locator(".hit .chip.cleared").first).to_be_visible()
    assert Clearance._base_manager.get().ground == "dismissed"
