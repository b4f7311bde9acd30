"""Rewrites on the page where copy is edited: checked, shown as a change, saved as any edit."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from compliance.base import Copy
from compliance.engine import check
from creatives.models import Candidate
from tenants import scope
from tests import builders
from tests.creatives.conftest import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return people()


@pytest.fixture
def candidate(agency):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    return builders.candidate(run, "早餐来一杯燕麦，国家级品质。")


@pytest.fixture
def browser(agency):
    browser = Browser()
    browser.force_login(agency.ann)
    return browser


def offers(browser, candidate):
    page = browser.get(reverse("edit", args=[candidate.pk]))
    return [one for hit in page.context["hits"] for one in hit.rewrites]


def test_the_page_offers_what_the_gates_let_pass(browser, candidate):
    found = offers(browser, candidate)
    assert "早餐来一杯燕麦。" in {one.texts[0] for one in found}
    assert {one.verdict for one in found} <= {"pass", "warn", "evidence"}


def test_an_offer_is_saved_as_any_edit_is(agency, browser, candidate):
    one = next(one for one in offers(browser, candidate) if one.texts[0] == "早餐来一杯燕麦。")
    data = {"sha256": candidate.sha256, "text": one.texts}
    assert browser.post(reverse("edit", args=[candidate.pk]), data).status_code == 302
    with scope.organization(agency.north.pk):
        child = Candidate.objects.get(parent=candidate)
        assert child.fields[0][1] == "早餐来一杯燕麦。"
        assert child.verdict == one.verdict
        assert child.status == "in_review"


def test_who_may_not_edit_is_offered_nothing(agency, candidate):
    browser = Browser()
    browser.force_login(agency.pia)
    page = browser.get(reverse("edit", args=[candidate.pk]))
    assert [one for hit in page.context["hits"] for one in hit.rewrites] == []


def test_all_that_can_be_mended_is_offered_at_once(agency, browser):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    row = builders.candidate(run, "国家级品质，早餐来一杯燕麦，7天见效。全国销量第一。")
    page = browser.get(reverse("edit", args=[row.pk]))
    assert page.context["mended"].texts == ["早餐来一杯燕麦。"]
    assert page.context["mended"].verdict == "pass"


def candidate_of(agency, text):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    return builders.candidate(run, text)


def test_an_offer_that_leaves_other_findings_says_so(agency, browser):
    row = candidate_of(agency, "国家级品质，早餐来一杯燕麦，7天见效，一杯就好。")
    page = browser.get(reverse("edit", args=[row.pk]), headers={"accept-language": "en"})
    found = [one for hit in page.context["hits"] for one in hit.rewrites]
    assert found
    assert not any(one.complete for one in found)
    assert page.content.decode().count("Mends this finding; others remain") == len(found)
    assert page.context["mended"].verdict == "pass"


def test_no_half_mend_is_called_a_mend_of_all(agency, browser, monkeypatch):
    row = candidate_of(agency, "买一送一，保证三天见效，无效退款。")
    half = Copy.of("买一送一，无效退款。")
    monkeypatch.setattr(
        "creatives.workbench.rewrites.mended", lambda copy, report: (half, check(half))
    )
    assert browser.get(reverse("edit", args=[row.pk])).context["mended"] is None
