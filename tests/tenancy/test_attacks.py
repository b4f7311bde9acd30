"""What somebody tries who knows Django: numbers in forms, look-ups in addresses, pop-ups."""

from typing import Any

import pytest
from django.db.models import ForeignKey, ManyToManyField
from django.urls import reverse

from creatives.models import Asset, Brief, Campaign, Product, ProductFact
from tenants.models import Client, ClientAssignment, Membership
from tests.tenancy import world as worlds
from tests.tenancy.routes import registered
from tests.tenancy.visitor import GONE, MARKS, body, chain, leaks, login, same

pytestmark = pytest.mark.django_db
both = pytest.mark.parametrize("who", list(MARKS))


def no_inline(prefix: str, **rows: Any) -> dict[str, Any]:
    return {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0, **rows}


# -- numbers of others in forms ------------------------------------------------------------------


def posts(foreign: Any, own: Any) -> list[tuple[str, dict[str, Any], Any]]:
    """(page, what is posted with a foreign number in it, the table that must not grow)."""
    return [
        ("creatives_product", {"client": foreign("client"), "name": "n", "category": "food",
                               **no_inline("facts")}, Product),
        ("creatives_campaign", {"client": foreign("client"), "name": "n"}, Campaign),
        ("creatives_brief", {"campaign": foreign("campaign"), "product": own.product.pk, "name": "n",
                             "language": "zh", "placements": "weibo_post", "count": 1}, Brief),
        ("creatives_brief", {"campaign": own.campaign.pk, "product": foreign("product"), "name": "n",
                             "language": "zh", "placements": "weibo_post", "count": 1}, Brief),
        ("creatives_asset", {"client": foreign("client"), "title": "n"}, Asset),
        ("creatives_asset", {"client": own.client.pk, "product": foreign("product"), "title": "n"},
         Asset),
    ]  # fmt: skip


@pytest.mark.parametrize("case", range(6))
def test_a_foreign_number_in_a_form_is_refused_like_one_that_does_not_exist(
    client: Any, world: worlds.World, case: int
) -> None:
    login(client, world, "outsider")
    page, theirs, table = posts(lambda kind: world.rows[kind].pk, world.south)[case]
    _page, gone, _table = posts(lambda kind: GONE, world.south)[case]
    before = table._base_manager.count()
    url = reverse(f"admin:{page}_add")
    there, nowhere = chain(client, "post", url, theirs), chain(client, "post", url, gone)
    assert table._base_manager.count() == before
    assert leaks(there, *MARKS["outsider"]) == []
    pk = next(iter({value for key, value in theirs.items() if gone[key] == GONE}))
    assert same(there, pk) == same(nowhere, pk)


def test_a_colleague_cannot_hang_a_product_on_a_client_of_another_team(
    client: Any, world: worlds.World
) -> None:
    login(client, world, "colleague")
    data = {"client": world.client.pk, "name": "n", "category": "food", **no_inline("facts")}
    text = chain(client, "post", reverse("admin:creatives_product_add"), data)
    assert leaks(text, worlds.CLIENT) == []
    assert not Product._base_manager.filter(name="n").exists()


def test_the_posted_organization_is_ignored(client: Any, world: worlds.World) -> None:
    login(client, world, "outsider")
    data = {"name": "mine", "organization": world.organization.pk, **no_inline("assignments")}
    client.post(reverse("admin:tenants_client_add"), data)
    made = Client._base_manager.get(name="mine")
    assert made.organization_id == world.south.organization.pk


def test_a_row_of_an_inline_cannot_be_taken_over_by_its_number(
    client: Any, world: worlds.World
) -> None:
    login(client, world, "outsider")
    fact, own = world.productfact, world.south.product
    data = {
        "name": own.name, "category": own.category, "facts-TOTAL_FORMS": 1, "facts-INITIAL_FORMS": 1,
        "facts-0-id": fact.pk, "facts-0-product": own.pk, "facts-0-kind": "feature",
        "facts-0-value": "taken",
    }  # fmt: skip
    text = chain(client, "post", reverse("admin:creatives_product_change", args=[own.pk]), data)
    assert leaks(text, *MARKS["outsider"]) == []
    kept = ProductFact._base_manager.get(pk=fact.pk)
    assert (kept.value, kept.product_id) == (fact.value, world.product.pk)


def test_nobody_of_another_organization_gets_into_a_client_team(
    client: Any, world: worlds.World
) -> None:
    login(client, world, "outsider")
    mine, stranger = world.south.client, world.people["right"]
    data = no_inline("assignments", name=mine.name)
    data |= {"assignments-TOTAL_FORMS": 1, "assignments-0-user": stranger.pk}
    text = chain(client, "post", reverse("admin:tenants_client_change", args=[mine.pk]), data)
    assert leaks(text, *MARKS["outsider"]) == []
    assert not ClientAssignment._base_manager.filter(client=mine, user=stranger).exists()


@both
def test_a_copy_of_a_foreign_brief_starts_empty(client: Any, world: worlds.World, who: str) -> None:
    login(client, world, who)
    url = reverse("admin:creatives_brief_add")
    theirs = body(client.get(url, {"copy": world.brief.pk}))
    gone = body(client.get(url, {"copy": GONE}))
    assert leaks(theirs, *MARKS[who]) == []
    assert same(theirs, world.brief.pk) == same(gone, world.brief.pk)


# -- addresses -----------------------------------------------------------------------------------

PROBES = (
    {"client__name__startswith": worlds.CLIENT},
    {"organization__name__startswith": worlds.AGENCY},
    {"organization__slug": "north"},
    {"created_by__password__startswith": "md5"},
    {"requested_by__password__startswith": "md5"},
    {"user__password__startswith": "md5"},
    {"run__brief__name__startswith": worlds.CLIENT},
    {"actor__email__startswith": "a"},
    {"q": worlds.CLIENT},
    {"q": "\x00"},
    {"client__id__exact": "{client}"},
    {"organization__id": "{organization}"},
    {"organization_id": "{organization}"},
    {"id__in": "1,2,3,4,5,6"},
    {"o": "-1.2.3.99"},
    {"p": "99999"},
    {"all": ""},
    {"_to_field": "id", "_popup": "1"},
    {"_to_field": "name", "_popup": "1"},
    {"_to_field": "password", "_popup": "1"},
    {"created_at__gte": "nonsense"},
    {"inputs__client__name__startswith": worlds.CLIENT},
)


@both
def test_no_look_up_in_an_address_reaches_behind_the_wall(
    client: Any, world: worlds.World, who: str
) -> None:
    login(client, world, who)
    for label, model in registered().items():
        if model._meta.model_name in worlds.SHARED | worlds.NOBODYS:
            continue
        url = reverse(f"admin:{label}_changelist")
        for probe in PROBES:
            asked = {
                key: value.format(client=world.client.pk, organization=world.organization.pk)
                for key, value in probe.items()
            }
            response = client.get(url, asked, follow=True)
            assert response.status_code in (200, 400, 403), (url, asked)
            if response.status_code == 200 and "cl" in response.context:
                found = {row.pk for row in response.context["cl"].queryset}
                assert world.rows[model._meta.model_name].pk not in found, (url, asked)
            text = body(response).replace("".join(asked.values()), "")
            assert leaks(text, *MARKS[who]) == [], (url, asked)


@pytest.mark.parametrize("lookup", ["user__password__startswith", "user__last_login__gte"])
def test_no_look_up_reads_an_account_of_a_member(
    client: Any, world: worlds.World, lookup: str
) -> None:
    login(client, world, "right")
    response = client.get(reverse("admin:tenants_membership_changelist"), {lookup: "a"})
    assert response.status_code == 400


@both
def test_autocomplete_offers_nothing_from_behind_the_wall(
    client: Any, world: worlds.World, who: str
) -> None:
    login(client, world, who)
    asked = 0
    for model in [*registered().values(), ProductFact, ClientAssignment, Membership]:
        for column in model._meta.get_fields():
            if not isinstance(column, ForeignKey | ManyToManyField):
                continue
            names = {
                "app_label": model._meta.app_label, "model_name": model._meta.model_name,
                "field_name": column.name,
            }  # fmt: skip
            for term in ("", worlds.CLIENT, worlds.AGENCY):
                response = client.get(reverse("admin:autocomplete"), {**names, "term": term})
                assert leaks(body(response), *MARKS[who]) == [], names
                asked += response.status_code == 200
    assert asked > 20, "the page was asked and answered"


@both
@pytest.mark.parametrize("view", ["change", "delete", "history"])
def test_a_pop_up_shows_no_more_than_the_page(
    client: Any, world: worlds.World, who: str, view: str
) -> None:
    login(client, world, who)
    for label, model in registered().items():
        kind = model._meta.model_name
        if kind in worlds.SHARED | worlds.NOBODYS:
            continue
        url = reverse(f"admin:{label}_{view}", args=[world.rows[kind].pk])
        for asked in (
            {"_popup": 1},
            {"_popup": 1, "_to_field": "id"},
            {"_to_field": "organization"},
        ):
            response = client.get(url, asked, follow=True)
            assert response.status_code in (200, 400, 403, 404)
            assert leaks(body(response), *MARKS[who]) == [], (url, asked)


def test_the_short_cut_to_any_row_by_its_content_type_is_gone(
    client: Any, world: worlds.World
) -> None:
    login(client, world, "right")
    assert client.get(f"/admin/r/1/{world.client.pk}/").status_code == 404
