"""Word lists in the admin: brought in, tried, activated; phrases and switches with who and why."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from creatives import house_rules
from creatives.models import AllowedPhrase, Candidate, Event, Lexicon, LexiconVersion, RuleSwitch
from tenants import scope
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return desk.build()


@pytest.fixture
def lexicon(office):
    data = {"name": "house", "title": "House words", "severity": "block", "reason": "ours",
            "suggestion": "", "markets": ["cn"]}  # fmt: skip
    assert office.browser("admin").post(desk.url("lexicon", "add"), data).status_code == 302
    return Lexicon._base_manager.get()


def bring(office, lexicon, content, name="words.txt", role="admin"):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    address = reverse("admin:creatives_lexicon_bring", args=[lexicon.pk])
    return office.browser(role).post(address, {"file": file})


def step(office, name, *args, role="admin"):
    return office.browser(role).post(reverse(f"admin:creatives_lexicon_{name}", args=args))


def approved(office):
    run = builders.run(
        builders.brief(office.client, by=office.people["writer"]), by=office.people["writer"]
    )
    candidate = builders.candidate(run, builders.CLEAN)
    builders.approved(candidate, by=office.people["reviewer"])
    return candidate


@pytest.mark.parametrize("limit", [1, 2])
def test_trying_a_list_tells_when_it_is_too_long_for_every_disguise(
    office, lexicon, limit, monkeypatch
):
    monkeypatch.setattr("creatives.admin.rules.DISGUISED", limit)
    response = bring(office, lexicon, "早餐\n某某牌")
    page = office.browser("admin").get(response.url).content.decode()
    assert ("拼音" in page or "pinyin" in page) is (limit == 1)


def test_a_file_becomes_a_version_that_is_tried_before_it_holds(office, lexicon):
    candidate = approved(office)
    response = bring(office, lexicon, "早餐\n某某牌")
    assert response.status_code == 302
    page = office.browser("admin").get(response.url).content.decode()
    assert "早餐" in page
    assert f"#{candidate.pk}" in page
    assert house_rules.in_force(office.agency.pk)["lists"] == ()
    browser = office.browser("admin")
    activate = reverse("admin:creatives_lexicon_activate", args=[lexicon.pk, 1])
    said = desk.said(browser, browser.post(activate))
    assert "1" in said
    with scope.organization(office.agency.pk):
        assert Candidate.objects.get(pk=candidate.pk).status == "blocked"
    step(office, "deactivate", lexicon.pk)
    assert house_rules.in_force(office.agency.pk)["lists"] == ()


def test_a_wrong_file_is_told_line_by_line(office, lexicon):
    browser = office.browser("admin")
    file = SimpleUploadedFile("words.txt", "好词\n。。\n".encode())
    address = reverse("admin:creatives_lexicon_bring", args=[lexicon.pk])
    said = desk.said(browser, browser.post(address, {"file": file}))
    assert "2" in said
    assert LexiconVersion._base_manager.count() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [("words.exe", b"MZ"), ("words.xlsx", b"PK\x03\x04broken"), ("words.txt", b"")],
)
def test_what_is_no_list_is_refused(office, lexicon, name, content):
    assert bring(office, lexicon, content, name).status_code == 302
    assert LexiconVersion._base_manager.count() == 0


def test_a_file_that_is_too_large_is_refused_unread(office, lexicon, monkeypatch):
    monkeypatch.setattr("creatives.admin.rules.MOST_BYTES", 8)
    monkeypatch.setattr("creatives.admin.rules.rules.bring_in", lambda *a, **k: pytest.fail("read"))
    assert bring(office, lexicon, "甲乙丙").status_code == 302
    assert LexiconVersion._base_manager.count() == 0


@pytest.mark.parametrize("role", ["manager", "writer", "reviewer", "publisher", "viewer"])
def test_only_an_administrator_rules(office, lexicon, role):
    bring(office, lexicon, "甲乙")
    assert bring(office, lexicon, "丙丁", role=role).status_code == 403
    assert step(office, "activate", lexicon.pk, 1, role=role).status_code == 403
    assert step(office, "deactivate", lexicon.pk, role=role).status_code == 403
    assert LexiconVersion._base_manager.count() == 1


def test_another_agencys_list_is_not_there(office, lexicon):
    bring(office, lexicon, "甲乙")
    south = builders.organization("south")
    eve = builders.member(south, "eve", roles=["admin"])
    from django.test import Client as Browser

    browser = Browser()
    browser.force_login(eve)
    for name, args in (("try", [1]), ("activate", [1]), ("deactivate", []), ("bring", [])):
        address = reverse(f"admin:creatives_lexicon_{name}", args=[lexicon.pk, *args])
        answer = browser.get(address) if name == "try" else browser.post(address)
        assert answer.status_code == 404


def test_nothing_is_changed_by_a_get(office, lexicon):
    bring(office, lexicon, "甲乙")
    for name, args in (("activate", [1]), ("deactivate", []), ("bring", [])):
        address = reverse(f"admin:creatives_lexicon_{name}", args=[lexicon.pk, *args])
        assert office.browser("admin").get(address).status_code == 405


def test_a_phrase_is_allowed_by_name_and_until_a_day(office):
    until = date.today() + timedelta(days=9)
    data = {"phrase": "顶级域名", "rule": "", "because": "trade term", "expires_on": until}
    assert office.browser("admin").post(desk.url("allowedphrase", "add"), data).status_code == 302
    row = AllowedPhrase._base_manager.get()
    assert (row.approved_by, row.expires_on) == (office.people["admin"], until)
    delete = desk.url("allowedphrase", "delete", row.pk)
    assert office.browser("admin").post(delete, {"post": "yes"}).status_code == 302
    assert AllowedPhrase._base_manager.count() == 0


def events(office, model, pk):
    with scope.organization(office.agency.pk):
        rows = Event.objects.filter(subject_type=model, subject_id=pk).order_by("pk")
        return [(row.verb, row.actor.username, row.data.get("because")) for row in rows]


def test_a_phrase_is_allowed_and_taken_back_with_one_event_each(office):
    until = date.today() + timedelta(days=9)
    data = {"phrase": "顶级域名", "rule": "", "because": "trade term", "expires_on": until}
    office.browser("admin").post(desk.url("allowedphrase", "add"), data)
    row = AllowedPhrase._base_manager.get()
    assert events(office, "allowedphrase", row.pk) == [("allowed", "admin", "trade term")]
    office.browser("admin").post(desk.url("allowedphrase", "delete", row.pk), {"post": "yes"})
    verbs = [verb for verb, *_rest in events(office, "allowedphrase", row.pk)]
    assert verbs == ["allowed", "forbidden"]


def test_a_rule_is_switched_off_and_on_with_one_event_each_and_copy_is_judged(office):
    run = builders.run(
        builders.brief(office.client, by=office.people["writer"]), by=office.people["writer"]
    )
    candidate = builders.candidate(run, builders.BLOCKED)

    def status():
        return Candidate._base_manager.get(pk=candidate.pk).status

    assert status() == "blocked"
    data = {"rule": "cn_adlaw", "because": "not here"}
    office.browser("admin").post(desk.url("ruleswitch", "add"), data)
    row = RuleSwitch._base_manager.get()
    assert events(office, "ruleswitch", row.pk) == [("switched_off", "admin", "not here")]
    assert status() == "in_review"
    office.browser("admin").post(desk.url("ruleswitch", "delete", row.pk), {"post": "yes"})
    verbs = [verb for verb, *_rest in events(office, "ruleswitch", row.pk)]
    assert verbs == ["switched_off", "switched_on"]
    assert status() == "blocked"


def test_the_admin_takes_the_same_door_as_everybody(office, monkeypatch):
    """What the step refuses is refused in the admin, with the reason, and nothing is kept."""
    monkeypatch.setattr("creatives.actions.rules.known_rules", lambda: {"cn_adlaw"})
    monkeypatch.setattr("creatives.admin.rules.SwitchForm.clean_rule", lambda form: "no.such")
    browser = office.browser("admin")
    data = {"rule": "no.such", "because": "x"}
    assert "no.such" in desk.said(browser, browser.post(desk.url("ruleswitch", "add"), data))
    assert RuleSwitch._base_manager.count() == 0


def test_a_switch_names_a_rule_that_exists(office):
    address = desk.url("ruleswitch", "add")
    answer = office.browser("admin").post(address, {"rule": "no.such", "because": "x"})
    assert "rule" in desk.errors(answer)
    answer = office.browser("admin").post(address, {"rule": "cn_adlaw", "because": "not here"})
    assert answer.status_code == 302
    row = RuleSwitch._base_manager.get()
    assert (row.rule, row.by) == ("cn_adlaw", office.people["admin"])
    delete = desk.url("ruleswitch", "delete", row.pk)
    assert office.browser("admin").post(delete, {"post": "yes"}).status_code == 302
    assert house_rules.in_force(office.agency.pk)["off"] == frozenset()
