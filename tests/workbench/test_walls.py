"""What is another agency's, or another client team's, does not exist: on every route, by any verb."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client as Browser
from django.urls import get_resolver, reverse

from creatives.models import Candidate, Run
from creatives.workbench import urls
from tests import builders
from tests.workbench.test_clearing import paper

Enter = Callable[..., Browser]

#: Every route of the desk that names a row, and the row it names.
ROUTES = {
    "candidate": "clean", "approve": "clean", "reject": "clean", "edit": "clean",
    "accept": "proposal", "publish": "approved", "clear": "clean", "reopen": "clean",
    "paper": "paper", "dossier": "clean", "dossier_pdf": "clean", "dossier_json": "clean",
    "run": "run", "run_progress": "run", "cancel_run": "queued", "retry_run": "run",
    "generate": "brief", "publication": "publication", "withdraw": "publication",
}  # fmt: skip
#: Routes that name no row; what they list is tested below.
OPEN = {
    "home", "login", "logout", "switch_organization", "queue", "runs", "publications", "packs",
    "playground",
}  # fmt: skip
#: Routes that name what is law for everybody.
LAW = {"pack": ["cn_adlaw"], "rule": ["cn_adlaw", "cn_adlaw.any"]}
#: A step's address answers a GET by sending the person to its page, which is itself walled.
STEPS = {
    "approve", "reject", "accept", "publish", "cancel_run", "retry_run", "withdraw", "clear", "reopen",
}  # fmt: skip


@pytest.fixture
def rows(world: Any, settings: Any, tmp_path: Any) -> dict[str, Any]:
    """A row of each kind, all of the world's one client."""
    approved = builders.candidate(world.run, "冲一杯，只要三十秒。")
    builders.approved(approved, by=world.reviewer)
    settings.MEDIA_ROOT = tmp_path
    proof = paper(world.brief.product, "甲")
    proof.sha256, proof.extension, proof.size = "ab" * 32, "pdf", 4
    proof.file.save("proof.pdf", ContentFile(b"Oats"), save=True)
    return {
        "clean": world.clean,
        "paper": proof,
        "proposal": builders.edited(world.clean, "换一种说法。", by=world.reviewer),
        "approved": approved,
        "run": world.run,
        "queued": builders.queued_run(world.brief, by=world.writer),
        "brief": world.brief,
        "publication": builders.published(approved, by=world.publisher),
    }


@pytest.fixture(params=["other agency", "other client", "superuser elsewhere"])
def stranger(world: Any, enter: Enter, request: Any) -> Browser:
    """Somebody who may do everything, for another agency or another client."""
    everything = ["writer", "reviewer", "publisher"]
    if request.param == "other client":
        rival = builders.client(world.agency, "Barley")
        person = builders.member(world.agency, "rival", roles=everything)
        builders.ClientAssignment._base_manager.create(
            organization=world.agency, client=rival, user=person
        )
        return enter(person)
    south = builders.organization("south")
    if request.param == "other agency":
        return enter(builders.member(south, "boss", roles=["admin", "manager", *everything]))
    browser = enter(builders.superuser())
    browser.post(reverse("switch_organization"), {"organization": south.pk})
    return browser


def test_every_route_is_in_the_matrix() -> None:
    assert {route.name for route in urls.urlpatterns} == set(ROUTES) | OPEN | set(LAW)
    assert all(get_resolver().reverse_dict.getlist(name) for name in ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_anothers_row_does_not_exist(rows: Any, stranger: Browser, route: str) -> None:
    row = rows[ROUTES[route]]
    address = reverse(route, args=[row.pk])
    nowhere = reverse(route, args=[987_654_321])
    sent = {
        "sha256": getattr(row, "sha256", ""), "reason": "mine now", "text": ["我的"],
        "channel": "file",
    }  # fmt: skip
    for path, missing in [(address, nowhere)]:
        answer, absent = stranger.post(path, sent), stranger.post(missing, sent)
        assert (answer.status_code, absent.status_code) == (404, 404)
        assert answer.content == absent.content
        if route not in STEPS:
            assert stranger.get(path).status_code == 404
    page = stranger.post(address, sent).content.decode()
    assert builders.CLEAN not in page and "Oats" not in page


def test_the_same_rows_exist_for_their_own_people(world: Any, rows: Any, enter: Enter) -> None:
    browser = enter(world.viewer)
    for route, name in ROUTES.items():
        if route not in STEPS and route != "generate":
            assert browser.get(reverse(route, args=[rows[name].pk])).status_code == 200, route


@pytest.mark.parametrize("route", ["queue", "runs", "publications"])
def test_lists_hold_nothing_of_others(rows: Any, stranger: Browser, route: str) -> None:
    for status in ("", "in_review", "proposed", "approved", "blocked", "live"):
        page = stranger.get(reverse(route), {"status": status}).content.decode()
        assert "Oats" not in page
        assert "早餐" not in page and "三十秒" not in page
        assert reverse("candidate", args=[rows["clean"].pk]) not in page


def test_counts_and_filters_hold_nothing_of_others(rows: Any, stranger: Browser) -> None:
    answer = stranger.get(reverse("queue"), {"client": rows["brief"].client_id})
    assert [tab["count"] for tab in answer.context["tabs"]] == [0, 0, 0, 0, 0]
    assert rows["brief"].client not in answer.context["clients"]


def test_nobody_is_sent_on_to_a_row_of_another_client(world: Any, enter: Enter) -> None:
    rival = builders.client(world.agency, "Barley", team=[world.writer, world.second])
    hidden = builders.candidate(
        builders.run(builders.brief(rival, by=world.writer), by=world.writer), builders.CLEAN
    )
    browser = enter(world.reviewer)
    post = {**builders.shown(world.evidence), "reason": "report 17"}
    browser.post(reverse("approve", args=[world.clean.pk]), builders.shown(world.clean))
    answer = browser.post(reverse("approve", args=[world.evidence.pk]), post)
    assert answer["Location"].startswith(reverse("queue"))
    assert hidden.status == "in_review"


def test_an_organization_is_chosen_among_ones_own(world: Any, enter: Enter) -> None:
    south = builders.organization("south")
    west = builders.organization("west")
    builders.member(south, "reviewer", roles=["reviewer"])
    browser = enter(world.reviewer)
    assert [row.slug for row in browser.get("/review/").context["organizations"]] == [
        "north", "south",
    ]  # fmt: skip
    address = reverse("switch_organization")
    for wrong in (west.pk, "", "x", "9" * 30):
        assert browser.post(address, {"organization": wrong}).status_code == 404
    assert browser.get("/review/").context["organization"] == world.agency
    assert browser.get(address).status_code == 405
    assert browser.post(address, {"organization": south.pk}).status_code == 302
    page = browser.get("/review/")
    assert page.context["organization"] == south
    assert builders.CLEAN not in page.content.decode()


@pytest.mark.parametrize("route", [*ROUTES, *LAW, *sorted(OPEN - {"login", "logout"})])
def test_who_is_not_logged_in_sees_the_log_in(world: Any, route: str) -> None:
    path = reverse(route, args=[1] if route in ROUTES else LAW.get(route))
    answer = Browser().post(path) if route == "switch_organization" else Browser().get(path)
    if route == "home":
        answer = Browser().get(answer["Location"])
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


def test_who_has_no_membership_is_told_so(world: Any, enter: Enter) -> None:
    person = builders.User.objects.create_user("alone")
    answer = enter(person).get(reverse("queue"))
    assert answer.status_code == 403
    assert "You belong to no organization yet" in answer.content.decode()


def test_a_page_of_a_row_that_is_no_number_is_not_found(world: Any, enter: Enter) -> None:
    browser = enter(world.reviewer)
    for path in ("/review/9999999999999999999999/", "/runs/9999999999999999999999/"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "There is no such page" in answer.content.decode()


def test_nothing_was_changed_by_strangers(rows: Any, stranger: Browser) -> None:
    before = list(Candidate._base_manager.values_list("pk", "status"))
    runs = list(Run._base_manager.values_list("pk", "status"))
    for route, name in ROUTES.items():
        row = rows[name]
        sha256 = getattr(row, "sha256", "")
        stranger.post(reverse(route, args=[row.pk]), {"sha256": sha256, "reason": "x"})
    assert list(Candidate._base_manager.values_list("pk", "status")) == before
    assert list(Run._base_manager.values_list("pk", "status")) == runs
