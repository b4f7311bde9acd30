"""The evidence file: everything a regulator would ask for, as a page, as PDF and as data."""

import json
import subprocess
import sys
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse

from creatives.actions.dossier import collect, digest
from creatives.models import Candidate, Dossier, ProductFact, Report
from creatives.workbench import dossier as printed
from tenants import scope
from tests import builders
from tests.creatives.conftest import people

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>纯天然\u200b配方"


@pytest.fixture
def agency():
    return people()


@pytest.fixture
def candidate(agency):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    return builders.candidate(run, EVIL)


@pytest.fixture
def browser(agency):
    browser = Browser()
    browser.force_login(agency.rex)
    return browser


def gathered(candidate):
    with scope.organization(candidate.organization_id):
        return collect(Candidate.objects.get(pk=candidate.pk))


def test_it_holds_text_findings_packs_and_history(agency, candidate):
    data = gathered(candidate)
    assert data["candidate"]["sha256"] == candidate.sha256
    assert data["candidate"]["fields"] == candidate.fields
    found = data["reports"][-1]
    assert found["findings"]
    assert {pack["name"] for pack in found["packs"]} >= {"cn_adlaw"}
    assert "checked" in {event["verb"] for event in data["events"]}


def test_it_holds_who_approved_which_bytes_and_where_they_went(agency, settings, tmp_path):
    settings.FEED_ROOT = tmp_path
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    row = builders.candidate(run, builders.CLEAN)
    builders.approved(row, by=agency.rex)
    builders.published(row, by=agency.pia)
    data = gathered(row)
    assert [(one["by"], one["decision"], one["sha256"]) for one in data["reviews"]] == [
        ("rex", "approve", row.sha256)
    ]
    assert [(one["by"], one["status"], one["sha256"]) for one in data["publications"]] == [
        ("pia", "live", row.sha256)
    ]


def test_the_same_records_give_the_same_digest_and_a_changed_byte_another(candidate):
    one, two = gathered(candidate), gathered(candidate)
    assert one["digest"] == two["digest"] == digest(one)
    two["candidate"]["fields"][0][1] += "。"
    assert digest(two) != one["digest"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_the_copy_as_text_and_what_nobody_sees(candidate, language):
    page = printed.html(gathered(candidate), language=language, standalone=True)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "U+200B" in page
    assert candidate.sha256 in page


def test_the_page_stands_under_the_policy_of_the_site(browser, candidate):
    response = browser.get(reverse("dossier", args=[candidate.pk]))
    assert response.status_code == 200
    assert "<style" not in response.content.decode()
    kept = browser.get(reverse("dossier", args=[candidate.pk]) + "?keep")
    assert "<style" in kept.content.decode()
    assert kept["Content-Disposition"].startswith("attachment")


def test_the_data_can_be_fetched_and_checked(browser, candidate):
    data = json.loads(browser.get(reverse("dossier_json", args=[candidate.pk])).content)
    assert data["digest"] == digest(data)


def test_another_agency_gets_nothing(agency, candidate):
    browser = Browser()
    browser.force_login(agency.eve)
    for name in ("dossier", "dossier_pdf", "dossier_json"):
        assert browser.get(reverse(name, args=[candidate.pk])).status_code == 404


def test_it_prints_with_chinese_in_it(browser, candidate):
    response = browser.get(reverse("dossier_pdf", args=[candidate.pk]))
    if "cannot load library" in response.content.decode("latin-1"):
        pytest.skip("WeasyPrint finds no Pango on this machine")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-1.7")
    assert response.content.rstrip().endswith(b"%%EOF")


def test_where_it_cannot_be_printed_the_page_says_what_to_do(browser, candidate, monkeypatch):
    failing = subprocess.CompletedProcess([], 1, b"", b"OSError: cannot load library 'pango'")
    monkeypatch.setattr(printed.subprocess, "run", lambda *args, **kwargs: failing)
    response = browser.get(reverse("dossier_pdf", args=[candidate.pk]))
    assert response.status_code == 501
    assert "Pango" in response.content.decode()


def test_what_takes_too_long_to_print_is_given_up(browser, candidate, monkeypatch):
    monkeypatch.setattr(printed, "PRINT_S", 0.001)
    response = browser.get(reverse("dossier_pdf", args=[candidate.pk]))
    assert response.status_code == 501
    response = browser.get(reverse("dossier_pdf", args=[candidate.pk]))  # and its place is free
    assert response.status_code == 501


def test_no_more_is_printed_at_once_than_there_is_room_for(browser, candidate, monkeypatch):
    monkeypatch.setattr(printed, "_places", threading.BoundedSemaphore(1))
    seen = []

    def printing(*args, **kwargs):
        seen.append(browser.get(reverse("dossier_pdf", args=[candidate.pk])))
        return subprocess.CompletedProcess([], 0, b"%PDF-1.7", b"")

    monkeypatch.setattr(printed.subprocess, "run", printing)
    for _once in range(2):
        response = browser.get(reverse("dossier_pdf", args=[candidate.pk]))
        assert (response.status_code, response.content) == (200, b"%PDF-1.7")
    assert [one.status_code for one in seen] == [503, 503]


def test_printing_fetches_nothing(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", "utf-8")
    page = f'<img src="{secret.as_uri()}"><link rel="stylesheet" href="http://127.0.0.1:9/">x'
    done = subprocess.run(
        [sys.executable, "-m", "creatives.printing"], input=page.encode(), capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    if b"cannot load library" in done.stderr:
        pytest.skip("WeasyPrint finds no Pango on this machine")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(b"disallowed protocol") == 2


def test_the_command_writes_it_for_the_archive(candidate, tmp_path):
    out = StringIO()
    call_command("dossier", str(candidate.pk), str(tmp_path / "a.html"), stdout=out)
    assert candidate.sha256 in (tmp_path / "a.html").read_text("utf-8")
    assert "sha256:" in out.getvalue()


def test_the_command_refuses_what_it_cannot_do(candidate, tmp_path):
    with pytest.raises(CommandError, match="no candidate 0"):
        call_command("dossier", "0", str(tmp_path / "a.html"))
    with pytest.raises(CommandError, match=r"\.html, \.pdf, \.json"):
        call_command("dossier", str(candidate.pk), str(tmp_path / "a.doc"))


def frozen(candidate):
    with scope.organization(candidate.organization_id):
        return list(Dossier.objects.filter(candidate=candidate))


def test_what_an_approval_rested_on_outlives_an_edit_of_the_facts(
    agency, browser, settings, tmp_path
):
    settings.FEED_ROOT = tmp_path
    about = builders.product(agency.client, "Oats", facts=[{"kind": "feature", "value": "gold"}])
    run = builders.run(builders.brief(agency.client, by=agency.ann, about=about), by=agency.ann)
    row = builders.candidate(run, builders.CLEAN)
    builders.approved(row, by=agency.rex)
    builders.published(row, by=agency.pia)
    with scope.organization(row.organization_id):
        ProductFact.objects.filter(product=about).update(value="silver")
    approval, publication = frozen(row)
    assert (approval.publication, publication.publication.status) == (None, "live")
    for one in (approval, publication):
        address = reverse("dossier_json", args=[row.pk]) + f"?version={one.pk}"
        data = json.loads(browser.get(address).content)
        assert data["digest"] == one.digest == digest(data)
        assert [fact["value"] for fact in data["product"]["facts"]] == ["gold"]
        page = browser.get(reverse("dossier", args=[row.pk]) + f"?version={one.pk}")
        assert "gold" in page.content.decode()
    assert approval.data["candidate"]["status"] == "approved"
    assert [one["status"] for one in publication.data["publications"]] == ["live"]
    today = browser.get(reverse("dossier", args=[row.pk])).content.decode()
    assert "silver" in today
    assert approval.digest in today
    assert publication.digest in today


def test_a_frozen_file_never_changes(agency):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    row = builders.candidate(run, builders.CLEAN)
    builders.approved(row, by=agency.rex)
    for change in ("update", "delete"):
        here = scope.organization(row.organization_id)
        with here, pytest.raises(DatabaseError), transaction.atomic():
            rows = Dossier.objects.filter(candidate=row)
            rows.update(digest="x") if change == "update" else rows._raw_delete(rows.db)


def test_the_page_shows_what_was_decided_on_and_what_was_found_since(agency, browser):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    row = builders.candidate(run, builders.EVIDENCE)
    builders.approved(row, by=agency.rex, reason="proof is on file")
    with scope.organization(row.organization_id):
        seen = Candidate.objects.get(pk=row.pk).report
        Report.objects.create(
            candidate=row, verdict="pass", packs=[], not_flagged=[], **row.owners
        )  # fmt: skip
        found = [finding.rule for finding in seen.findings.all()]
    assert found
    address = reverse("dossier", args=[row.pk])
    page = browser.get(address, headers={"accept-language": "en"}).content.decode()
    assert "Findings that were decided on" in page
    assert "Findings of the latest check" in page
    assert all(rule in page for rule in found)


@pytest.mark.parametrize("version", ["0", "x", "", "9" * 30, "-1", "²"])
def test_what_is_no_version_is_not_found(browser, candidate, version):
    address = reverse("dossier_json", args=[candidate.pk])
    assert browser.get(address, {"version": version}).status_code == 404


def test_a_version_of_another_copy_is_not_found(agency, browser, candidate):
    run = builders.run(builders.brief(agency.client, by=agency.ann), by=agency.ann)
    other = builders.candidate(run, builders.CLEAN)
    builders.approved(other, by=agency.rex)
    (one,) = frozen(other)
    address = reverse("dossier_json", args=[candidate.pk])
    assert browser.get(address, {"version": one.pk}).status_code == 404
