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
