"""An agency with its people and one candidate of each verdict, and a browser for each person."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from creatives.models import Brief, Candidate, Run
from tenants.models import Client, Organization, User
from tests import builders


@dataclass
class World:
    """One agency at work."""

    agency: Organization
    people: dict[str, User]
    client: Client
    brief: Brief
    run: Run
    clean: Candidate
    evidence: Candidate
    blocked: Candidate

    def __getattr__(self, name: str) -> User:
        return self.people[name]


@pytest.fixture
def world(db: Any, settings: Any, tmp_path: Path) -> World:
    """The agency "north": a writer who ran the brief, reviewers, a publisher, a viewer, an admin."""
    settings.FEED_ROOT = tmp_path / "feed"
    agency = builders.organization("north")
    people = {
        "writer": builders.member(agency, "writer", roles=["writer"]),
        "editor": builders.member(agency, "editor", roles=["writer"]),
        "reviewer": builders.member(
            agency, "reviewer", roles=["reviewer"], disciplines=["legal", "brand"]
        ),
        "second": builders.member(agency, "second", roles=["reviewer"]),
        "english": builders.member(agency, "english", roles=["reviewer"], languages=["en"]),
        "publisher": builders.member(agency, "publisher", roles=["publisher"]),
        "viewer": builders.member(agency, "viewer", roles=["viewer"]),
        "admin": builders.member(agency, "admin", roles=["admin"]),
        "manager": builders.member(agency, "manager", roles=["manager"]),
    }
    client = builders.client(agency, "Oats", team=people.values())
    brief = builders.brief(client, by=people["writer"])
    run = builders.run(brief, by=people["writer"])
    return World(
        agency, people, client, brief, run,
        clean=builders.candidate(run, builders.CLEAN),
        evidence=builders.candidate(run, builders.EVIDENCE),
        blocked=builders.candidate(run, builders.BLOCKED),
    )  # fmt: skip


@pytest.fixture
def enter() -> Callable[..., Browser]:
    """Return a browser in which a person is logged in and reads English."""

    def enter(user: User, *, language: str = "en", **rest: Any) -> Browser:
        browser = Browser(**rest)
        browser.force_login(user)
        browser.cookies["django_language"] = language
        return browser

    return enter
