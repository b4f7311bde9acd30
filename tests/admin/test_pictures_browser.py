"""A picture's page in a real browser: boxes over the words, and a way from each finding by keyboard."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from compliance.pictures import Line, Reading
from creatives.actions import pictures
from creatives.models import Asset
from tenants import scope
from tests.admin import desk
from tests.admin.test_browser import enter  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LINES = (("Guaranteed to cure cancer", 60.0, 120.0), ("The best oat milk in China", 200.0, 260.0))


@pytest.fixture
def poster(settings: Any, tmp_path: Any) -> tuple[desk.Desk, Asset]:
    """A picture twice as wide as it is shown, read and blocked."""
    settings.MEDIA_ROOT = tmp_path
    office = desk.build()
    image = Image.new("RGB", (1600, 600), "white")
    pen = ImageDraw.Draw(image)
    lines = []
    for text, top, bottom in LINES:
        pen.text((100, top), text, fill="black", font_size=56)
        right = pen.textlength(text, font_size=56) + 100
        corners = ((100.0, top), (right, top), (right, bottom), (100.0, bottom))
        lines.append(Line(text, corners, 0.99))
    out = io.BytesIO()
    image.save(out, "PNG")
    with scope.organization(office.agency.pk):
        row = Asset(client=office.client, organization=office.agency, title="Poster")
        row.file = ContentFile(out.getvalue(), name="a.png")
        row.clean()
        row.save()
        reading = Reading(tuple(lines), "test 1", 1600, 600)
        found = pictures.judgement(row, reading)
        pictures.keep(row, reading, found)
        Asset.objects.update(status="read", verdict=found.verdict)
    return office, row


def test_boxes_lie_over_the_words_in_any_window(enter: Any, poster: Any) -> None:  # noqa: F811
    office, row = poster
    for width in (1280, 360):
        page = enter(office.people["writer"], width=width)
        page.goto(desk.url("asset", "change", row.pk))
        shown = page.locator(".boxed img").bounding_box()
        box = page.locator("#box-1 polygon").bounding_box()
        scale = shown["width"] / 1600
        middle = box["y"] + box["height"] / 2  # whatever the stroke adds, it adds on both sides
        assert abs(middle - shown["y"] - 90 * scale) < 3
        assert shown["x"] <= box["x"]
        assert box["x"] + box["width"] <= shown["x"] + shown["width"]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0


def test_a_finding_is_reached_from_its_box_and_back_without_a_mouse(
    enter: Any,  # noqa: F811
    poster: Any,
) -> None:
    office, row = poster
    page = enter(office.people["writer"])
    page.goto(desk.url("asset", "change", row.pk))
    page.focus("#box-1")
    page.keyboard.press("Enter")
    assert page.url.endswith("#finding-1")
    assert page.evaluate("document.querySelector(':target').id") == "finding-1"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#box-1"
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector(':target').id") == "box-1"
