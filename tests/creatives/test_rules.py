"""An agency's own rules: lists with versions, dry runs, phrases, switches; in force at once."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from compliance import packs
from creatives import gates, house_rules
from creatives.actions import rules
from creatives.actions.lists import rules_changed
from creatives.errors import Refused
from creatives.models import AllowedPhrase, Candidate, Event, Lexicon, LexiconVersion, RuleSwitch
from tenants import scope
from tests import builders


@pytest.fixture
def boss(agency):
    return builders.member(agency.north, "boss", roles=["admin"])


@pytest.fixture
def lexicon(agency):
    with scope.organization(agency.north.pk):
        return Lexicon.objects.create(
            organization=agency.north, name="house", title="House words", reason="our own",
            severity="block",
        )  # fmt: skip


def status_of(candidate):
    with scope.organization(candidate.organization_id):
        return Candidate.objects.get(pk=candidate.pk).status


def bring(lexicon, *terms, by):
    return rules.bring_in(lexicon, "\n".join(terms).encode(), "house.txt", by=by)


def test_a_list_brought_in_changes_nothing_until_it_is_activated(agency, approved, boss, lexicon):
    with builders.acting(boss):
        version = bring(lexicon, "早餐", by=boss)
    assert status_of(approved) == "approved"
    with builders.acting(boss):
        fallen = rules.activate(version, by=boss)
    assert [one.pk for one in fallen] == [approved.pk]
    assert status_of(approved) == "blocked"
    with scope.organization(agency.north.pk):
        report = Candidate.objects.get(pk=approved.pk).report
        assert "list.house" in {finding.rule for finding in report.findings.all()}
        assert {"name": "list.house", "version": "1", "digest": version.digest} in report.packs


def test_a_dry_run_shows_words_and_past_copy_and_saves_nothing(agency, approved, boss, lexicon):
    with builders.acting(boss):
        rules.activate(bring(lexicon, "甲乙", by=boss), by=boss)
        version = bring(lexicon, "早餐", "甲乙丙", by=boss)
        seen = rules.dry_run(version)
    assert (seen.added, seen.removed) == (("早餐", "甲乙丙"), ("甲乙",))
    assert [(c.pk, [h.text for h in hits]) for c, hits in seen.found] == [(approved.pk, ["早餐"])]
    assert status_of(approved) == "approved"


def test_an_older_version_comes_back_into_force(agency, approved, boss, lexicon):
    with builders.acting(boss):
        first = bring(lexicon, "甲乙", by=boss)
        rules.activate(bring(lexicon, "早餐", by=boss), by=boss)
        assert status_of(approved) == "blocked"
        rules.activate(first, by=boss)
    assert status_of(approved) == "in_review"


def test_the_same_words_again_are_no_new_version(boss, lexicon):
    with builders.acting(boss):
        one = bring(lexicon, "甲乙", "丙丁", by=boss)
        assert bring(lexicon, "丙丁", "甲乙", by=boss) == one


def test_a_wrong_list_is_refused_whole(boss, lexicon):
    with builders.acting(boss):
        with pytest.raises(rules.WrongList) as caught:
            bring(lexicon, "好词", "。。", by=boss)
        assert [(one.line, one.code) for one in caught.value.problems] == [(2, "invisible")]
        assert LexiconVersion.objects.count() == 0


def test_a_version_never_changes(boss, lexicon):
    with builders.acting(boss):
        version = bring(lexicon, "甲乙", by=boss)
        with pytest.raises(DatabaseError), transaction.atomic():
            LexiconVersion.objects.filter(pk=version.pk).update(terms="丙")
        with pytest.raises(DatabaseError), transaction.atomic():
            LexiconVersion.objects.filter(pk=version.pk).delete()


def test_who_may_not_rule_is_refused(agency, lexicon):
    with builders.acting(agency.ann), pytest.raises(Refused) as caught:
        bring(lexicon, "甲乙", by=agency.ann)
    assert caught.value.code == "forbidden"
    with builders.acting(agency.ann), pytest.raises(Refused) as caught:
        rules.switch_off(RuleSwitch(rule="cn_adlaw", because="no"), by=agency.ann)
    assert caught.value.code == "forbidden"


def test_another_agency_does_not_see_the_list_nor_fall_under_it(agency, approved, boss, lexicon):
    with builders.acting(boss):
        rules.activate(bring(lexicon, "甲乙", by=boss), by=boss)
    with builders.acting(agency.eve), pytest.raises(Refused) as caught:
        rules.activate(LexiconVersion._base_manager.get(), by=agency.eve)
    assert caught.value.code == "not_found"
    assert house_rules.in_force(agency.south.pk)["lists"] == ()


def test_a_switched_off_rule_finds_nothing_and_the_event_says_why(agency, boss):
    candidate = builders.candidate(
        builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann), builders.BLOCKED
    )
    with scope.organization(agency.north.pk):
        blocking = {f.rule for f in candidate.report.findings.filter(severity="block")}
    with builders.acting(boss):
        for rule in blocking:
            rules.switch_off(RuleSwitch(rule=rule, because="the regulator said so"), by=boss)
        rules_changed()
    assert status_of(candidate) == "in_review"
    with scope.organization(agency.north.pk):
        assert set(Event.objects.filter(verb="switched_off").values_list("subject_type")) == {
            ("ruleswitch",)
        }
    with builders.acting(boss):
        for row in RuleSwitch.objects.all():
            rules.switch_on(row, by=boss)
        rules_changed()
    assert status_of(candidate) == "blocked"


def test_a_switch_names_something_that_exists(agency, boss):
    with builders.acting(boss), pytest.raises(Refused) as caught:
        rules.switch_off(RuleSwitch(rule="cn_adlaw.no.such", because="x"), by=boss)
    assert caught.value.code == "unknown_rule"


def test_a_whole_pack_can_be_switched_off(agency, boss):
    name = packs.installed()[0].meta.name
    with builders.acting(boss):
        rules.switch_off(RuleSwitch(rule=name, because="we do not sell there"), by=boss)
    assert house_rules.in_force(agency.north.pk)["off"] == frozenset({name})


def test_an_allowed_phrase_reaches_the_gates_with_who_and_until_when(agency, boss):
    until = date.today() + timedelta(days=30)
    with builders.acting(boss):
        row = AllowedPhrase(phrase="一杯就好", because="slogan", expires_on=until)
        rules.allow(row, by=boss)
    brief = builders.brief(agency.client, by=agency.ann)
    with scope.organization(agency.north.pk):
        copy = gates.copy_of(brief, brief.placements.first(), [["text", "一杯就好"]])
    assert [(one.phrase, one.expires, one.approved_by) for one in copy.allowed] == [
        ("一杯就好", until.isoformat(), "boss")
    ]
    with builders.acting(boss):
        rules.forbid(row, by=boss)
    with scope.organization(agency.north.pk):
        assert AllowedPhrase.objects.count() == 0


def test_the_words_of_a_list_are_read_once_a_process(
    agency, approved, boss, lexicon, django_assert_num_queries
):
    with builders.acting(boss):
        rules.activate(bring(lexicon, "甲乙", by=boss), by=boss)
    house_rules.in_force(agency.north.pk)
    with django_assert_num_queries(3):
        house_rules.in_force(agency.north.pk)
