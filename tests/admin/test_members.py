"""Adding people, what they may be given, and the one-time link; nothing about accounts elsewhere."""

import re

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from creatives.models import Event
from tenants.models import ClientAssignment, Membership, User
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return desk.build()


def add(office, role="manager", **data):
    data = {"login": "li.na", "full_name": "李娜", "roles": ["writer"], **data}
    return office.browser(role).post(desk.url("membership", "add"), data)


def member_of(office, username):
    return Membership._base_manager.get(organization=office.agency, user__username=username)


def link_for(office, username="li.na@north"):
    page = desk.url("membership", "change", member_of(office, username).pk)
    found = re.search(
        r'<code class="link">([^<]+)</code>', office.browser("manager").get(page).content.decode()
    )
    return found and found[1]


def test_a_manager_adds_a_person_who_sets_a_password_once(office):
    response = add(office, languages=["zh"], disciplines=["legal"])
    row = member_of(office, "li.na@north")
    assert response.url.endswith(desk.url("membership", "change", row.pk))
    assert (row.roles, row.languages, row.disciplines) == (["writer"], ["zh"], ["legal"])
    assert not row.user.has_usable_password()
    link, person = link_for(office), Browser()
    form = person.get(link, follow=True)
    assert form.status_code == 200
    secret = "a quite unusual pass phrase"
    done = person.post(
        form.redirect_chain[-1][0], {"new_password1": secret, "new_password2": secret}, follow=True
    )
    assert done.status_code == 200 and done.wsgi_request.user == row.user
    assert Browser().login(username="li.na@north", password=secret)
    again = Browser().get(link, follow=True)
    assert "new_password1" not in again.content.decode()
    assert link_for(office) is None, "nobody gets a link into an account that has a password"


def test_a_weak_password_is_refused(office):
    add(office)
    person = Browser()
    form = person.get(link_for(office), follow=True)
    target = form.redirect_chain[-1][0]
    page = person.post(target, {"new_password1": "12345", "new_password2": "12345"})
    assert page.status_code == 200 and page.context["form"].errors
    assert not User.objects.get(username="li.na@north").has_usable_password()


def test_a_name_taken_elsewhere_looks_like_a_free_one(office):
    south = builders.organization("south")
    builders.member(south, "li.na", roles=["writer"])
    builders.member(south, "li.na@south", roles=["writer"])
    User.objects.create_user("somebody", email="li.na@example.com")
    taken = add(office, email="li.na@example.com")
    free = add(office, login="wang.wu", email="wang.wu@example.com")
    assert (taken.status_code, free.status_code) == (302, 302)
    shape = [re.sub(r"\d+", "N", response.url) for response in (taken, free)]
    assert shape[0] == shape[1]
    assert (
        User.objects.get(username="li.na")
        .memberships.model._base_manager.filter(user__username="li.na")
        .get()
        .organization
        == south
    )


def test_a_name_taken_here_is_refused(office):
    add(office)
    assert "login" in desk.errors(add(office))


@pytest.mark.parametrize(
    "login", ["", "a b", "li@south", "x\x00", "<b>", "a" * 101, "李 娜", "a/b"]
)
def test_a_login_name_is_one_plain_word(office, login):
    assert "login" in desk.errors(add(office, login=login))


@pytest.mark.parametrize("roles", [[], ["emperor"], ["writer", "emperor"]])
def test_roles_are_known_words(office, roles):
    assert "roles" in desk.errors(add(office, roles=roles))


def test_only_an_administrator_makes_an_administrator(office):
    assert "roles" in desk.errors(add(office, roles=["admin"]))
    assert add(office, "admin", roles=["admin"]).status_code == 302


def test_only_an_administrator_unmakes_or_removes_one(office):
    row = member_of(office, "admin")
    page = desk.url("membership", "change", row.pk)
    assert "roles" in desk.errors(office.browser("manager").post(page, {"roles": ["viewer"]}))
    gone = office.browser("manager").post(desk.url("membership", "delete", row.pk), {"post": "yes"})
    assert gone.status_code == 403
    row.refresh_from_db()
    assert row.roles == ["admin"]


def test_nobody_changes_their_own_roles_or_removes_themselves(office):
    row = member_of(office, "manager")
    page = desk.url("membership", "change", row.pk)
    own = office.browser("manager").post(page, {"roles": ["manager", "reviewer"]})
    assert "roles" in desk.errors(own)
    out = office.browser("manager").post(desk.url("membership", "delete", row.pk), {"post": "yes"})
    assert out.status_code == 403


def test_a_manager_changes_the_roles_of_others_and_it_is_told(office):
    row = member_of(office, "viewer")
    page = desk.url("membership", "change", row.pk)
    assert office.browser("manager").post(page, {"roles": ["reviewer"]}).status_code == 302
    row.refresh_from_db()
    assert row.roles == ["reviewer"]
    with office.acting("manager"):
        event = Event.objects.get(subject_type="membership", subject_id=row.pk)
        assert (event.verb, event.actor, event.data["fields"]) == (
            "changed", office.people["manager"], ["roles"],
        )  # fmt: skip


def test_a_person_who_leaves_leaves_the_client_teams(office):
    row = member_of(office, "writer")
    browser = office.browser("manager")
    assert (
        browser.post(desk.url("membership", "delete", row.pk), {"post": "yes"}).status_code == 302
    )
    assert not ClientAssignment._base_manager.filter(user=row.user).exists()
    assert User.objects.filter(username="writer", is_active=True).exists()
    assert office.browser("writer").get("/admin/", follow=True).status_code == 403


def test_a_former_member_comes_back_with_the_account_as_it_was(office):
    """A manager took over a reviewer's account by removing the person and adding them again."""
    add(office, roles=["reviewer"])
    row = member_of(office, "li.na@north")
    row.user.set_password("old secret phrase")
    row.user.save()
    manager = office.browser("manager")
    manager.post(desk.url("membership", "delete", row.pk), {"post": "yes"})
    data = {"login": "li.na", "full_name": "Somebody", "email": "m@x.cn", "roles": ["writer"]}
    done = manager.post(desk.url("membership", "add"), data)
    assert "Only the operator resets a lost password." in desk.said(manager, done)
    back = member_of(office, "li.na@north")
    assert (back.user_id, back.roles) == (row.user_id, ["writer"])
    assert (back.user.first_name, back.user.email) == ("李娜", "")
    assert Browser().login(username="li.na@north", password="old secret phrase")
    assert link_for(office) is None


def test_an_account_that_was_closed_stays_closed(office):
    add(office)
    row = member_of(office, "li.na@north")
    User.objects.filter(pk=row.user_id).update(is_active=False)
    office.browser("manager").post(desk.url("membership", "delete", row.pk), {"post": "yes"})
    assert add(office).status_code == 302
    assert not member_of(office, "li.na@north").user.is_active


def test_who_left_before_ever_logging_in_gets_a_link_again(office):
    add(office)
    row = member_of(office, "li.na@north")
    office.browser("manager").post(desk.url("membership", "delete", row.pk), {"post": "yes"})
    add(office)
    assert link_for(office)


def test_no_link_leads_into_an_account_that_somebody_has_been_in(office):
    """The operator took its password away: the operator gives it a new one."""
    add(office)
    User.objects.filter(username="li.na@north").update(last_login=timezone.now())
    assert link_for(office) is None


def test_no_link_leads_into_an_account_that_works_elsewhere_too(office):
    add(office)
    south = builders.organization("south")
    user = User.objects.get(username="li.na@north")
    Membership._base_manager.create(organization=south, user=user, roles=["admin"])
    assert link_for(office) is None


def test_a_forged_link_opens_nothing(office):
    add(office)
    good = link_for(office).rstrip("/").split("/")
    for uid, token in (
        (good[-2], "x-y"),
        ("MQ", good[-1]),
        ("!!", "x"),
        (good[-2], "set-password"),
    ):
        page = Browser().get(reverse("admin:welcome", args=[uid, token]), follow=True)
        assert page.status_code == 200 and "new_password1" not in page.content.decode()


def test_the_operator_adds_an_existing_account(office):
    builders.member(builders.organization("south"), "both", roles=["writer"])
    browser = Browser()
    browser.force_login(builders.superuser())
    page = desk.url("membership", "add") + "?existing=1"
    assert "account" in desk.errors(browser.post(page, {"account": "nobody", "roles": ["writer"]}))
    done = browser.post(page, {"account": "both", "roles": ["viewer"]})
    assert done.status_code == 302
    assert member_of(office, "both").roles == ["viewer"]
    again = browser.post(page, {"account": "both", "roles": ["viewer"]})
    assert desk.errors(again)


def test_a_manager_cannot_reach_existing_accounts(office):
    builders.member(builders.organization("south"), "both", roles=["writer"])
    page = desk.url("membership", "add") + "?existing=1"
    response = office.browser("manager").post(page, {"account": "both", "roles": ["writer"]})
    assert "login" in desk.errors(response)


def test_the_operator_makes_an_organization_that_can_work(office):
    from creatives.models import GeneratorProfile
    from tenants.models import Organization

    browser = Browser()
    browser.force_login(builders.superuser())
    data = {"name": "East", "slug": "east", "time_zone": "Europe/London"}
    assert browser.post(desk.url("organization", "add"), data).status_code == 302
    east = Organization.objects.get(slug="east")
    assert GeneratorProfile._base_manager.filter(organization=east, is_default=True).exists()
    wrong = browser.post(
        desk.url("organization", "add"), {**data, "slug": "west", "time_zone": "Mars/Base"}
    )
    assert "time_zone" in desk.errors(wrong)


def test_the_operator_starts_with_nothing_and_makes_the_first_organization():
    browser = Browser()
    browser.force_login(builders.superuser())
    front = browser.get("/admin/")
    assert front.status_code == 200
    assert {row["object_name"] for app in front.context["app_list"] for row in app["models"]} == {
        "Organization", "User",
    }  # fmt: skip
    assert browser.get(desk.url("client", "changelist")).status_code == 403
    data = {"name": "First", "slug": "first", "time_zone": "Asia/Shanghai"}
    assert browser.post(desk.url("organization", "add"), data).status_code == 302
    assert browser.get(desk.url("client", "changelist")).status_code == 200


def test_the_operator_makes_an_account_and_no_staff_flag_is_needed():
    organization = builders.organization()
    browser = Browser()
    browser.force_login(builders.superuser())
    secret = "a quite unusual pass phrase"
    data = {"username": "new", "password1": secret, "password2": secret, "usable_password": "true"}
    assert browser.post(desk.url("user", "add"), data).status_code == 302
    page = desk.url("membership", "add") + "?existing=1"
    assert browser.post(page, {"account": "new", "roles": ["viewer"]}).status_code == 302
    person = Browser()
    assert person.login(username="new", password=secret)
    assert person.get("/admin/").status_code == 200
    assert person.get("/admin/").context["organization"] == organization
