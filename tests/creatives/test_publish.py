"""Only approved bytes go out, and only while the rules in force allow them."""

import csv
import json

import pytest

from creatives.actions import publish, recheck
from creatives.channels import registry
from creatives.channels.base import ChannelError
from creatives.errors import Refused
from creatives.models import Candidate, Publication
from creatives.open_door import open_door
from tenants import scope
from tests import builders


@pytest.fixture
def approved(agency, settings, tmp_path):
    settings.FEED_ROOT = tmp_path
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    candidate = builders.candidate(run, builders.CLEAN)
    builders.approved(candidate, by=agency.rex)
    return candidate


def _feed(settings, candidate):
    return settings.FEED_ROOT / str(candidate.organization_id) / str(candidate.client_id)


def _refused(code, function, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code, str(caught.value)


def test_the_feed_holds_exactly_the_approved_bytes(agency, approved, settings):
    publication = builders.published(approved, by=agency.pia)
    assert publication.status == "live"
    feed = json.loads((_feed(settings, approved) / "feed.json").read_text("utf-8"))
    assert [item["fields"] for item in feed["items"]] == [approved.fields]
    assert feed["items"][0]["sha256"] == approved.sha256
    with (_feed(settings, approved) / "feed.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [text for _, text in approved.fields]


def test_what_is_not_approved_is_not_published(agency, approved):
    other = builders.candidate(approved.run, "早上喝一杯燕麦。")
    _refused("not_approved", builders.published, other, by=agency.pia)


def test_only_publishers_publish(agency, approved):
    _refused("forbidden", builders.published, approved, by=agency.rex)


def test_an_unknown_channel_is_named(agency, approved):
    _refused("unknown_channel", builders.published, approved, by=agency.pia, channel="moon")


def test_it_is_published_once_a_channel(agency, approved):
    builders.published(approved, by=agency.pia)
    _refused("already_published", builders.published, approved, by=agency.pia)


def test_bytes_changed_behind_our_back_are_not_published(agency, approved, settings):
    with open_door("an attack"):
        Candidate._base_manager.filter(pk=approved.pk).update(fields=[["body", "换掉的字"]])
    approved.refresh_from_db()
    _refused("not_approved", builders.published, approved, by=agency.pia)
    assert not (_feed(settings, approved) / "feed.json").exists()


def test_a_new_block_voids_the_approval_at_publish_time(agency, approved, settings):
    approved.client.banned_words = ["一杯"]
    approved.client.save()
    _refused(
        "rules_changed",
        builders.published,
        Candidate._base_manager.get(pk=approved.pk),
        by=agency.pia,
    )
    approved.refresh_from_db()
    assert approved.status == "blocked"
    failed = Publication._base_manager.get()
    assert (failed.status, bool(failed.error)) == ("failed", True)
    assert not (_feed(settings, approved) / "feed.json").exists()


def test_a_recheck_leaves_an_approval_that_stands(agency, approved):
    with scope.organization(agency.north.pk):
        assert recheck.recheck(Candidate.objects.all()) == []
    approved.refresh_from_db()
    assert approved.status == "approved"


def test_a_recheck_after_a_change_of_lists_sends_fallen_copy_back(agency, approved):
    approved.client.banned_words = ["一杯"]
    approved.client.save()
    with scope.organization(agency.north.pk):
        assert recheck.recheck(Candidate.objects.all()) == [approved]
    approved.refresh_from_db()
    assert approved.status == "blocked"


def test_a_withdrawn_item_leaves_the_feed(agency, approved, settings):
    publication = builders.published(approved, by=agency.pia)
    with builders.acting(agency.pia):
        publish.withdraw(publication, by=agency.pia, reason="活动结束")
    feed = json.loads((_feed(settings, approved) / "feed.json").read_text("utf-8"))
    assert feed["items"] == []
    assert publication.status == "withdrawn"


def test_a_channel_that_fails_for_now_leaves_the_publication_waiting(agency, approved, monkeypatch):
    def full(item, *, root):
        raise ChannelError("disk full", permanent=False)

    monkeypatch.setattr(registry.get("file"), "publish", full)
    _refused("channel_failed", builders.published, approved, by=agency.pia)
    assert Publication._base_manager.get().status == "scheduled"


def test_the_sweeper_delivers_what_was_cut_off(agency, approved, settings, monkeypatch):
    from creatives import tasks

    settings.LEASE_S = 0

    def full(item, *, root):
        raise ChannelError("disk full", permanent=False)

    with monkeypatch.context() as patch:
        patch.setattr(registry.get("file"), "publish", full)
        _refused("channel_failed", builders.published, approved, by=agency.pia)
    assert tasks.sweep()["delivered"] == 1
    assert Publication._base_manager.get().status == "live"


def test_publishing_twice_by_one_key_leaves_one_item(agency, approved, settings):
    publication = builders.published(approved, by=agency.pia)
    channel = registry.get("file")
    channel.publish(publish.item_of(publication), root=settings.FEED_ROOT)
    feed = json.loads((_feed(settings, approved) / "feed.json").read_text("utf-8"))
    assert len(feed["items"]) == 1


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@sum", '=HYPERLINK("x")'])
def test_a_formula_in_the_csv_is_text(text, tmp_path):
    from creatives.channels.base import Item
    from plugins.file_feed import CHANNEL

    item = Item("1-a", "1/1", "0" * 64, (("body", text),), "weibo_post", "zh", {})
    CHANNEL.publish(item, root=tmp_path)
    with (tmp_path / "1/1/feed.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["text"] == "'" + text


@pytest.mark.parametrize("feed", ["../up", "/etc", "a/../b", "a//b", ""])
def test_an_unsafe_name_never_reaches_the_disk(feed, tmp_path):
    from creatives.channels.base import Item
    from plugins.file_feed import CHANNEL

    with pytest.raises(ChannelError):
        CHANNEL.publish(Item("1-a", feed, "", (), "weibo_post", "zh", {}), root=tmp_path)


# -- races: each was seen to happen ------------------------------------------------------------------


def _between(monkeypatch, owner, name, act, *, after=False):
    """Do `act` once, right before (or after) the next call of `owner.name`."""
    original, done = getattr(owner, name), []

    def wrapped(*args, **kwargs):
        if not after and not done:
            done.append(1)
            act()
        result = original(*args, **kwargs)
        if after and not done:
            done.append(1)
            act()
        return result

    monkeypatch.setattr(owner, name, wrapped)


def _items(settings, candidate):
    return json.loads((_feed(settings, candidate) / "feed.json").read_text("utf-8"))["items"]


def test_two_deliveries_at_once_leave_the_item_in_the_feed(agency, approved, settings, monkeypatch):
    def other():
        publish.deliver(Publication._base_manager.get())

    _between(monkeypatch, registry.get("file"), "publish", other)
    publication = builders.published(approved, by=agency.pia)
    assert publication.status == "live"
    assert len(_items(settings, approved)) == 1


def test_an_approval_that_falls_during_delivery_takes_the_item_back(
    agency, approved, settings, monkeypatch
):
    def list_changes():
        approved.client.banned_words = ["一杯"]
        approved.client.save()
        recheck.recheck(Candidate.objects.all())

    _between(monkeypatch, registry.get("file"), "publish", list_changes, after=True)
    _refused("not_approved", builders.published, approved, by=agency.pia)
    assert Publication._base_manager.get().status == "failed"
    assert _items(settings, approved) == []


def test_a_withdrawal_during_delivery_wins(agency, approved, settings, monkeypatch):
    def withdrawn():
        publish.withdraw(Publication.objects.get(), by=agency.pia, reason="doch nicht")

    _between(monkeypatch, registry.get("file"), "publish", withdrawn, after=True)
    _refused("lost_race", builders.published, approved, by=agency.pia)
    assert Publication._base_manager.get().status == "withdrawn"
    assert _items(settings, approved) == []


def test_a_withdrawal_that_the_channel_missed_is_repeated(agency, approved, settings, monkeypatch):
    from creatives import tasks

    publication = builders.published(approved, by=agency.pia)

    def down(item, *, root):
        raise ChannelError("no route", permanent=False)

    with monkeypatch.context() as patch, builders.acting(agency.pia):
        patch.setattr(registry.get("file"), "withdraw", down)
        _refused("channel_failed", publish.withdraw, publication, by=agency.pia, reason="stop")
    assert publication.status == "withdrawn"
    assert len(_items(settings, approved)) == 1
    settings.LEASE_S = 0
    assert tasks.sweep()["taken_back"] == 1
    assert _items(settings, approved) == []
    assert tasks.sweep()["taken_back"] == 0, "once is enough"


def test_one_bad_row_stops_no_other_delivery(agency, approved, settings, monkeypatch):
    from creatives import tasks

    second = builders.candidate(approved.run, "早上喝一杯燕麦。")
    builders.approved(second, by=agency.rex)

    def broken(item, *, root):
        raise ZeroDivisionError("a plugin's bug")

    with monkeypatch.context() as patch:
        patch.setattr(registry.get("file"), "publish", broken)
        for candidate in (approved, second):
            _refused("channel_failed", builders.published, candidate, by=agency.pia)
    settings.LEASE_S = 0
    first = Publication._base_manager.order_by("id").first()
    publish_ = registry.get("file").publish

    def half(item, *, root):
        if item.sha256 == first.sha256:
            raise ZeroDivisionError("still")
        return publish_(item, root=root)

    monkeypatch.setattr(registry.get("file"), "publish", half)
    assert tasks.sweep()["delivered"] == 1


def test_a_placement_that_a_release_retired_fails_closed(agency, approved, monkeypatch):
    from creatives import gates

    monkeypatch.setattr(gates, "PLACEMENTS", {})
    with scope.organization(agency.north.pk):
        assert recheck.recheck(Candidate.objects.all()) == [approved]
    approved.refresh_from_db()
    assert (approved.status, approved.verdict) == ("blocked", "block")


def test_copy_that_is_no_longer_blocked_goes_back_to_review(agency, approved):
    approved.client.banned_words = ["一杯"]
    approved.client.save()
    with scope.organization(agency.north.pk):
        recheck.recheck(Candidate.objects.all())
        approved.client.banned_words = []
        approved.client.save()
        recheck.recheck(Candidate.objects.all())
    approved.refresh_from_db()
    assert (approved.status, approved.verdict) == ("in_review", "pass")


def test_the_feed_says_that_an_edited_machine_text_is_machine_made(agency, approved, settings):
    child = builders.edited(approved, "今天的早餐，一杯足矣。", by=agency.ann)
    builders.approved(child, by=agency.rex)
    builders.published(child, by=agency.pia)
    assert _items(settings, approved)[0]["meta"]["ai_generated"] is True


def test_a_brief_is_told_before_it_runs_what_the_gates_will_find(agency):
    from creatives import gates

    brief = builders.brief(
        agency.client, key_messages=["采用顶级天然成分", "热水冲三分钟"], must_include=["纯天然"]
    )
    with scope.organization(agency.north.pk):
        found = [(entry, hit.text, hit.severity) for entry, hit in gates.foretell(brief)]
    assert found == [
        ("采用顶级天然成分", "顶级", "block"), ("纯天然", "纯天然", "evidence"),
    ]  # fmt: skip


def test_a_channel_that_cannot_be_loaded_takes_no_page_down(agency, approved, client, monkeypatch):
    class Broken:
        name, value = "file", "broken:CHANNEL"

        def load(self):
            raise ImportError("no module named broken")

    monkeypatch.setattr(registry, "entry_points", lambda **_: [Broken()])
    for cached in (registry.get, registry.names):
        cached.cache_clear()
    try:
        client.force_login(agency.pia)
        assert client.get(f"/review/{approved.pk}/").status_code == 200
        _refused("unknown_channel", builders.published, approved, by=agency.pia)
    finally:
        for cached in (registry.get, registry.names):
            cached.cache_clear()


def test_a_withdrawal_whose_plugin_is_gone_is_told_and_kept(agency, approved, monkeypatch):
    publication = builders.published(approved, by=agency.pia)

    def gone(name):
        raise registry.UnknownChannel(f"unknown channel {name!r}")

    monkeypatch.setattr(registry, "get", gone)
    with builders.acting(agency.pia):
        _refused("channel_failed", publish.withdraw, publication, by=agency.pia, reason="stop")
    assert publication.status == "withdrawn"


def test_an_approval_number_expires_by_the_agencys_calendar(agency, settings, monkeypatch):
    """At 00:30 in Shanghai the day before is over, whatever the day in UTC."""
    from datetime import UTC, datetime

    from creatives import gates

    half_past_midnight = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    monkeypatch.setattr(gates.timezone, "now", lambda: half_past_midnight)
    brief = builders.brief(agency.client)
    assert gates.today(brief) == "2026-11-23"
