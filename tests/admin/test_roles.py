"""Who may look, add, change and delete: the roles' verbs, on every page of the admin."""

import pytest
from django.contrib import admin

from tenants.roles import MAY
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db

#: Verbs to add where changing is for more people than adding.
ADD = {"client": "name_clients"}
#: model -> (verb to look, verb to change; None: nobody changes it)
VERBS = {
    "client": ("view", "clients"),
    "product": ("view", "clients"),
    "asset": ("view", "clients"),
    "claim": ("view", "clients"),
    "campaign": ("view", "write"),
    "brief": ("view", "write"),
    "generatorprofile": ("view", "profiles"),
    "lexicon": ("view", "rules"),
    "allowedphrase": ("view", "rules"),
    "ruleswitch": ("view", "rules"),
    "membership": ("people", "people"),
    "placement": ("view", None),
    "run": ("view", None),
    "candidate": ("view", None),
    "report": ("view", None),
    "finding": ("view", None),
    "clearance": ("view", None),
    "review": ("view", None),
    "publication": ("view", None),
    "event": ("view", None),
}
OPERATOR_ONLY = {"organization", "user"}


def test_every_page_of_the_admin_is_in_the_table():
    assert {m._meta.model_name for m in admin.site._registry} == set(VERBS) | OPERATOR_ONLY


@pytest.mark.parametrize("role", desk.ROLES)
def test_a_role_may_look_and_add_where_its_verbs_say(role):
    office = desk.build()
    browser = office.browser(role)
    for model, (look, change) in VERBS.items():
        seen = browser.get(desk.url(model, "changelist")).status_code
        added = browser.get(desk.url(model, "add")).status_code
        assert (seen == 200) is (look in MAY[role]), (model, seen)
        add = ADD.get(model, change)
        assert (added == 200) is (add is not None and add in MAY[role]), (model, added)
    for model in OPERATOR_ONLY:
        assert browser.get(desk.url(model, "changelist")).status_code == 403
        assert browser.get(desk.url(model, "add")).status_code == 403


@pytest.mark.parametrize("role", ["reviewer", "publisher", "viewer"])
def test_who_may_only_look_changes_nothing(role):
    office = desk.build()
    page = desk.url("client", "change", office.client.pk)
    browser = office.browser(role)
    assert browser.get(page).status_code == 200
    refused = browser.post(page, {"name": "Mine", **desk.inline("assignments")})
    assert refused.status_code == 403
    office.client.refresh_from_db()
    assert office.client.name == "Oats"


def test_who_names_clients_sees_them_all():
    """Names are unique: who may choose one learns which are taken."""
    assert {role for role, verbs in MAY.items() if "name_clients" in verbs} == {"admin", "manager"}
    assert all("all_clients" in verbs for verbs in MAY.values() if "name_clients" in verbs)


def test_a_writer_learns_nothing_of_a_client_out_of_sight_by_its_name():
    office = desk.build()
    builders.client(office.agency, "Rival")
    browser = office.browser("writer")
    data = {"brand_voice": "calm", **desk.inline("assignments")}
    page = desk.url("client", "change", office.client.pk)
    answers = []
    for name in ("Rival", "Nobody's"):
        assert browser.post(desk.url("client", "add"), {**data, "name": name}).status_code == 403
        answers.append(desk.said(browser, browser.post(page, {**data, "name": name})))
    assert answers[0] == answers[1]
    office.client.refresh_from_db()
    assert (office.client.name, office.client.brand_voice) == ("Oats", "calm")


def test_a_manager_renames_a_client_but_not_to_a_name_that_is_taken():
    office = desk.build()
    builders.client(office.agency, "Rival")
    browser, page = office.browser("manager"), desk.url("client", "change", office.client.pk)
    taken = browser.post(page, {"name": "Rival", **desk.inline("assignments")})
    assert desk.errors(taken)
    assert browser.post(page, {"name": "Barley", **desk.inline("assignments")}).status_code == 302
    office.client.refresh_from_db()
    assert office.client.name == "Barley"


def test_a_writer_sees_the_client_team_and_does_not_change_it():
    office = desk.build()
    member = office.client.assignments.model._base_manager.get(user=office.people["viewer"])
    row = {"id": member.pk, "user": member.user_id, "DELETE": "on", "client": office.client.pk}
    data = {"name": "Oats", **desk.inline("assignments", row, initial=1)}
    page = desk.url("client", "change", office.client.pk)
    assert office.browser("writer").post(page, data).status_code == 302
    assert type(member)._base_manager.filter(pk=member.pk).exists()
    assert office.browser("manager").post(page, data).status_code == 302
    assert not type(member)._base_manager.filter(pk=member.pk).exists()


def test_django_permissions_open_nothing(client):
    from django.contrib.auth.models import Permission

    office = desk.build()
    viewer = office.people["viewer"]
    viewer.user_permissions.set(Permission.objects.all())
    client.force_login(viewer)
    assert client.get(desk.url("client", "add")).status_code == 403
    assert client.get(desk.url("user", "changelist")).status_code == 403


def test_staff_without_a_membership_stays_outside(client):
    from tenants.models import User

    client.force_login(User.objects.create_user("loner", is_staff=True))
    assert client.get("/admin/", follow=True).status_code == 403


def test_no_page_offers_to_delete_many_at_once():
    office = desk.build()
    for model in VERBS:
        response = office.browser("admin").get(desk.url(model, "changelist"))
        form = response.context.get("action_form")
        assert form is None or "delete_selected" not in str(form)
