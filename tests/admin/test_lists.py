"""A list, a fact or a category changes: what was approved under it is judged again at once."""

import pytest

from creatives.models import Candidate, Event
from creatives.states import CandidateStatus
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return desk.build()


@pytest.fixture
def approved(office):
    brief = builders.brief(office.client, by=office.people["writer"])
    candidate = builders.candidate(builders.run(brief, by=office.people["writer"]), builders.CLEAN)
    builders.approved(candidate, by=office.people["reviewer"])
    return candidate


def change_client(office, **lists):
    browser = office.browser("manager")
    done = browser.post(
        desk.url("client", "change", office.client.pk), {"name": "Oats", **lists, **_team(office)}
    )
    return browser, done


def _team(office):
    rows = office.client.assignments.model._base_manager.filter(client=office.client)
    return desk.inline(
        "assignments",
        *({"id": row.pk, "user": row.user_id, "client": office.client.pk} for row in rows),
        initial=len(rows),
    )


def status(candidate):
    return Candidate._base_manager.get(pk=candidate.pk).status


def test_a_new_banned_word_fells_the_approval_and_says_so(office, approved):
    browser, done = change_client(office, banned_words="早餐")
    assert status(approved) == CandidateStatus.BLOCKED
    text = desk.said(browser, done)
    assert "1 approval no longer stands" in text
    assert f"/admin/creatives/candidate/?id__in={approved.pk}" in text
    listed = browser.get("/admin/creatives/candidate/", {"id__in": str(approved.pk)})
    assert [row.pk for row in listed.context["cl"].queryset] == [approved.pk]


def test_a_new_required_word_fells_the_approval(office, approved):
    change_client(office, required_words="燕麦")
    assert status(approved) != CandidateStatus.APPROVED


def test_a_word_that_is_nowhere_leaves_the_approval(office, approved):
    browser, done = change_client(office, banned_words="下雨")
    assert status(approved) == CandidateStatus.APPROVED
    assert "no longer" not in desk.said(browser, done)


def test_a_change_that_the_gates_do_not_read_judges_nothing(office, approved):
    reports = approved.reports.model._base_manager.count()
    change_client(office, brand_voice="calm")
    assert approved.reports.model._base_manager.count() == reports


def test_another_clients_approvals_are_left_alone(office, approved):
    tea = builders.client(office.agency, "Tea", team=[office.people["reviewer"]])
    other = builders.candidate(
        builders.run(builders.brief(tea, name="t"), by=office.people["writer"]), builders.CLEAN
    )
    builders.approved(other, by=office.people["reviewer"])
    change_client(office, banned_words="早餐")
    assert status(other) == CandidateStatus.APPROVED


def test_a_live_copy_that_fell_is_told(office, approved):
    publication = builders.published(approved, by=office.people["publisher"])
    change_client(office, banned_words="早餐")
    with office.acting("manager"):
        assert Event.objects.filter(
            subject_type="publication", subject_id=publication.pk, verb="live_copy_fell"
        ).exists()


@pytest.mark.parametrize("what", ["category", "facts"])
def test_a_products_change_judges_its_copy_again(office, approved, what, monkeypatch):
    """Which rule finds what in which category is the packs' matter: here, that they are asked."""
    from creatives.actions import lists

    asked = []
    monkeypatch.setattr(lists, "recheck", lambda rows: asked.extend(rows) or [])
    product = approved.run.brief.product
    data = {"name": product.name, "category": "food", **desk.inline("facts")}
    if what == "category":
        data["category"] = "health_food"
    else:
        row = {"kind": "feature", "label": "", "value": "高钙", "product": product.pk}
        data |= desk.inline("facts", row)
    done = office.browser("writer").post(desk.url("product", "change", product.pk), data)
    assert done.status_code == 302
    assert asked == [approved]


def test_nothing_is_judged_when_the_form_is_refused(office, approved):
    response = office.browser("manager").post(
        desk.url("client", "change", office.client.pk),
        {"name": "", "banned_words": "早餐", **_team(office)},
    )
    assert "name" in desk.errors(response)
    assert status(approved) == CandidateStatus.APPROVED
