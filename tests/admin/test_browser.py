"""The admin in a real browser: no page breaks the content security policy, and the job gets done."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from creatives.models import Run
from tests import builders
from tests.admin import desk
from tests.tenancy import world as worlds
from tests.tenancy.routes import registered

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def enter(chrome: Any, live_server: Any) -> Iterator[Any]:
    """Return a function that logs a person in; a complaint of the console fails the test."""
    complaints: list[str] = []
    contexts = []

    def go(user: Any, language: str = "en", width: int = 1280) -> Page:
        context = chrome.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 800}
        )
        contexts.append(context)
        context.add_cookies(
            [{"name": "django_language", "value": language, "url": live_server.url}]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
        page.on(
            "console",
            lambda said: (
                complaints.append(f"{page.url} {said.text}")
                if said.type == "error" and "responded with a status of" not in said.text
                else None
            ),
        )
        page.goto("/admin/")
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", builders.PASSWORD)
        page.click("main button")
        page.wait_for_url("**/admin/")
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1280), ("en", 360)])
def test_no_page_breaks_the_policy_or_the_window(enter: Any, language: str, width: int) -> None:
    world = worlds.build()
    page = enter(world.people["right"], language, width)
    for label, model in registered().items():
        kind = model._meta.model_name
        if kind in ("user", "organization"):
            continue
        base = f"/admin/{label.replace('_', '/', 1)}/"
        pk = world.rows[kind].pk
        for path in (base, f"{base}add/", f"{base}{pk}/change/", f"{base}{pk}/history/",
                     f"{base}{pk}/delete/"):  # fmt: skip
            answer = page.goto(path)
            assert answer is not None and answer.status in (200, 403, 404), path
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path} is {wide} px wider than the window"


def test_the_operators_pages_keep_the_policy(enter: Any) -> None:
    world = worlds.build()
    root = builders.superuser()
    page = enter(root)
    for path in ("tenants/user/", "tenants/user/add/", f"tenants/user/{root.pk}/change/",
                 f"tenants/user/{root.pk}/password/", "tenants/organization/",
                 f"tenants/organization/{world.organization.pk}/change/"):  # fmt: skip
        answer = page.goto(f"/admin/{path}")
        assert answer is not None and answer.status == 200, path


def test_a_writer_gets_from_a_client_to_a_run(enter: Any) -> None:
    office = desk.build()
    page = enter(office.people["manager"])
    page.goto("/admin/tenants/client/add/")
    page.fill("#id_name", "Oatfield")
    page.fill("#id_banned_words", "最好\n第一")
    page.click(".add-row a")
    page.select_option("#id_assignments-0-user", str(office.people["writer"].pk))
    page.click("[name=_save]")
    page = enter(office.people["writer"])
    page.goto("/admin/creatives/product/add/")
    page.select_option("#id_client", label="Oatfield")
    page.fill("#id_name", "燕麦奶")
    page.select_option("#id_category", "food")
    page.click(".add-row a")
    page.select_option("#id_facts-0-kind", "approval_number")
    page.fill("#id_facts-0-value", "SC 123")
    page.fill("#id_facts-0-expires_on", "2030-01-31")
    page.click("[name=_save]")
    page.goto("/admin/creatives/campaign/add/")
    page.select_option("#id_client", label="Oatfield")
    page.fill("#id_name", "春季")
    page.click("[name=_save]")
    page.goto("/admin/creatives/brief/add/")
    page.select_option("#id_campaign", label="Oatfield · 春季")
    page.select_option("#id_product", label="Oatfield · 燕麦奶")
    page.fill("#id_name", "早餐")
    page.fill("#id_key_messages", "高钙\n低糖")
    page.select_option("#id_language", "zh")
    page.check("input[value=weibo_post]")
    page.click("[name=_continue]")
    page.select_option("#generate-profile", "template")
    page.click(".generate button")
    page.wait_for_url("**/runs/*/")
    run = Run._base_manager.get()
    assert (run.inputs["brief"]["key_messages"], run.profile.name) == (["高钙", "低糖"], "template")
    page.goto(f"/admin/creatives/brief/{run.brief_id}/change/")
    expect(page.locator("#brief-runs")).to_contain_text("Queued")
    with builders.acting(office.people["writer"]):
        from creatives.actions import generate

        generate.cancel(run, by=office.people["writer"])
    # The table asks again by itself.
    expect(page.locator("#brief-runs")).to_contain_text("Cancelled", timeout=10_000)
    page.click("text=Copy as new brief")
    expect(page.locator("#id_key_messages")).to_have_value("高钙\n低糖")
    expect(page.locator("input[value=weibo_post]")).to_be_checked()
