"""The page of a picture: its verdict, its findings as boxes, and the button that reads it again."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from compliance.pictures import Line, Reading
from creatives.actions import pictures
from creatives.models import Asset
from tenants import scope
from tests.admin import desk
from tests.tenancy.world import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office() -> desk.Desk:
    return desk.build()


def picture(office: desk.Desk, *lines: str, title: str = "poster", **columns: Any) -> Asset:
    """A picture of the office's client, read already when there are `lines`."""
    with scope.organization(office.agency.pk):
        row = Asset(client=office.client, organization=office.agency, title=title, extension="png",
                    size=len(PNG), sha256=title.rjust(64, "0"), **columns)  # fmt: skip
        row.file.save("x.png", ContentFile(PNG), save=False)
        row.save()
        if lines:
            seen = tuple(
                Line(text, ((10.0, y), (210.0, y), (210.0, y + 30), (10.0, y + 30)), 0.99)
                for y, text in zip(range(10, 300, 60), lines, strict=False)
            )
            reading = Reading(seen, "test 1", 400, 300)
            found = pictures.judgement(row, reading)
            pictures.keep(row, reading, found)
            Asset.objects.update(status="read", verdict=found.verdict)
    return Asset._base_manager.get(pk=row.pk)


def page(office: desk.Desk, row: Asset, role: str = "writer") -> str:
    return office.browser(role).get(desk.url("asset", "change", row.pk)).content.decode()


def test_each_finding_has_a_box_and_each_box_its_finding(office: desk.Desk) -> None:
    row = picture(office, "根治糖尿病", "国家级品质")
    html = page(office, row)
    numbers = range(1, html.count('id="finding-') + 1)
    assert len(numbers) >= 2
    for number in numbers:
        assert f'href="#box-{number}"' in html and f'id="box-{number}"' in html
        assert f'href="#finding-{number}"' in html
    assert 'viewBox="0 0 400 300"' in html and 'points="10.0,10.0 ' in html
    assert "style=" not in html.split('class="module desk-panel picture"')[1].split("</section>")[0]


def test_what_is_not_read_says_so_and_why(office: desk.Desk) -> None:
    waits = picture(office, title="waits")
    failed = picture(office, title="lost", status="failed", error="run `make setup`")
    assert "Until then the picture may not be used" in english(office, waits)
    html = english(office, failed)
    assert "may not be used" in html and "run `make setup`" in html


def english(office: desk.Desk, row: Asset) -> str:
    browser = office.browser("writer")
    browser.cookies["django_language"] = "en"
    return browser.get(desk.url("asset", "change", row.pk)).content.decode()


def test_text_on_a_picture_is_never_markup(office: desk.Desk) -> None:
    html = page(office, picture(office, "<script>alert(1)</script>根治糖尿病"))
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html


def test_the_list_shows_the_verdict_and_filters_by_it(office: desk.Desk) -> None:
    picture(office, "根治糖尿病", title="bad")
    waits = picture(office, title="waits")
    browser = office.browser("viewer")
    listed = browser.get(desk.url("asset", "changelist") + "?verdict__exact=block").content.decode()
    assert "bad" in listed and f"/{waits.pk}/change/" not in listed
    waiting = browser.get(desk.url("asset", "changelist") + "?status__exact=waiting").content
    assert f"/{waits.pk}/change/" in waiting.decode()


def test_reading_again_is_a_button_for_those_who_may(office: desk.Desk) -> None:
    row = picture(office, "根治糖尿病")
    url = desk.url("asset", "read", row.pk)
    assert url in page(office, row) and url not in page(office, row, "viewer")
    assert office.browser("viewer").post(url).status_code == 403
    assert office.browser("writer").get(url).status_code == 405
    assert Asset._base_manager.get().status == "read"
    assert office.browser("writer").post(url).status_code == 302
    now = Asset._base_manager.get()
    assert (now.status, now.verdict) == ("waiting", "")
    assert url not in page(office, now)


def test_an_upload_rings_for_its_reader(
    office: desk.Desk, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    rung: list[str] = []
    monkeypatch.setattr(pictures, "ring", rung.append)
    file = SimpleUploadedFile("a.png", PNG)
    data = {"client": office.client.pk, "title": "T", "file": file}
    office.browser("writer").post(desk.url("asset", "add"), data)
    assert (rung, Asset._base_manager.get().status) == (["cpu"], "waiting")


def test_a_new_product_judges_the_picture_again(office: desk.Desk) -> None:
    from tests import builders

    row = picture(office, "每天一片")
    medicine = builders.product(office.client, "感冒灵", category="medicine")
    data = {"title": "poster", "product": medicine.pk}
    office.browser("writer").post(desk.url("asset", "change", row.pk), data)
    with scope.organization(office.agency.pk):
        report = pictures.latest(Asset.objects.get())
    assert report is not None and report.verdict != "pass"
