"""The rules as people read them, and a text checked without being kept."""

from collections import Counter

import pytest
from django.test import Client as Browser
from django.urls import reverse

from compliance import packs
from creatives.actions import review
from creatives.actions.precision import precision
from creatives.models import Candidate, Clearance, Event, Finding
from creatives.states import CandidateStatus
from tenants import scope
from tests import builders
from tests.creatives.conftest import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return people()


@pytest.fixture
def browser(agency):
    browser = Browser()
    browser.force_login(agency.rex)
    return browser


def test_every_pack_in_force_is_listed_with_version_and_digest(browser):
    page = browser.get(reverse("packs")).content.decode()
    for pack in packs.installed():
        assert pack.meta.name in page
        assert pack.digest in page


def test_a_refused_pack_is_told(browser, monkeypatch):
    monkeypatch.setattr(packs, "refused", lambda: "mine/rules.toml:3: severity")
    assert "mine/rules.toml:3: severity" in browser.get(reverse("packs")).content.decode()


@pytest.mark.parametrize("name", [pack.meta.name for pack in packs.installed()])
def test_a_pack_lists_its_rules(browser, name):
    pack = next(one for one in packs.installed() if one.meta.name == name)
    page = browser.get(reverse("pack", args=[name])).content.decode()
    assert all(rule.id in page for rule in pack.rules)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_every_rule_opens(browser, language):
    for pack in packs.installed():
        for rule in pack.rules[::7]:
            address = reverse("rule", args=[pack.meta.name, rule.id])
            response = browser.get(address, headers={"accept-language": language})
            assert response.status_code == 200


def test_a_verified_rule_shows_the_law_in_its_own_words(browser):
    page = browser.get(reverse("rule", args=["cn_adlaw", "cn_adlaw.absolute.guojiaji"]))
    assert "广告不得有下列情形" in page.content.decode()


@pytest.mark.parametrize("name", ["nobody", "../etc"])
def test_what_is_no_pack_or_rule_is_not_found(browser, name):
    assert browser.get(f"/rules/{name}/").status_code == 404
    assert browser.get("/rules/cn_adlaw/cn_adlaw.no.such/").status_code == 404


def test_the_playground_checks_and_keeps_nothing(agency, browser):
    before = Candidate._base_manager.count(), Event._base_manager.count()
    data = {"text": "国家级品质<script>", "language": "zh", "market": "cn"}
    page = browser.post(reverse("playground"), data, headers={"hx-request": "true"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "cn_adlaw.absolute.guojiaji" in text
    assert "<script>" not in text
    assert "<html" not in text
    assert (Candidate._base_manager.count(), Event._base_manager.count()) == before


def test_the_playground_works_without_script(browser):
    page = browser.post(reverse("playground"), {"text": "国家级品质"}).content.decode()
    assert "<html" in page
    assert "cn_adlaw.absolute.guojiaji" in page


def test_the_playground_says_what_category_it_inferred(browser):
    data = {"text": "修复肌肤", "product": "玻尿酸面膜", "language": "zh", "market": "cn"}
    page = browser.post(reverse("playground"), data, headers={"accept-language": "en"})
    assert "Cosmetics" in page.content.decode()


def test_the_playground_bears_what_nobody_should_send(browser):
    for data in (
        {"text": "x", "market": "mars", "language": "tlh", "category": "?", "channel": "<b>"},
        {"text": "😀" * 10, "language": "zh"},
        {"text": "好" * 30_000},
        {},
    ):
        assert browser.post(reverse("playground"), data).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_the_playground_gives_no_verdict_on_a_part_of_a_text(browser, headers):
    """Its end would pass unseen: neither the site nor a field of the page cuts it."""
    data = {"text": "好" * 20_000 + "国家级品质", "language": "zh", "market": "cn"}
    headers = {**headers, "accept-language": "en"}
    page = browser.post(reverse("playground"), data, headers=headers).content.decode()
    assert "20005 characters" in page
    assert 'class="chip' not in page
    data["text"] = data["text"][5:]
    page = browser.post(reverse("playground"), data, headers=headers).content.decode()
    assert "cn_adlaw.absolute.guojiaji" in page
    assert 'maxlength="20000"' not in page


def test_the_playground_needs_a_token(agency):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(agency.rex)
    assert browser.post(reverse("playground"), {"text": "x"}).status_code == 403


def test_nobody_without_a_login_sees_the_rules(client):
    for name in ("packs", "playground"):
        assert client.get(reverse(name)).status_code == 302


def copy_of(agency, text):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    return builders.candidate(run, text)


def rejected(agency, candidate, reason):
    with builders.acting(agency.rex):
        review.reject(candidate, by=agency.rex, sha256=candidate.sha256, reason=reason)
    with scope.organization(agency.north.pk):
        row = Candidate.objects.get(pk=candidate.pk)
        assert row.status == CandidateStatus.REJECTED
        return row


def found(candidate, rule, severity, **rest):
    return Finding.objects.create(
        candidate=candidate, report=candidate.report, rule=rule, severity=severity, field=0, start=0,
        end=2, text="早餐", reason={}, suggestion={}, **candidate.owners, **rest,
    )  # fmt: skip


def dismissed(candidate, finding, by):
    Clearance.objects.create(
        candidate=candidate, finding=finding, ground="dismissed", reason="because", by=by,
        **candidate.owners,
    )  # fmt: skip


def decided(agency, ground):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    candidate = builders.candidate(run, builders.BLOCKED)
    with scope.organization(agency.north.pk):
        finding = candidate.report.findings.filter(severity="block").first()
        Clearance.objects.create(
            candidate=candidate, finding=finding, ground=ground, reason="because", by=agency.rex,
            code="6.5" if ground == "exempt" else "", **candidate.owners,
        )  # fmt: skip
    return finding.rule


def test_the_precision_of_a_rule_follows_what_people_decided(agency):
    rule = decided(agency, "dismissed")
    assert decided(agency, "exempt") == rule
    with scope.organization(agency.north.pk):
        record = precision()[rule]
        assert (record.upheld, record.dismissed, record.share) == (1, 1, 0.5)
        assert record.low < 0.5 < record.high
    with scope.organization(agency.south.pk):
        assert precision() == {}


def test_rejected_copy_speaks_for_the_rules_that_held_it_back(agency):
    row = rejected(agency, copy_of(agency, builders.EVIDENCE), "unproven")
    with scope.organization(agency.north.pk):
        grave = row.report.findings.filter(severity__in=("block", "evidence"))
        rules = Counter(finding.rule for finding in grave)
        assert rules
        assert {rule: one.upheld for rule, one in precision().items()} == rules


def test_a_stale_joke_speaks_for_no_rule(agency):
    candidate = copy_of(agency, builders.CLEAN)
    with scope.organization(agency.north.pk):
        for severity in ("info", "warn"):
            found(candidate, f"x.{severity}", severity)
    rejected(agency, candidate, "the joke is stale")
    with scope.organization(agency.north.pk):
        assert precision() == {}


def test_a_cleared_finding_is_not_upheld_by_a_rejection(agency):
    candidate = copy_of(agency, builders.CLEAN)
    with scope.organization(agency.north.pk):
        found(candidate, "x.cleared", "evidence", cleared="6.5")
    rejected(agency, candidate, "the joke is stale")
    with scope.organization(agency.north.pk):
        assert precision() == {}


def test_an_absolute_finding_is_dismissed_by_two(agency):
    candidate = copy_of(agency, builders.CLEAN)
    with scope.organization(agency.north.pk):
        finding = found(candidate, "x.absolute", "block", absolute=True)
        dismissed(candidate, finding, agency.rex)
        assert precision() == {}
        dismissed(candidate, finding, agency.pia)
        assert precision()["x.absolute"].dismissed == 1
