"""A picture waits, is read once, judged like copy, judged again when rules change, and fails closed."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection
from django.utils import timezone

from compliance import readers
from compliance.pictures import Line, Reading, ReadingError
from creatives import picture_leases
from creatives.actions import lists, pictures
from creatives.errors import IllegalMove, LeaseLost, Refused
from creatives.models import Asset, AssetReport, Event
from creatives.states import AssetStatus
from creatives.tasks import drain, sweep
from tenants import scope
from tests import builders
from tests.tenancy.world import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets what the reader sees, or raises; the models are tested elsewhere."""
    answer: list[Any] = [[]]

    def read(content: bytes, name: str) -> Reading:
        seen = answer[0]
        if isinstance(seen, Exception):
            raise seen
        box = ((10.0, 10.0), (210.0, 10.0), (210.0, 40.0), (10.0, 40.0))
        return Reading(tuple(Line(text, box, 0.99) for text in seen), "test 1", 400, 300)

    monkeypatch.setattr(readers, "read", read)

    def go(*seen: Any) -> None:
        answer[0] = seen[0] if isinstance(seen[0], Exception) else seen

    return go


@pytest.fixture
def product() -> Any:
    agency = builders.organization("north")
    client = builders.client(agency, "Oats")
    return builders.product(client, "燕麦奶", category="food")


def upload(product: Any, title: str = "poster", content: bytes = PNG) -> Asset:
    with scope.organization(product.organization_id):
        row = Asset(product=product, title=title, extension="png", size=len(content),
                    sha256=str(hash(title))[-8:].rjust(64, "0"), **product.owners)  # fmt: skip
        row.file.save("x.png", ContentFile(content), save=False)
        row.save()
    return row


def now(asset: Asset) -> Asset:
    return Asset._base_manager.get(pk=asset.pk)


def read(asset: Asset) -> Asset:
    lease = picture_leases.claim()
    assert lease is not None and lease.asset.pk == asset.pk
    pictures.execute(lease)
    return now(asset)


def verbs(asset: Asset) -> list[str]:
    rows = Event._base_manager.filter(subject_type="asset", subject_id=asset.pk).order_by("id")
    return list(rows.values_list("verb", flat=True))


def test_a_picture_is_read_judged_and_kept_with_its_boxes(product: Any, says: Any) -> None:
    says("根治糖尿病")
    asset = upload(product)
    assert (asset.status, asset.verdict) == (AssetStatus.WAITING, "")
    done = read(asset)
    assert (done.status, done.verdict, done.attempt) == (AssetStatus.READ, "block", 1)
    assert done.lease_token is None
    report = AssetReport._base_manager.get()
    assert (report.verdict, report.markets, report.reader) == ("block", ["cn"], "test 1")
    assert report.findings[0]["marks"][0]["box"][0] == [10.0, 10.0]
    assert report.packs and report.lines[0]["text"] == "根治糖尿病"
    assert verbs(asset) == ["claimed", "text_read"]


def test_the_drain_of_the_cpu_queue_reads_pictures(product: Any, says: Any) -> None:
    says("燕麦奶")
    asset = upload(product)
    assert drain("gpu") == 0
    assert drain("cpu") == 1
    assert now(asset).verdict == "pass"


def test_the_clients_words_and_the_products_category_hold(product: Any, says: Any) -> None:
    type(product.client)._base_manager.update(banned_words=["神仙水"])
    product.refresh_from_db()
    says("神仙水")
    assert read(upload(product)).verdict == "block"
    with scope.organization(product.organization_id):
        assert AssetReport.objects.get().findings[0]["rule"].startswith("client")


def test_words_that_a_client_demands_are_not_asked_of_a_picture(product: Any, says: Any) -> None:
    type(product.client)._base_manager.update(required_words=["禾谷"])
    says("燕麦奶")
    assert read(upload(product)).verdict == "pass"


def test_new_words_of_the_client_block_a_picture_without_reading_it_again(
    product: Any, says: Any
) -> None:
    says("神仙水")
    asset = read(upload(product))
    assert asset.verdict == "pass"
    says(AssertionError("it was read again"))
    type(product.client)._base_manager.update(banned_words=["神仙水"])
    with scope.organization(product.organization_id):
        lists.client_changed(product.client)
        assert now(asset).verdict == "block"
        assert AssetReport.objects.count() == 2
        lists.rules_changed()
        assert AssetReport.objects.count() == 2, "nothing changed, so nothing is kept"
    assert verbs(asset)[-1] == "rejudged"


def test_another_category_asks_for_its_papers(product: Any, says: Any) -> None:
    says("燕麦奶")
    asset = read(upload(product))
    type(product)._base_manager.update(category="medicine")
    with scope.organization(product.organization_id):
        lists.product_changed(product)
        rules = [one["rule"] for one in AssetReport.objects.latest("id").findings]
    assert "facts.approval_missing" in rules
    assert now(asset).verdict in ("evidence", "block")


def test_a_picture_that_is_not_read_or_blocked_is_not_usable(product: Any, says: Any) -> None:
    says("根治糖尿病")
    asset = upload(product)
    with scope.organization(product.organization_id):
        with pytest.raises(Refused) as waits:
            pictures.usable(asset)
        blocked = read(asset)
        with pytest.raises(Refused) as refused:
            pictures.usable(blocked)
        says("燕麦奶")
        assert pictures.usable(read(upload(product, "other"))).verdict == "pass"
    assert (waits.value.code, refused.value.code) == ("picture_not_read", "picture_blocked")


def test_what_is_usable_is_asked_under_the_rules_of_the_moment(product: Any, says: Any) -> None:
    says("神仙水")
    asset = read(upload(product))
    type(product.client)._base_manager.update(banned_words=["神仙水"])
    with scope.organization(product.organization_id), pytest.raises(Refused, match="blocked|拦截"):
        pictures.usable(now(asset))


def test_without_a_reader_the_picture_is_not_read_and_says_why(product: Any, settings: Any) -> None:
    settings.PICTURE_READER = "nobody"
    asset = read(upload(product))
    assert (asset.status, asset.verdict, asset.error_code) == ("failed", "", "no_reader")
    assert "make setup" in asset.error
    with scope.organization(product.organization_id), pytest.raises(Refused, match="make setup"):
        pictures.usable(asset)


def test_a_lost_file_is_not_read(product: Any, says: Any) -> None:
    says("燕麦奶")
    asset = upload(product)
    asset.file.storage.delete(asset.file.name)
    assert read(asset).error_code == "lost_file"


def test_a_failure_that_may_pass_is_tried_again_and_ends(
    product: Any, says: Any, settings: Any
) -> None:
    settings.MAX_ATTEMPTS = 2
    says(ReadingError("out of memory", permanent=False, code="crashed"))
    asset = read(upload(product))
    assert (asset.status, asset.attempt, asset.error) == ("waiting", 1, "out of memory")
    assert picture_leases.claim() is None, "not before its time"
    Asset._base_manager.update(run_after=timezone.now())
    assert read(asset).status == AssetStatus.FAILED


def test_a_bug_of_ours_marks_the_picture_and_is_raised(product: Any, says: Any) -> None:
    says(KeyError("\ud800"))
    asset = upload(product)
    lease = picture_leases.claim()
    assert lease is not None
    with pytest.raises(KeyError):
        pictures.execute(lease)
    assert (now(asset).status, now(asset).error_code) == ("failed", "bug")


def test_two_workers_never_hold_one_picture(product: Any) -> None:
    upload(product)
    assert picture_leases.claim() is not None
    assert picture_leases.claim() is None


def test_a_worker_that_lost_its_picture_writes_nothing(product: Any, says: Any) -> None:
    says("根治糖尿病")
    asset = upload(product)
    slow = picture_leases.claim()
    Asset._base_manager.update(lease_until=timezone.now())
    fast = picture_leases.claim()
    assert slow is not None and fast is not None
    pictures.execute(fast)
    pictures.execute(slow)
    assert AssetReport._base_manager.count() == 1
    assert verbs(asset) == ["claimed", "claimed", "text_read"]
    with pytest.raises((LeaseLost, IllegalMove)):
        slow.end(AssetStatus.READ)


def test_a_picture_that_kills_its_workers_is_set_aside(product: Any, settings: Any) -> None:
    settings.MAX_ATTEMPTS = 2
    asset = upload(product)
    for _ in range(2):
        assert picture_leases.claim() is not None
        Asset._base_manager.update(lease_until=timezone.now())
    assert picture_leases.claim() is None
    assert sweep()["pictures_quarantined"] == 1
    assert (now(asset).status, now(asset).error_code) == ("quarantined", "worker_died")


def test_the_sweeper_rings_only_where_somebody_hears(product: Any, monkeypatch: Any) -> None:
    rung: list[str] = []
    monkeypatch.setattr(picture_leases, "ring", rung.append)
    upload(product)
    picture_leases.sweep(alive=False)
    assert rung == []
    picture_leases.sweep(alive=True)
    assert rung == ["cpu"]


def test_reading_again_needs_the_right_and_an_end(product: Any, says: Any) -> None:
    says("根治糖尿病")
    agency = product.organization
    writer = builders.member(agency, "writer", roles=["writer"])
    viewer = builders.member(agency, "viewer", roles=["viewer"])
    for person in (writer, viewer):
        builders.assigned(product.client, person)
    asset = upload(product)
    with builders.acting(writer, agency), pytest.raises(Refused) as waits:
        pictures.read_again(asset, by=writer)
    done = read(asset)
    with builders.acting(viewer, agency), pytest.raises(Refused) as forbidden:
        pictures.read_again(done, by=viewer)
    says("燕麦奶")
    with builders.acting(writer, agency):
        pictures.read_again(done, by=writer)
    assert (waits.value.code, forbidden.value.code) == ("already_waiting", "forbidden")
    assert (now(asset).status, now(asset).verdict, now(asset).attempt) == ("waiting", "", 0)
    assert read(asset).verdict == "pass"


def test_a_report_is_never_changed_and_outlives_its_picture(product: Any, says: Any) -> None:
    says("燕麦奶")
    asset = read(upload(product))
    report = AssetReport._base_manager.get()
    for change in ({"verdict": "pass", "title": "other"}, {"lines": []}):
        with pytest.raises(DatabaseError, match="append-only"), connection.cursor():
            _update(change)
    with scope.organization(product.organization_id):
        asset.delete()
    kept = AssetReport._base_manager.get()
    assert (kept.asset_id, kept.sha256, kept.lines) == (None, report.sha256, report.lines)


def _update(change: dict[str, Any]) -> None:
    from django.db import transaction

    with transaction.atomic():
        AssetReport._base_manager.update(**change)
