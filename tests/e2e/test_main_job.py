"""The main job as people do it: write a brief, generate, watch, review, approve, publish, read."""

import json
import re

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: What differs between the two languages: who works, and what they type and read.
DAYS = {
    "zh": {
        "locale": "zh-CN", "writer": "wen", "reviewer": "shen",
        "campaign": "时尚服饰·春夏", "product": "织云亚麻衬衫", "name": "浏览器里写的简报",
        "message": "亚麻混纺，夏天也透气", "language": "zh", "market": "cn",
        "placement": "weibo_post", "avoid": "爆款", "live": "在线",
    },
    "en": {
        "locale": "en", "writer": "will", "reviewer": "rita",
        "campaign": "Morning, sorted", "product": "Oatfield Oat Drink",
        "name": "A brief from the browser", "message": "Froths well in hot coffee",
        "language": "en", "market": "uk", "placement": "x_post", "avoid": "cheap", "live": "Live",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", DAYS)
def test_a_brief_becomes_published_bytes(site, desk, shot, language):
    day = DAYS[language]
    writer = desk(day["writer"], locale=day["locale"])
    run_id = _write_and_generate(writer, shot, day)
    candidate_id, text = _watch(writer, shot, day, run_id)

    writer.goto(f"/review/{candidate_id}/")
    assert writer.locator("button[data-verb=approve]").count() == 0, "writers do not approve"

    reviewer = desk(day["reviewer"], locale=day["locale"])
    reviewer.goto("/review/")
    shot(reviewer, f"queue-{language}")
    reviewer.goto(f"/review/{candidate_id}/")
    shot(reviewer, f"review-{language}")
    with reviewer.expect_navigation():
        reviewer.keyboard.press("a")
    assert site.query("SELECT status FROM creatives_candidate WHERE id = ?", candidate_id) == [
        ("approved",)
    ]

    reviewer.goto(f"/review/{candidate_id}/")
    shot(reviewer, f"approved-{language}")
    with reviewer.expect_navigation():
        reviewer.locator("form[action*='/publish/'] button").click()
    reviewer.goto("/publications/")
    shot(reviewer, f"publications-{language}")
    assert day["live"] in reviewer.locator("main").inner_text()

    (owner,) = site.query(
        "SELECT organization_id, client_id, sha256 FROM creatives_candidate WHERE id = ?",
        candidate_id,
    )
    feed = json.loads((site.var / "feed" / f"{owner[0]}/{owner[1]}/feed.json").read_text("utf-8"))
    (item,) = [item for item in feed["items"] if item["sha256"] == owner[2]]
    assert "\n".join(value for _, value in item["fields"]) == text


def _write_and_generate(page, shot, day):
    page.goto("/admin/creatives/brief/add/")
    page.fill("input[name=name]", day["name"])
    shot(page, f"brief-empty-{day['language']}")
    _choose(page, "campaign", day["campaign"])
    _choose(page, "product", day["product"])
    page.fill("textarea[name=key_messages]", day["message"])
    page.fill("textarea[name=must_avoid]", day["avoid"])
    page.select_option("select[name=language]", day["language"])
    page.select_option("select[name=market]", day["market"])
    page.check(f"input[name=placements][value={day['placement']}]")
    page.fill("input[name=count]", "2")
    shot(page, f"brief-{day['language']}")
    page.click("input[name=_continue]")
    page.wait_for_url("**/change/")
    page.select_option("#generate-profile", "template")
    shot(page, f"generate-{day['language']}")
    page.click("form.generate button")
    page.wait_for_url(re.compile(r"/runs/\d+/"))
    return int(re.search(r"/runs/(\d+)/", page.url)[1])


def _choose(page, name, label):
    """Choose `label` in the field `name`, a plain select or an autocomplete."""
    select = page.locator(f"select[name={name}]")
    if "admin-autocomplete" in (select.get_attribute("class") or ""):
        page.locator(f".field-{name} .select2-selection").click()
        page.fill(".select2-search__field", label)
        page.locator(".select2-results__option", has_text=label).first.click()
    else:
        value = select.locator("option", has_text=label).first.get_attribute("value")
        select.select_option(value)


def _watch(page, shot, day, run_id):
    page.wait_for_selector("[data-row]")
    page.wait_for_selector(".status-succeeded", timeout=30_000)
    assert page.locator("[data-row]").count() == 2
    shot(page, f"run-{day['language']}")
    candidate_id = int(page.locator("[data-row]").first.get_attribute("id").split("-")[1])
    page.goto(f"/review/{candidate_id}/")
    return candidate_id, "\n".join(page.locator("p.copy").all_inner_texts())


def test_rivals_of_one_agency_do_not_see_each_other(site, desk):
    dong = desk("dong")
    dong.goto("/admin/creatives/brief/")
    page = dong.content()
    assert "户外表" in page
    assert "智能手表" not in page and "时芯" not in page


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/review/", "/runs/", "/publications/", "/admin/"])
def test_no_page_is_wider_than_its_window(site, desk, shot, path, width):
    page = desk("shen", width=width, height=800, dark=width == 360)
    page.goto(path)
    shot(page, f"{path.strip('/').replace('/', '-') or 'home'}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
