"""Claims and their papers: who files them, what is taken as a file, and what follows a change."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from creatives.models import Claim, Clearance, Event, Substantiation
from creatives.models.evidence import MAX_PAPER_BYTES
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db
PAPERS = {
    "pdf": b"%PDF-1.7" + b"p" * 20,
    "png": b"\x89PNG\r\n\x1a\n" + b"p" * 20,
    "jpg": b"\xff\xd8\xff" + b"j" * 20,
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office():
    made = desk.build()
    made.product = builders.product(made.client)
    return made


def paper(**rest):
    return {"issuer": "甲研究院", "title": "市场报告", "dated_on": "2026-03-01", **rest}


def add(office, *papers, role="writer", text="全国销量第一", product=None):
    data = {"product": (product or office.product).pk, "text": text, "language": "zh",
            **desk.inline("substantiations", *papers)}  # fmt: skip
    return office.browser(role).post(desk.url("claim", "add"), data)


def upload(office, content, name="a.pdf", **rest):
    file = SimpleUploadedFile(name, content, content_type="text/html")
    return add(office, paper(file=file, **rest))


def inline_errors(response):
    assert response.status_code == 200
    [formset] = response.context["inline_admin_formsets"]
    return {name for form in formset.formset.errors for name in form}


def test_a_claim_is_filed_with_its_papers_under_the_client_of_its_product(office):
    assert add(office, paper(valid_until="2027-03-01", region="全国")).status_code == 302
    claim, row = Claim._base_manager.get(), Substantiation._base_manager.get()
    writer = office.people["writer"]
    assert (claim.client, claim.created_by) == (office.client, writer)
    assert (row.client, row.created_by, row.claim) == (office.client, writer, claim)
    assert row.valid_until == date(2027, 3, 1)
    assert Event._base_manager.filter(subject_type="claim", verb="created").exists()


@pytest.mark.parametrize("kind", list(PAPERS))
def test_a_file_is_kept_under_its_digest_as_what_its_bytes_are(office, kind, tmp_path):
    assert upload(office, PAPERS[kind], name="../../evil.html").status_code == 302
    row = Substantiation._base_manager.get()
    assert (row.extension, row.size) == (kind, len(PAPERS[kind]))
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [f"{row.sha256}.{kind}"]


@pytest.mark.parametrize(
    "content",
    [b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>", b"GIF89a", b"PK\x03\x04", b"%PD",
     b" %PDF-1.7", b"<!-- %PDF-1.7 -->", b"MZ"],
)  # fmt: skip
def test_what_is_no_paper_is_refused_whatever_it_is_called(office, content, tmp_path):
    assert inline_errors(upload(office, content)) == {"file"}
    assert not Claim._base_manager.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_over_the_limit_is_refused(office):
    assert inline_errors(upload(office, PAPERS["pdf"] + b"\0" * MAX_PAPER_BYTES)) == {"file"}


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        ({"valid_until": "2026-02-28"}, "valid_until"),
        ({"dated_on": ""}, "dated_on"),
        ({"issuer": "\u200b"}, "issuer"),
        ({"title": "a\u2028b"}, "title"),
        ({"sample": "a\x00b"}, "sample"),
    ],
)
def test_what_cannot_be_relied_on_is_refused(office, columns, wrong):
    assert wrong in inline_errors(add(office, paper(**columns)))


@pytest.mark.parametrize("role", ["reviewer", "publisher", "viewer"])
def test_who_may_not_change_products_files_nothing(office, role):
    assert add(office, paper(), role=role).status_code == 403
    assert not Claim._base_manager.exists()


def test_a_product_of_another_team_is_no_choice(office):
    other = builders.client(office.agency, "Tea")
    assert "product" in desk.errors(add(office, product=builders.product(other)))


def test_a_claim_is_written_once_a_product(office):
    add(office)
    assert desk.errors(add(office))


def cleared(office):
    """A candidate cleared by the paper that `add` filed; return the paper."""
    lawyer = builders.member(office.agency, "lea", roles=["reviewer"], disciplines=["legal"])
    builders.assigned(office.client, lawyer)
    run = builders.run(builders.brief(office.client, by=office.people["writer"]))
    candidate = builders.candidate(run, builders.EVIDENCE)
    with builders.acting(lawyer):
        finding = candidate.report.findings.first()
        row = Substantiation.objects.get()
        Clearance.objects.create(
            candidate=candidate, finding=finding, ground="substantiated", substantiation=row,
            reason="有报告", by=lawyer, **candidate.owners,
        )  # fmt: skip
    return row


def change(office, row, **columns):
    kept = {"id": row.pk, "claim": row.claim_id, **paper(), **columns}
    data = {"text": row.claim.text, "language": "zh",
            **desk.inline("substantiations", kept, initial=1)}  # fmt: skip
    page = desk.url("claim", "change", row.claim_id)
    return office.browser("writer").post(page, data)


@pytest.mark.parametrize("until", ["", "2027-01-01"])
def test_what_a_lawyer_relied_on_holds_no_longer_than_the_lawyer_saw(office, until):
    add(office, paper(valid_until="2026-12-31"))
    row = cleared(office)
    assert inline_errors(change(office, row, valid_until=until)) == {"valid_until"}
    assert change(office, row, valid_until="2026-12-30").status_code == 302


def test_where_a_paper_is_found_stays_what_the_lawyer_saw(office):
    add(office, paper(path="档案柜三"))
    row = cleared(office)
    assert inline_errors(change(office, row, path="别处")) == {"path"}


def test_a_paper_that_nobody_relied_on_may_be_prolonged(office):
    add(office, paper(valid_until="2026-12-31"))
    row = Substantiation._base_manager.get()
    assert change(office, row, valid_until="2027-12-31").status_code == 302


def test_what_a_lawyer_relied_on_is_not_rewritten_but_its_validity_may_end(office):
    add(office, paper())
    row = cleared(office)
    assert inline_errors(change(office, row, region="全国")) == {"region"}
    assert change(office, row, valid_until="2026-12-31").status_code == 302
    row.refresh_from_db()
    assert row.valid_until == date(2026, 12, 31)


def test_what_a_lawyer_relied_on_is_not_deleted(office):
    add(office, paper())
    row = cleared(office)
    change(office, row, DELETE="on")
    assert Substantiation._base_manager.filter(pk=row.pk).exists()


def test_a_changed_paper_is_followed_by_a_judgement(office, monkeypatch):
    from creatives.actions import lists

    add(office, paper())
    row, asked = Substantiation._base_manager.get(), []
    monkeypatch.setattr(lists, "product_changed", lambda product: asked.append(product) or [])
    assert change(office, row, region="广东").status_code == 302
    assert asked == [office.product]


def test_clearances_are_only_read(office):
    add(office, paper())
    row = cleared(office)
    clearance = Clearance._base_manager.get(substantiation=row)
    browser = office.browser("viewer")
    assert "有报告" in browser.get(desk.url("clearance", "change", clearance.pk)).content.decode()
    for view, pk in (("add", None), ("delete", clearance.pk)):
        assert office.browser("admin").get(desk.url("clearance", view, pk)).status_code == 403
