"""A brief in the admin: typed, run, frozen, copied."""

import pytest

from creatives.models import Brief, Event, Run
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return desk.build()


@pytest.fixture
def brief(office):
    return builders.brief(
        office.client, by=office.people["writer"], key_messages=["高钙"], must_avoid=["减肥"],
        placements=["weibo_post", "xiaohongshu_note"], audience="家庭",
    )  # fmt: skip


def data_of(brief, **rest):
    return {
        "campaign": brief.campaign_id, "product": brief.product_id, "name": brief.name,
        "language": "zh", "placements": ["weibo_post"], "count": 1, **rest,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "market", "kept"), [("zh", "", "cn"), ("en", "", "us"), ("en", "uk", "uk")]
)
def test_the_market_follows_the_language_unless_it_is_given(office, brief, language, market, kept):
    data = data_of(brief, language=language, market=market, name="new")
    assert office.browser("writer").post(desk.url("brief", "add"), data).status_code == 302
    assert Brief._base_manager.get(name="new").market == kept


def test_the_form_names_each_placement_with_what_fits(office, brief):
    page = office.browser("writer").get(desk.url("brief", "add")).content.decode()
    assert "Headline 30 ×15" in page and "Xiaohongshu note" in page


def test_generate_queues_a_run_with_the_chosen_profile(office, brief):
    browser = office.browser("writer")
    page = browser.get(desk.url("brief", "change", brief.pk)).content.decode()
    assert f'action="/briefs/{brief.pk}/generate/"' in page
    done = browser.post(f"/briefs/{brief.pk}/generate/", {"profile": "template"})
    assert done.status_code == 302
    run = Run._base_manager.get()
    assert (run.profile.name, run.requested_by) == ("template", office.people["writer"])


def test_who_may_not_generate_gets_no_button_and_no_run(office, brief):
    browser = office.browser("viewer")
    page = browser.get(desk.url("brief", "change", brief.pk)).content.decode()
    assert "/generate/" not in page
    browser.post(f"/briefs/{brief.pk}/generate/", {"profile": "template"})
    assert not Run._base_manager.exists()


def test_a_brief_that_has_run_is_read_only(office, brief):
    builders.run(brief, by=office.people["writer"])
    browser = office.browser("writer")
    page = desk.url("brief", "change", brief.pk)
    shown = browser.get(page)
    assert "高钙" in shown.content.decode() and 'name="audience"' not in shown.content.decode()
    assert browser.post(page, data_of(brief, audience="others")).status_code == 403
    assert browser.post(desk.url("brief", "delete", brief.pk), {"post": "yes"}).status_code == 403
    assert Brief._base_manager.get().audience == "家庭"


def test_a_brief_frozen_while_it_was_edited_is_not_changed(office, brief):
    """The page was opened before somebody pressed Generate and is saved after it."""
    browser = office.browser("writer")
    browser.get(desk.url("brief", "change", brief.pk))
    builders.run(brief, by=office.people["manager"])
    late = browser.post(desk.url("brief", "change", brief.pk), data_of(brief, audience="late"))
    assert late.status_code == 403
    assert Brief._base_manager.get().audience == "家庭"


def test_a_copy_starts_with_everything_but_the_runs(office, brief):
    builders.run(brief, by=office.people["writer"])
    browser = office.browser("writer")
    page = browser.get(desk.url("brief", "change", brief.pk)).content.decode()
    assert f"/admin/creatives/brief/add/?copy={brief.pk}" in page
    form = browser.get(desk.url("brief", "add"), {"copy": brief.pk}).context["adminform"].form
    assert form.get_initial_for_field(form.fields["audience"], "audience") == "家庭"
    assert form["key_messages"].value() == "高钙" or form["key_messages"].value() == ["高钙"]
    ticked = {str(getattr(value, "pk", value)) for value in form["placements"].value()}
    assert ticked == {"weibo_post", "xiaohongshu_note"}


def test_the_table_of_runs_is_asked_again_only_while_one_is_open(office, brief):
    builders.queued_run(brief, by=office.people["writer"])
    browser = office.browser("writer")
    part = f"/admin/creatives/brief/{brief.pk}/runs/"
    assert "hx-trigger" in browser.get(part).content.decode()
    browser.post(f"/runs/{Run._base_manager.get().pk}/cancel/")
    assert "hx-trigger" not in browser.get(part).content.decode()


def test_saving_writes_an_event_with_the_names_of_what_changed(office, brief):
    browser = office.browser("writer")
    data = data_of(brief, audience="上班族", key_messages="高钙", must_avoid="减肥", market="cn",
                   placements=["weibo_post", "xiaohongshu_note"])  # fmt: skip
    assert browser.post(desk.url("brief", "change", brief.pk), data).status_code == 302
    with office.acting("writer"):
        event = Event.objects.get(subject_type="brief", verb="changed")
        assert event.data["fields"] == ["audience"]
    history = browser.get(desk.url("brief", "history", brief.pk)).content.decode()
    assert "audience" in history and "writer" in history


def test_saving_without_a_change_writes_no_event(office, brief):
    data = data_of(brief, audience="家庭", key_messages="高钙", must_avoid="减肥", market="cn",
                   placements=["weibo_post", "xiaohongshu_note"])  # fmt: skip
    office.browser("writer").post(desk.url("brief", "change", brief.pk), data)
    with office.acting("writer"):
        assert not Event.objects.filter(subject_type="brief", verb="changed").exists()


def test_the_posted_client_and_author_are_ignored(office, brief):
    other = builders.client(office.agency, "Tea", team=[office.people["writer"]])
    data = data_of(brief, name="new", client=other.pk, created_by=office.people["viewer"].pk)
    office.browser("writer").post(desk.url("brief", "add"), data)
    made = Brief._base_manager.get(name="new")
    assert (made.client, made.created_by) == (office.client, office.people["writer"])
