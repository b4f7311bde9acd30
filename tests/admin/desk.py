"""An agency with its people, and a browser for each of them."""

from dataclasses import dataclass
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from tests import builders

ROLES = ("admin", "manager", "writer", "reviewer", "publisher", "viewer")


@dataclass
class Desk:
    """One agency with one person of each role, all in the team of its one client."""

    agency: Any
    people: dict[str, Any]
    client: Any

    def browser(self, role: str) -> Browser:
        """A browser in which the person of `role` is logged in."""
        browser = Browser()
        browser.force_login(self.people[role])
        return browser

    def acting(self, role: str) -> Any:
        return builders.acting(self.people[role], self.agency)


def build(**client: Any) -> Desk:
    agency = builders.organization("north")
    people = {role: builders.member(agency, role, roles=[role]) for role in ROLES}
    return Desk(agency, people, builders.client(agency, "Oats", team=people.values(), **client))


def inline(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """The form data of an inline with `rows`, the first `initial` of them existing ones."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def url(model: str, view: str, pk: Any = None) -> str:
    app = "tenants" if model in {"client", "membership", "organization", "user"} else "creatives"
    return reverse(f"admin:{app}_{model}_{view}", args=[] if pk is None else [pk])


def errors(response: Any) -> dict[str, Any]:
    """The errors of the form that was shown again, by field; fails when there is no such form."""
    assert response.status_code == 200, response.status_code
    form = response.context["adminform"].form
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


def said(browser: Browser, response: Any) -> str:
    """The messages on the page after the redirect."""
    assert response.status_code == 302
    page = browser.get(response.url)
    return " ".join(str(message) for message in page.context["messages"])
