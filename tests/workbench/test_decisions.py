"""Decisions by attack: the walls hold for a request made by hand as they do for a click."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from creatives.models import Candidate, Event, Publication, Review
from creatives.states import CandidateStatus, PublicationStatus
from tenants.models import User
from tests import builders

Enter = Callable[..., Browser]


def post(browser: Browser, name: str, candidate: Candidate, **data: Any) -> Any:
    """Send `name` for `candidate` with its digest, unless `data` has another."""
    return browser.post(reverse(name, args=[candidate.pk]), {**builders.shown(candidate), **data})


def status_of(candidate: Candidate) -> str:
    return str(Candidate._base_manager.get(pk=candidate.pk).status)


@pytest.mark.parametrize("name", ["approve", "reject"])
@pytest.mark.parametrize("who", ["writer", "publisher", "viewer", "admin", "manager"])
def test_only_reviewers_decide(world: Any, enter: Enter, name: str, who: str) -> None:
    answer = post(enter(world.people[who]), name, world.clean, reason="because")
    assert answer.status_code == 403
    assert "Your roles do not include this." in answer.content.decode()
    assert status_of(world.clean) == CandidateStatus.IN_REVIEW
    assert Event._base_manager.filter(verb="denied", actor=world.people[who]).exists()


@pytest.mark.parametrize("hand", ["brief", "run", "edit"])
@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_approves_their_own_work(
    world: Any, enter: Enter, hand: str, superuser: bool
) -> None:
    both = builders.member(world.agency, "both", roles=["writer", "reviewer"], superuser=superuser)
    builders.client(world.agency, "Other", team=[both])
    builders.ClientAssignment._base_manager.create(
        organization=world.agency, client=world.client, user=both
    )
    by = {"brief": {"by": both}}.get(hand, {"by": world.writer})
    brief = builders.brief(world.client, name="own", **by)
    run = builders.run(brief, by=both if hand == "run" else world.writer)
    candidate = builders.candidate(run, builders.CLEAN)
    if hand == "edit":
        candidate = builders.edited(candidate, "今天的早餐，一杯就够。", by=both)
    browser = enter(both)
    page = browser.get(reverse("candidate", args=[candidate.pk])).content.decode()
    assert "Nobody approves what they wrote, ran or edited." in page
    assert post(browser, "approve", candidate, reason="trust me").status_code == 403
    assert status_of(candidate) == CandidateStatus.IN_REVIEW
    assert not Review._base_manager.exists()


def test_an_edit_of_ones_edit_is_still_ones_own_work(world: Any, enter: Enter) -> None:
    first = builders.edited(world.clean, "今天的早餐，一杯就够。", by=world.editor)
    builders.Membership._base_manager.filter(user=world.editor).update(roles=["writer", "reviewer"])
    second = builders.edited(first, "今天的早餐，一杯刚好。", by=world.writer)
    assert post(enter(world.editor), "approve", second).status_code == 403


@pytest.mark.parametrize("reason", ["", "I insist"])
def test_what_is_blocked_is_not_approved(world: Any, enter: Enter, reason: str) -> None:
    answer = post(enter(world.reviewer), "approve", world.blocked, reason=reason)
    assert answer.status_code == 422
    assert "A blocking finding is open" in answer.content.decode()
    assert status_of(world.blocked) == CandidateStatus.BLOCKED


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_what_needs_evidence_needs_a_reason(world: Any, enter: Enter, reason: str) -> None:
    answer = post(enter(world.reviewer), "approve", world.evidence, reason=reason)
    assert answer.status_code == 422
    assert "Say why it may go out in spite of its findings." in answer.content.decode()
    assert status_of(world.evidence) == CandidateStatus.IN_REVIEW
    assert post(
        enter(world.reviewer), "approve", world.evidence, reason="report 17 is on file"
    ).status_code == 302  # fmt: skip
    assert Review._base_manager.get().reason == "report 17 is on file"


#: Reasons in which there is nothing to see.
UNSEEN = ["\u200b", "\u2060 \ufeff", "\u3164", "\u2800\u00ad", "\ufe0f", "\u0301", "\U000e0041"]


@pytest.mark.parametrize("reason", UNSEEN)
def test_a_reason_that_nobody_sees_is_none(world: Any, enter: Enter, reason: str) -> None:
    builders.approved(world.clean, by=world.reviewer)
    publication = builders.published(world.clean, by=world.publisher)
    for name, said in (
        ("approve", "Say why it may go out in spite of its findings."),
        ("reject", "Say why it is rejected."),
    ):
        answer = post(enter(world.reviewer), name, world.evidence, reason=reason)
        assert answer.status_code == 422 and said in answer.content.decode()
    answer = enter(world.publisher).post(
        reverse("withdraw", args=[publication.pk]), {"reason": reason}
    )
    assert answer.status_code == 422 and "Say why it is withdrawn." in answer.content.decode()
    assert status_of(world.evidence) == CandidateStatus.IN_REVIEW
    publication.refresh_from_db()
    assert publication.status == PublicationStatus.LIVE


@pytest.mark.parametrize("reason", ["👍", "好", "?", "e\u0301", "\u200bfine"])
def test_a_reason_of_one_visible_character_is_one(world: Any, enter: Enter, reason: str) -> None:
    assert post(enter(world.reviewer), "approve", world.evidence, reason=reason).status_code == 302
    assert Review._base_manager.get().reason == reason


@pytest.mark.parametrize("report", ["9" * 5000, "9" * 18, "-1", "x", "", "³", "٣"])
def test_a_report_that_is_no_number_was_not_the_one_shown(
    world: Any, enter: Enter, report: str
) -> None:
    """5,000 digits were a server error: Python turns no such text into a number."""
    answer = post(enter(world.reviewer), "approve", world.clean, report=report)
    assert answer.status_code == 409
    assert status_of(world.clean) == CandidateStatus.IN_REVIEW


def test_a_rejection_needs_a_reason(world: Any, enter: Enter) -> None:
    assert post(enter(world.reviewer), "reject", world.clean, reason=" ").status_code == 422
    assert status_of(world.clean) == CandidateStatus.IN_REVIEW


@pytest.mark.parametrize("digest", ["", "0" * 64])
@pytest.mark.parametrize("name", ["approve", "reject", "edit", "accept"])
def test_other_bytes_are_refused_and_what_was_typed_stays(
    world: Any, enter: Enter, name: str, digest: str
) -> None:
    candidate, person = world.clean, world.reviewer
    if name == "accept":
        candidate = builders.edited(candidate, "换一种说法。", by=world.reviewer)
        person = world.editor
    answer = post(
        enter(person), name, candidate, sha256=digest, reason="typed with care", text=["新的文字"]
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This is not the text that was shown. Reload the page." in page
    assert {"edit": "新的文字", "accept": ""}.get(name, "typed with care") in page
    assert status_of(candidate) == candidate.status


def test_the_second_of_two_reviewers_is_told(world: Any, enter: Enter) -> None:
    post(enter(world.second), "reject", world.clean, reason="too dull")
    answer = post(enter(world.reviewer), "approve", world.clean, reason="I like it")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "the candidate is “Rejected” now" in page
    assert Review._base_manager.count() == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [("approve", ""), ("approve", "\u200b"), ("reject", "dull"), ("reject", "two\r\nlines")],
)
def test_a_double_click_decides_once(world: Any, enter: Enter, name: str, reason: str) -> None:
    browser = enter(world.reviewer)
    first = post(browser, name, world.clean, reason=reason)
    second = post(browser, name, world.clean, reason=reason)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Review._base_manager.count() == 1


def test_a_reviewer_of_another_language_decides_nothing(world: Any, enter: Enter) -> None:
    browser = enter(world.english)
    answer = post(browser, "approve", world.clean)
    assert answer.status_code == 403
    assert "You do not review copy in this language." in answer.content.decode()


def test_the_rules_changed_since_the_page_was_loaded(world: Any, enter: Enter) -> None:
    world.client.banned_words = ["早餐"]
    world.client.save()
    answer = post(enter(world.reviewer), "approve", world.clean, reason="fine")
    assert answer.status_code == 409
    assert "The rules have changed and find more now." in answer.content.decode()
    assert status_of(world.clean) == CandidateStatus.BLOCKED


def test_a_discipline_that_does_not_exist_is_refused(world: Any, enter: Enter) -> None:
    answer = post(enter(world.reviewer), "approve", world.clean, discipline="astrology")
    assert answer.status_code == 422
    assert status_of(world.clean) == CandidateStatus.IN_REVIEW


def test_a_writers_edit_is_a_new_candidate_in_review(world: Any, enter: Enter) -> None:
    answer = post(enter(world.writer), "edit", world.blocked, text=["采用鲜磨的燕麦。"])
    child = Candidate._base_manager.get(parent=world.blocked)
    assert answer["Location"].startswith(reverse("candidate", args=[child.pk]))
    assert (child.status, child.author) == (CandidateStatus.IN_REVIEW, world.writer)
    assert status_of(world.blocked) == CandidateStatus.BLOCKED


def test_a_reviewers_edit_waits_for_a_writer(world: Any, enter: Enter) -> None:
    post(enter(world.reviewer), "edit", world.clean, text=["今天的早餐，一杯正好。"])
    child = Candidate._base_manager.get(parent=world.clean)
    assert child.status == CandidateStatus.PROPOSED
    assert post(enter(world.reviewer), "accept", child).status_code == 403
    assert post(enter(world.editor), "accept", child).status_code == 302
    assert status_of(child) == CandidateStatus.IN_REVIEW
    assert post(enter(world.reviewer), "approve", child).status_code == 403
    assert post(enter(world.second), "approve", child).status_code == 302


def test_an_edit_sent_twice_is_one_candidate(world: Any, enter: Enter) -> None:
    browser = enter(world.writer)
    first = post(browser, "edit", world.clean, text=["换一种说法。"])
    second = post(browser, "edit", world.clean, text=["换一种说法。"])
    assert first["Location"] == second["Location"]
    assert Candidate._base_manager.filter(parent=world.clean).count() == 1


@pytest.mark.parametrize("who", ["publisher", "viewer"])
def test_who_may_not_edit_gets_no_form_and_is_refused(world: Any, enter: Enter, who: str) -> None:
    browser = enter(world.people[who])
    assert "<textarea" not in browser.get(reverse("edit", args=[world.clean.pk])).content.decode()
    assert post(browser, "edit", world.clean, text=["换一种说法。"]).status_code == 403
    assert not Candidate._base_manager.filter(parent=world.clean).exists()


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([builders.CLEAN], "Nothing was changed."),
        ([" "], "The text is empty."),
        (["甲", "乙"], "The fields do not match."),
        (["有\x07铃"], "which is not text"),
        (["长" * 20_001], "A field is longer than"),
    ],
)
def test_an_edit_that_cannot_be_kept_stays_on_the_page(
    world: Any, enter: Enter, texts: list[str], said: str
) -> None:
    answer = post(enter(world.writer), "edit", world.clean, text=texts)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    if len(texts) == 1:
        assert f"\n{texts[0]}</textarea>" in answer.content.decode()


@pytest.mark.parametrize("who", ["writer", "reviewer", "viewer"])
def test_only_publishers_publish(world: Any, enter: Enter, who: str) -> None:
    builders.approved(world.clean, by=world.reviewer)
    answer = post(enter(world.people[who]), "publish", world.clean, channel="file")
    assert answer.status_code == 403
    assert not Publication._base_manager.exists()


@pytest.mark.parametrize("which", ["clean", "evidence", "blocked"])
def test_what_is_not_approved_is_not_published(world: Any, enter: Enter, which: str) -> None:
    answer = post(enter(world.publisher), "publish", getattr(world, which), channel="file")
    assert answer.status_code == 422
    assert "Only approved copy is published." in answer.content.decode()
    assert not Publication._base_manager.exists()


@pytest.mark.parametrize("channel", ["", "../etc", "smoke signals"])
def test_an_unknown_channel_is_refused(world: Any, enter: Enter, channel: str) -> None:
    builders.approved(world.clean, by=world.reviewer)
    answer = post(enter(world.publisher), "publish", world.clean, channel=channel)
    assert answer.status_code == 422
    assert "unknown channel" in answer.content.decode()


def test_publishing_twice_publishes_once(world: Any, enter: Enter) -> None:
    builders.approved(world.clean, by=world.reviewer)
    browser = enter(world.publisher)
    assert post(browser, "publish", world.clean, channel="file").status_code == 302
    assert post(browser, "publish", world.clean, channel="file").status_code == 409
    assert Publication._base_manager.count() == 1


def test_a_withdrawal_needs_a_reason_and_a_publisher(world: Any, enter: Enter) -> None:
    builders.approved(world.clean, by=world.reviewer)
    publication = builders.published(world.clean, by=world.publisher)
    address = reverse("withdraw", args=[publication.pk])
    assert enter(world.publisher).post(address, {"reason": " "}).status_code == 422
    refused = enter(world.reviewer).post(address, {"reason": "no"})
    assert refused.status_code == 403
    publication.refresh_from_db()
    assert publication.status == PublicationStatus.LIVE


@pytest.mark.parametrize("reason", ["a\x00b", "long" * 1001])
@pytest.mark.parametrize("name", ["approve", "reject"])
def test_a_reason_that_cannot_be_kept_is_refused_and_stays(
    world: Any, enter: Enter, name: str, reason: str
) -> None:
    answer = post(enter(world.reviewer), name, world.clean, reason=reason)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert status_of(world.clean) == CandidateStatus.IN_REVIEW


def test_publications_are_listed_with_their_steps(world: Any, enter: Enter) -> None:
    builders.approved(world.clean, by=world.reviewer)
    publication = builders.published(world.clean, by=world.publisher)
    step = reverse("withdraw", args=[publication.pk])
    page = enter(world.publisher).get(reverse("publications")).content.decode()
    assert step in page and publication.external_id in page
    assert reverse("candidate", args=[world.clean.pk]) in page
    assert step not in enter(world.viewer).get(reverse("publications")).content.decode()
    bad = enter(world.publisher).post(step, {"reason": "a\x00b"})
    assert bad.status_code == 422
    enter(world.publisher).post(step, {"reason": "over"})
    assert step not in enter(world.publisher).get(reverse("publications")).content.decode()


@pytest.mark.parametrize("name", ["approve", "reject", "edit", "accept", "publish"])
def test_a_forged_request_is_refused(world: Any, enter: Enter, name: str) -> None:
    browser = enter(world.reviewer, enforce_csrf_checks=True)
    answer = post(browser, name, world.clean, reason="forged", text=["假的"])
    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()
    assert status_of(world.clean) == CandidateStatus.IN_REVIEW
    assert not Candidate._base_manager.filter(parent=world.clean).exists()


@pytest.mark.parametrize("name", ["approve", "reject", "accept", "publish"])
def test_a_step_by_get_changes_nothing(world: Any, enter: Enter, name: str) -> None:
    answer = enter(world.reviewer).get(reverse(name, args=[world.clean.pk]))
    assert answer["Location"] == reverse("candidate", args=[world.clean.pk])
    assert status_of(world.clean) == CandidateStatus.IN_REVIEW


def test_a_superuser_without_membership_reviews_but_not_their_own(world: Any, enter: Enter) -> None:
    root: User = builders.superuser()
    assert post(enter(root), "approve", world.clean).status_code == 302
    assert status_of(world.clean) == CandidateStatus.APPROVED
