"""A lawyer clears findings on the review page; everybody sees who did, and on what ground."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from creatives.models import Candidate, Claim, Clearance, Finding, Report, Substantiation
from tests import builders

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def findings(candidate: Candidate) -> list[Finding]:
    report = Report._base_manager.filter(candidate=candidate).latest("id")
    return list(Finding._base_manager.filter(report=report).order_by("field", "start", "id"))


def fresh(candidate: Candidate) -> Candidate:
    return Candidate._base_manager.get(pk=candidate.pk)


def page_of(browser: Any, candidate: Candidate) -> Any:
    return browser.get(reverse("candidate", args=[candidate.pk]))


def post(browser: Any, candidate: Candidate, **data: Any) -> Any:
    finding = findings(candidate)[0]
    sent = {"finding": finding.pk, "report": finding.report_id, "ground": "dismissed",
            "why": "规则在此不适用", **data}  # fmt: skip
    return browser.post(reverse("clear", args=[candidate.pk]), sent)


def paper(product: Any, text: str, **rest: Any) -> Substantiation:
    claim = Claim._base_manager.create(product=product, text=text, **product.owners)
    columns = {"issuer": "甲研究院", "title": "检测报告", "dated_on": TODAY, **rest}
    return Substantiation._base_manager.create(claim=claim, **columns, **product.owners)


def test_a_lawyer_clears_all_that_blocks_and_another_approves(world: Any, enter: Any) -> None:
    browser = enter(world.reviewer)
    while fresh(world.blocked).status == "blocked":
        open_ones = [one for one in findings(world.blocked) if not one.cleared]
        answer = post(browser, world.blocked, finding=open_ones[0].pk)
        assert answer.status_code == 302, answer.context["refusal"]
    page = page_of(browser, world.blocked).content.decode()
    assert "规则在此不适用" in page
    assert "Dismissed" in page
    assert 'class="hit cleared"' in page
    assert 'mark class="cleared"' in page
    builders.approved(fresh(world.blocked), by=world.second)
    assert fresh(world.blocked).status == "approved"


def test_the_form_is_there_for_lawyers_alone(world: Any, enter: Any) -> None:
    address = reverse("clear", args=[world.blocked.pk])
    assert address in page_of(enter(world.reviewer), world.blocked).content.decode()
    for who in (world.second, world.writer, world.viewer, world.publisher, world.manager):
        browser = enter(who)
        assert address not in page_of(browser, world.blocked).content.decode()
        assert post(browser, world.blocked).status_code == 403
    assert not Clearance._base_manager.exists()


def test_a_refusal_is_shown_beside_what_was_typed(world: Any, enter: Any) -> None:
    answer = post(enter(world.reviewer), world.blocked, ground="exempt:9.9", why="看过报告原件")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert "看过报告原件" in page


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"why": "  "}, 422),
        ({"report": "0"}, 409),
        ({"report": "9" * 5000}, 409),
        ({"finding": "0"}, 404),
        ({"finding": "x"}, 404),
        ({"ground": ""}, 422),
        ({"ground": "substantiated"}, 422),
        ({"ground": "substantiated", "paper": "999999"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused(
    world: Any, enter: Any, data: dict[str, str], status: int
) -> None:
    assert post(enter(world.reviewer), world.evidence, **data).status_code == status
    assert not Clearance._base_manager.exists()


def test_a_finding_of_another_candidate_is_not_found(world: Any, enter: Any) -> None:
    other = findings(world.evidence)[0]
    assert post(enter(world.reviewer), world.blocked, finding=other.pk).status_code == 404


def test_a_paper_on_file_is_offered_and_proves_the_claim(world: Any, enter: Any) -> None:
    finding = findings(world.evidence)[0]
    proof = paper(world.brief.product, finding.text)
    old = paper(world.brief.product, "别的话", dated_on=TODAY - timedelta(days=9),
                valid_until=TODAY - timedelta(days=2))  # fmt: skip
    browser = enter(world.reviewer)
    page = page_of(browser, world.evidence).content.decode()
    assert f'<option value="{proof.pk}">' in page
    assert f'<option value="{old.pk}">' not in page
    answer = post(browser, world.evidence, ground="substantiated", paper=proof.pk)
    assert answer.status_code == 302
    assert findings(world.evidence)[0].cleared == f"substantiated:{proof.pk}"


def test_a_lawyer_takes_a_clearance_back_with_a_reason(world: Any, enter: Any) -> None:
    browser = enter(world.reviewer)
    post(browser, world.evidence)
    row = Clearance._base_manager.get()
    address = reverse("reopen", args=[world.evidence.pk])
    assert address in page_of(browser, world.evidence).content.decode()
    assert browser.post(address, {"clearance": row.pk, "why": " "}).status_code == 422
    assert browser.post(address, {"clearance": 0, "why": "x"}).status_code == 404
    second = enter(world.second)
    assert second.post(address, {"clearance": row.pk, "why": "x"}).status_code == 403
    assert browser.post(address, {"clearance": row.pk, "why": "看错了"}).status_code == 302
    assert findings(world.evidence)[0].cleared == ""
    assert "withdrawn" in page_of(browser, world.evidence).content.decode()


def test_a_finding_shows_the_article_the_stakes_and_the_papers(world: Any, enter: Any) -> None:
    page = page_of(enter(world.viewer), world.blocked).content.decode()
    assert 'data-part="law"' in page
    assert "《中华人民共和国广告法》 9" in page
    assert "At stake" in page


def test_the_queue_counts_open_findings_only(world: Any, enter: Any) -> None:
    browser = enter(world.reviewer)
    address = reverse("queue") + "?status=in_review"
    row = next(r for r in browser.get(address).context["rows"] if r.candidate == world.evidence)
    assert row.counts
    for one in findings(world.evidence):
        assert post(browser, world.evidence, finding=one.pk,
                    report=findings(world.evidence)[0].report_id).status_code in (302, 404, 409)  # fmt: skip
    left = [one for one in findings(world.evidence) if not one.cleared]
    row = next(r for r in browser.get(address).context["rows"] if r.candidate == world.evidence)
    assert sum(count for _severity, _label, count in row.counts) == len(left)


# -- papers as files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mime"), [("pdf", "application/pdf"), ("png", "image/png"), ("jpg", "image/jpeg")]
)
def test_a_paper_is_sent_to_be_kept_and_never_shown(
    world: Any, enter: Any, kind: str, mime: str
) -> None:
    row = paper(world.brief.product, "甲")
    row.sha256, row.extension, row.size = "ab" * 32, kind, 4
    row.file.save("evil.html", ContentFile(b"<b>x"), save=True)
    answer = enter(world.viewer).get(reverse("paper", args=[row.pk]))
    assert b"".join(answer.streaming_content) == b"<b>x"
    assert answer["Content-Type"] == mime
    assert answer["Content-Disposition"] == f'attachment; filename="{"ab" * 6}.{kind}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


def test_a_paper_without_a_file_or_with_a_lost_one_is_not_found(world: Any, enter: Any) -> None:
    row = paper(world.brief.product, "甲")
    browser = enter(world.viewer)
    assert browser.get(reverse("paper", args=[row.pk])).status_code == 404
    row.sha256, row.extension = "cd" * 32, "pdf"
    row.file.save("x.pdf", ContentFile(b"%PDF-"), save=True)
    row.file.storage.delete(row.file.name)
    assert browser.get(reverse("paper", args=[row.pk])).status_code == 404


def test_a_paper_of_another_client_is_not_there(world: Any, enter: Any) -> None:
    other = builders.client(world.agency, "Tea")
    row = paper(builders.product(other), "甲")
    row.sha256, row.extension = "ef" * 32, "pdf"
    row.file.save("x.pdf", ContentFile(b"%PDF-"), save=True)
    assert enter(world.viewer).get(reverse("paper", args=[row.pk])).status_code == 404
