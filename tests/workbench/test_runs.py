"""Runs: asking for one, watching it, ending it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from creatives.models import Run, Worker
from creatives.states import RunStatus
from creatives.transitions import move
from tests import builders

Enter = Callable[..., Browser]


def moved(run: Run, to: str, **columns: Any) -> Run:
    """Move `run` as its worker would."""
    with builders.scope.organization(run.organization_id):
        move(run, to, by=None, **columns)
    return run


def test_generate_queues_a_run_and_shows_it(world: Any, enter: Enter) -> None:
    answer = enter(world.writer).post(
        reverse("generate", args=[world.brief.pk]), {"profile": "template"}
    )
    run = Run._base_manager.latest("pk")
    assert answer["Location"] == reverse("run", args=[run.pk])
    assert (run.status, run.requested_by, run.profile.name) == (
        RunStatus.QUEUED, world.writer, "template",
    )  # fmt: skip


def test_generate_without_a_profile_takes_the_default(world: Any, enter: Enter) -> None:
    enter(world.writer).post(reverse("generate", args=[world.brief.pk]))
    assert Run._base_manager.latest("pk").profile.is_default


def test_pressing_generate_twice_leads_to_the_one_run(world: Any, enter: Enter) -> None:
    address = reverse("generate", args=[world.brief.pk])
    first = enter(world.writer).post(address, {"profile": "template"})
    browser = enter(world.editor)
    second = browser.post(address, {"profile": "template"})
    assert first["Location"] == second["Location"]
    assert "This brief is already running." in browser.get(second["Location"]).content.decode()
    assert Run._base_manager.filter(status=RunStatus.QUEUED).count() == 1


@pytest.mark.parametrize("who", ["reviewer", "publisher", "viewer"])
def test_only_who_may_generate_does(world: Any, enter: Enter, who: str) -> None:
    browser = enter(world.people[who])
    answer = browser.post(reverse("generate", args=[world.brief.pk]), {"profile": "template"})
    assert answer.status_code == 302
    assert Run._base_manager.count() == 1
    assert "Your roles do not include this." in browser.get(reverse("runs")).content.decode()


def test_an_unknown_profile_is_told_with_the_valid_ones(world: Any, enter: Enter) -> None:
    browser = enter(world.writer)
    answer = browser.post(
        reverse("generate", args=[world.brief.pk]),
        {"profile": "nonsense", "next": reverse("runs")},
    )
    assert answer["Location"] == reverse("runs")
    page = browser.get(reverse("runs")).content.decode()
    assert "nonsense" in page and "embedded, template" in page


def test_a_refused_generate_does_not_lead_away(world: Any, enter: Enter) -> None:
    answer = enter(world.writer).post(
        reverse("generate", args=[world.brief.pk]),
        {"profile": "nonsense", "next": "https://evil.example/"},
    )
    assert answer["Location"].startswith("/")


def test_a_forged_generate_is_refused(world: Any, enter: Enter) -> None:
    browser = enter(world.writer, enforce_csrf_checks=True)
    assert browser.post(reverse("generate", args=[world.brief.pk])).status_code == 403
    assert Run._base_manager.count() == 1


def test_progress_is_304_until_something_moves(world: Any, enter: Enter) -> None:
    run = builders.queued_run(world.brief, by=world.writer)
    browser = enter(world.viewer)
    address = reverse("run_progress", args=[run.pk])
    first = browser.get(address)
    again = browser.get(address, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    moved(run, RunStatus.RUNNING, stage="writing", started_at=timezone.now())
    third = browser.get(address, headers={"If-None-Match": first["ETag"]})
    assert third.status_code == 200 and "Writing" in third.content.decode()
    made = builders.candidate(run, "刚写好的一条。")
    fourth = browser.get(address, headers={"If-None-Match": third["ETag"]})
    assert f"candidate-{made.pk}" in fourth.content.decode()
    assert "HX-Refresh" not in fourth


@pytest.mark.parametrize(
    "status", [RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.ERRORED, RunStatus.QUARANTINED]
)
def test_polling_ends_with_the_run(world: Any, enter: Enter, status: str) -> None:
    run = builders.queued_run(world.brief, by=world.writer)
    browser = enter(world.writer)
    assert "data-poll" in browser.get(reverse("run", args=[run.pk])).content.decode()
    moved(run, RunStatus.RUNNING, started_at=timezone.now())
    moved(
        run, status, finished_at=timezone.now(), error="no such model file: /x", error_code="x_gone",
        timings={"generate": 1.5},
    )  # fmt: skip
    assert browser.get(reverse("run_progress", args=[run.pk]))["HX-Refresh"] == "true"
    page = browser.get(reverse("run", args=[run.pk])).content.decode()
    assert "data-poll" not in page and "htmx" not in page.split("<body>")[0].split("<title>")[1]
    assert "no such model file: /x" in page and "1.50 s" in page
    assert (reverse("retry_run", args=[run.pk]) in page) == (status != RunStatus.SUCCEEDED)


def test_a_run_that_nobody_takes_says_so(world: Any, enter: Enter) -> None:
    run = builders.queued_run(world.brief, by=world.writer)
    address = reverse("run", args=[run.pk])
    assert "No worker listens" in enter(world.viewer).get(address).content.decode()
    Worker.objects.create(name="w", queue=run.queue, seen_at=timezone.now())
    assert "No worker listens" not in enter(world.viewer).get(address).content.decode()


def test_cancel_and_run_again(world: Any, enter: Enter) -> None:
    run = builders.queued_run(world.brief, by=world.writer)
    browser = enter(world.writer)
    cancel, retry = reverse("cancel_run", args=[run.pk]), reverse("retry_run", args=[run.pk])
    assert browser.post(cancel).status_code == 302
    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    assert browser.post(cancel).status_code == 409
    assert browser.post(retry).status_code == 302
    run.refresh_from_db()
    assert run.status == RunStatus.QUEUED
    assert browser.post(retry).status_code == 409


@pytest.mark.parametrize("route", ["cancel_run", "retry_run"])
@pytest.mark.parametrize("who", ["reviewer", "viewer", "publisher"])
def test_who_may_not_generate_ends_no_run(world: Any, enter: Enter, route: str, who: str) -> None:
    run = builders.queued_run(world.brief, by=world.writer)
    browser = enter(world.people[who])
    address = reverse(route, args=[run.pk])
    assert address not in browser.get(reverse("run", args=[run.pk])).content.decode()
    assert browser.post(address).status_code == 403
    run.refresh_from_db()
    assert run.status == RunStatus.QUEUED


@pytest.mark.parametrize("route", ["cancel_run", "retry_run"])
def test_a_forged_step_on_a_run_is_refused(world: Any, enter: Enter, route: str) -> None:
    run = builders.queued_run(world.brief, by=world.writer)
    browser = enter(world.writer, enforce_csrf_checks=True)
    assert browser.post(reverse(route, args=[run.pk])).status_code == 403
    run.refresh_from_db()
    assert run.status == RunStatus.QUEUED
