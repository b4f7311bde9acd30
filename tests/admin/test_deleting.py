"""What others need stays, and says so; what goes leaves an event."""

import pytest

from creatives.models import Brief, Campaign, Event, Product
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return desk.build()


def delete(office, model, pk, role="writer"):
    browser = office.browser(role)
    return browser.get(desk.url(model, "delete", pk)), browser.post(
        desk.url(model, "delete", pk), {"post": "yes"}
    )


@pytest.mark.parametrize("model", ["product", "campaign"])
def test_what_a_brief_needs_is_kept_and_only_counted(office, model):
    brief = builders.brief(office.client, name="SECRET brief")
    row = getattr(brief, model)
    asked, done = delete(office, model, row.pk)
    text = asked.content.decode().replace(str(row), "")
    assert "1 other record" in text and "SECRET" not in text
    assert "1 other record" in done.content.decode()
    assert type(row)._base_manager.filter(pk=row.pk).exists()


def test_a_product_goes_with_its_facts_and_leaves_an_event(office):
    product = builders.product(office.client, facts=[{"kind": "feature", "value": "f"}])
    _asked, done = delete(office, "product", product.pk)
    assert done.status_code == 302
    assert not Product._base_manager.exists()
    with office.acting("writer"):
        event = Event.objects.get(verb="deleted")
        assert (event.subject_type, event.subject_id) == ("product", product.pk)


def test_a_brief_that_never_ran_can_go(office):
    brief = builders.brief(office.client)
    _asked, done = delete(office, "brief", brief.pk)
    assert done.status_code == 302
    assert not Brief._base_manager.exists()


def test_a_race_with_somebody_who_needs_it_is_a_message(office, monkeypatch):
    """The row gets a child between the question and the answer: the database refuses."""
    from creatives.admin.briefs import CampaignAdmin

    brief = builders.brief(office.client)
    monkeypatch.setattr(
        CampaignAdmin, "get_deleted_objects", lambda self, objs, request: ([], {}, set(), [])
    )
    browser = office.browser("writer")
    done = browser.post(desk.url("campaign", "delete", brief.campaign_id), {"post": "yes"})
    assert "it was not deleted" in desk.said(browser, done)
    assert Campaign._base_manager.exists()


@pytest.mark.parametrize("model", ["client", "run", "candidate", "report", "finding", "event"])
def test_what_is_never_deleted_has_no_page_for_it(office, model):
    run = builders.run(builders.brief(office.client))
    candidate = builders.candidate(run, builders.EVIDENCE)
    with office.acting("admin"):
        rows = {
            "client": office.client, "run": run, "candidate": candidate,
            "report": candidate.report, "finding": candidate.report.findings.first(),
            "event": Event.objects.first(),
        }  # fmt: skip
    asked, done = delete(office, model, rows[model].pk, "admin")
    assert (asked.status_code, done.status_code) == (403, 403)


def test_a_bulk_delete_posted_by_hand_deletes_nothing(office):
    product = builders.product(office.client)
    data = {"action": "delete_selected", "_selected_action": product.pk, "index": 0, "post": "yes"}
    office.browser("admin").post(desk.url("product", "changelist"), data)
    assert Product._base_manager.exists()


def test_the_database_refusing_a_twin_is_a_message_and_not_a_crash(office, monkeypatch):
    """Two people save the same name at once: both forms were valid, one insert loses."""
    from creatives.models import Campaign as Row

    Row._base_manager.create(name="Spring", client=office.client, organization=office.agency)
    monkeypatch.setattr(Row, "validate_constraints", lambda self, exclude=None: None)
    monkeypatch.setattr(Row, "validate_unique", lambda self, exclude=None: None)
    browser = office.browser("writer")
    done = browser.post(desk.url("campaign", "add"), {"client": office.client.pk, "name": "Spring"})
    assert "at the same moment" in desk.said(browser, done)
    assert Row._base_manager.filter(name="Spring").count() == 1
