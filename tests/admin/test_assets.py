"""Pictures come in by their bytes and go out as pictures, whatever they were called."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from creatives.models import Asset
from creatives.models.product import MAX_ASSET_BYTES
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db
PICTURES = {
    "png": b"\x89PNG\r\n\x1a\n" + b"p" * 20,
    "jpg": b"\xff\xd8\xff" + b"j" * 20,
    "gif": b"GIF89a" + b"g" * 20,
    "webp": b"RIFF\0\0\0\0WEBP" + b"w" * 20,
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office():
    return desk.build()


def upload(office, content, name="a.png", title="T", role="writer", **rest):
    file = SimpleUploadedFile(name, content, content_type="text/html")
    data = {"client": office.client.pk, "title": title, "file": file, **rest}
    return office.browser(role).post(desk.url("asset", "add"), data)


@pytest.mark.parametrize(("kind", "mime"), [("png", "image/png"), ("jpg", "image/jpeg"),
                                            ("gif", "image/gif"), ("webp", "image/webp")])  # fmt: skip
def test_a_picture_is_served_as_what_its_bytes_are(office, kind, mime, tmp_path):
    assert upload(office, PICTURES[kind], name="../../evil.html").status_code == 302
    row = Asset._base_manager.get()
    assert (row.extension, row.size) == (kind, len(PICTURES[kind]))
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [f"{row.sha256}.{kind}"]
    response = office.browser("viewer").get(desk.url("asset", "file", row.pk))
    assert b"".join(response.streaming_content) == PICTURES[kind]
    assert response["Content-Type"] == mime
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("inline; filename=")
    assert "evil" not in response["Content-Disposition"]
    assert "default-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "content",
    [b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE",
     b"x", b"\x89PN"],
)  # fmt: skip
def test_what_is_no_picture_is_refused_whatever_it_is_called(office, content, tmp_path):
    assert "file" in desk.errors(upload(office, content))
    assert not Asset._base_manager.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_empty_or_missing_file_is_refused(office):
    assert "file" in desk.errors(upload(office, b""))
    data = {"client": office.client.pk, "title": "T"}
    assert "file" in desk.errors(office.browser("writer").post(desk.url("asset", "add"), data))


def test_a_picture_over_the_limit_is_refused(office):
    too_large = PICTURES["png"] + b"\0" * MAX_ASSET_BYTES
    assert "file" in desk.errors(upload(office, too_large))


def test_the_same_picture_twice_is_an_error(office):
    upload(office, PICTURES["png"])
    assert desk.errors(upload(office, PICTURES["png"], title="again"))
    assert Asset._base_manager.count() == 1


def test_a_picture_hangs_on_a_product_of_its_own_client(office):
    other = builders.client(office.agency, "Tea", team=[office.people["writer"]])
    product = builders.product(other)
    assert "product" in desk.errors(upload(office, PICTURES["png"], product=product.pk))


def test_the_bytes_and_the_owner_stay_when_the_title_changes(office):
    upload(office, PICTURES["png"])
    row = Asset._base_manager.get()
    other = builders.client(office.agency, "Tea", team=[office.people["writer"]])
    file = SimpleUploadedFile("b.gif", PICTURES["gif"])
    data = {"title": "New", "client": other.pk, "file": file, "sha256": "0" * 64}
    page = desk.url("asset", "change", row.pk)
    assert office.browser("writer").post(page, data).status_code == 302
    now = Asset._base_manager.get()
    assert (now.title, now.sha256, now.client_id) == ("New", row.sha256, office.client.pk)


def test_deleting_takes_the_file_along(office, tmp_path, django_capture_on_commit_callbacks):
    upload(office, PICTURES["png"])
    row = Asset._base_manager.get()
    with django_capture_on_commit_callbacks(execute=True):
        office.browser("writer").post(desk.url("asset", "delete", row.pk), {"post": "yes"})
    assert not Asset._base_manager.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_that_is_lost_is_not_found(office, tmp_path):
    upload(office, PICTURES["png"])
    row = Asset._base_manager.get()
    for path in tmp_path.rglob("*.png"):
        path.unlink()
    assert office.browser("writer").get(desk.url("asset", "file", row.pk)).status_code == 404
