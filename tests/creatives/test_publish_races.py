"""Publishing when things happen at once or go away: each of these was seen to go wrong."""

import json

import pytest

from creatives.actions import publish, recheck
from creatives.channels import registry
from creatives.channels.base import ChannelError
from creatives.errors import Refused
from creatives.models import Candidate, Publication
from tenants import scope
from tests import builders


def _feed(settings, candidate):
    return settings.FEED_ROOT / str(candidate.organization_id) / str(candidate.client_id)


def _refused(code, function, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code, str(caught.value)


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
