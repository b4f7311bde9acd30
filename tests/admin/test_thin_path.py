"""A manager opens a client, and its writer gets from there to a brief."""

import pytest
from django.urls import reverse

from creatives.models import Brief, Campaign, Event, Product
from tenants.models import Client
from tests import builders

pytestmark = pytest.mark.django_db


def facts(prefix="facts", **rows):
    return {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0, **rows}


def test_a_manager_opens_a_client_and_its_writer_gets_to_a_brief(client):
    agency = builders.organization("north")
    writer = builders.member(agency, "writer", roles=["writer"])
    manager = builders.member(agency, "manager", roles=["manager"])
    client.force_login(manager)

    def add(model, **data):
        response = client.post(reverse(f"admin:{model}_add"), data)
        assert response.status_code == 302, response.context["errors"]

    add(
        "tenants_client", name="Oats", banned_words="最好\r\n第一\r\n",
        **{**facts("assignments"), "assignments-TOTAL_FORMS": 1, "assignments-0-user": writer.pk},
    )  # fmt: skip
    assert client.login(username="writer", password=builders.PASSWORD)
    with builders.acting(writer):
        oats = Client.objects.get()
    assert (oats.organization, oats.banned_words) == (agency, ["最好", "第一"])
    add("creatives_product", client=oats.pk, name="燕麦奶", category="food", **facts())
    add("creatives_campaign", client=oats.pk, name="春季")
    with builders.acting(writer):
        product, campaign = Product.objects.get(), Campaign.objects.get()
    add(
        "creatives_brief", campaign=campaign.pk, product=product.pk, name="早餐", language="zh",
        placements=["weibo_post"], count=2, key_messages="高钙\r\n\r\n低糖",
    )  # fmt: skip
    with builders.acting(writer):
        brief = Brief.objects.get()
        made = Event.objects.filter(verb="created", actor=writer).values_list(
            "subject_type", flat=True
        )
        assert set(made) == {"product", "campaign", "brief"}
    assert (brief.client, brief.market, brief.created_by) == (oats, "cn", writer)
    assert brief.key_messages == ["高钙", "低糖"]
    page = client.get(reverse("admin:creatives_brief_change", args=[brief.pk]))
    assert page.status_code == 200


def test_the_way_home_is_no_product_category(client):
    """Django's "Home" and the category "Home" are two words in Chinese."""
    from django.utils import translation

    with translation.override("zh-hans"):
        assert translation.gettext("Home") == "首页"
