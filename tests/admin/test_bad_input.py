"""Whatever is typed into a form: an error at its field, never a crash, and nothing saved."""

import pytest

from creatives.admin.forms import LinesField, WordsField
from creatives.models import Brief, Campaign, Product
from tenants.models import Client
from tenants.validators import MAX_CLIENT_WORDS
from tests import builders
from tests.admin import desk

pytestmark = pytest.mark.django_db
MEGABYTE = "好" * 350_000  # over 1 MB as UTF-8


@pytest.fixture
def office():
    return desk.build()


@pytest.fixture
def brief(office):
    return builders.brief(office.client, by=office.people["writer"])


def brief_data(brief, **rest):
    return {
        "campaign": brief.campaign_id, "product": brief.product_id, "name": "n", "language": "zh",
        "market": "", "placements": ["weibo_post"], "count": 1, **rest,
    }  # fmt: skip


WRONG = {
    "name": ["", "\x00", "a\x07b", MEGABYTE, "x" * 121],
    "audience": ["a\x1bb", "x" * 4001, MEGABYTE],
    "tone": ["x" * 201, "\x00"],
    "key_messages": ["ok\nx\x07", "x" * 201, "\n".join(f"abc{n}" for n in range(51)), MEGABYTE],
    "must_include": ["a\x00b", "x" * 201],
    "must_avoid": ["x" * 201],
    "language": ["", "fr", "zh\x00", MEGABYTE],
    "market": ["mars"],
    "placements": [[], ["billboard"], ["weibo_post", "\x00"], ["weibo_post", MEGABYTE]],
    "count": ["", "0", "51", "-1", "1.5", "many", "9" * 400],
    "campaign": ["", "x", "0", "9" * 400],
    "product": ["", "x", "\x00"],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(n, v, id=f"{n}-{i}")
        for n, values in WRONG.items()
        for i, v in enumerate(values)
    ],
)
def test_a_wrong_value_in_a_brief_is_an_error_at_its_field(office, brief, name, value):
    response = office.browser("writer").post(
        desk.url("brief", "add"), brief_data(brief, **{name: value})
    )
    assert name in desk.errors(response)
    assert Brief._base_manager.count() == 1


def test_what_was_typed_is_still_there_after_an_error(office, brief):
    data = brief_data(brief, audience="上班族 & 学生", key_messages="一\n二", count="x")
    response = office.browser("writer").post(desk.url("brief", "add"), data)
    page = response.content.decode()
    assert "上班族 &amp; 学生" in page and "一\n二" in page


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", ""), ("name", "\x00"), ("name", MEGABYTE), ("brand_voice", "x" * 4001),
     ("brand_voice", "a\x00"), ("banned_words", "x" * 201), ("banned_words", "a\x07"),
     ("required_words", MEGABYTE), ("licences", "\x1b")],
)  # fmt: skip
def test_a_wrong_value_in_a_client_is_an_error_at_its_field(office, name, value):
    data = {"name": "New", **desk.inline("assignments"), name: value}
    response = office.browser("manager").post(desk.url("client", "add"), data)
    assert name in desk.errors(response)
    assert Client._base_manager.count() == 1


def test_a_lone_surrogate_reaches_no_record(office):
    raw = "name=a%ED%A0%80b&assignments-TOTAL_FORMS=0&assignments-INITIAL_FORMS=0"
    response = office.browser("manager").post(
        desk.url("client", "add"), raw, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in (200, 302)
    for row in Client._base_manager.all():
        row.name.encode()


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\x00", "ok\n\x1b"])
def test_the_lines_field_refuses_what_is_not_text(text):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        LinesField().clean(text)


def test_the_lines_field_keeps_order_and_leaves_out_blanks_and_repeats():
    assert LinesField().clean(" 二 \r\n\r\n一\n二\n") == ["二", "一"]
    assert LinesField().clean("") == []


def test_the_lines_field_shows_what_it_keeps():
    field = LinesField()
    assert field.clean(field.prepare_value(["一", "二 三"])) == ["一", "二 三"]
    assert not field.has_changed(["一", "二"], "一\r\n二\r\n")
    assert field.has_changed(["一"], "一\n二")


def test_the_words_field_keeps_the_order_of_the_set():
    assert WordsField(choices=[("a", "A"), ("b", "B")]).clean(["b", "a"]) == ["a", "b"]


def test_a_name_that_is_taken_is_an_error_and_not_a_crash(office):
    data = {"name": "Oats", **desk.inline("assignments")}
    response = office.browser("manager").post(desk.url("client", "add"), data)
    assert desk.errors(response)
    product = builders.product(office.client, "Milk")
    data = {"client": office.client.pk, "name": "Milk", "category": "food", **desk.inline("facts")}
    assert desk.errors(office.browser("writer").post(desk.url("product", "add"), data))
    assert Product._base_manager.filter(name=product.name).count() == 1


def test_a_brief_does_not_mix_two_clients(office, brief):
    other = builders.client(office.agency, "Tea", team=[office.people["writer"]])
    data = brief_data(brief, product=builders.product(other, "Tea").pk)
    response = office.browser("writer").post(desk.url("brief", "add"), data)
    assert "product" in desk.errors(response)


def test_a_campaign_ends_after_it_starts(office):
    data = {
        "client": office.client.pk,
        "name": "n",
        "starts_on": "2026-02-02",
        "ends_on": "2026-01-01",
    }
    response = office.browser("writer").post(desk.url("campaign", "add"), data)
    assert "ends_on" in desk.errors(response)
    assert not Campaign._base_manager.exists()


def test_an_approval_number_needs_its_last_day(office):
    product = builders.product(office.client, "Milk")
    row = {"kind": "approval_number", "label": "", "value": "国食健字 1", "product": product.pk}
    response = office.browser("writer").post(
        desk.url("product", "change", product.pk),
        {"name": "Milk", "category": "food", **desk.inline("facts", row)},
    )
    assert response.status_code == 200
    assert "expires_on" in response.context["inline_admin_formsets"][0].formset.errors[0]


@pytest.mark.parametrize(
    "data",
    [{}, {"facts-TOTAL_FORMS": "x"}, {"facts-TOTAL_FORMS": "-1", "facts-INITIAL_FORMS": "0"},
     {"facts-TOTAL_FORMS": "99999", "facts-INITIAL_FORMS": "0"},
     {"facts-TOTAL_FORMS": "1", "facts-INITIAL_FORMS": "1", "facts-0-id": "x"},
     {"facts-TOTAL_FORMS": "1", "facts-INITIAL_FORMS": "1", "facts-0-id": "987654"}],
)  # fmt: skip
def test_a_tampered_inline_is_refused(office, data):
    product = builders.product(office.client, "Milk")
    response = office.browser("writer").post(
        desk.url("product", "change", product.pk), {"name": "Milk", "category": "food", **data}
    )
    assert response.status_code in (200, 302, 400)
    assert not product.facts.model._base_manager.exists()


@pytest.mark.parametrize("name", ["banned_words", "required_words"])
def test_the_form_takes_as_many_words_as_a_client_may_have(office, name):
    """The form refused what the model holds: such a client could not be saved any more."""
    page = desk.url("client", "add")
    words = [f"word {number}" for number in range(MAX_CLIENT_WORDS + 1)]
    data = {"name": "Tea", name: "\n".join(words[:-1]), **desk.inline("assignments")}
    assert office.browser("manager").post(page, data).status_code == 302
    assert getattr(Client._base_manager.get(name="Tea"), name) == words[:-1]
    data |= {"name": "Milk", name: "\n".join(words)}
    assert desk.errors(office.browser("manager").post(page, data)) == {
        name: ["At most 1000 entries."]
    }
