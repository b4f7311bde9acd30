"""Names are one line of real text, and facts are text, whichever door they come through."""

import pytest
from django.core.exceptions import ValidationError

from creatives.models import Asset, Brief, Campaign, Product, ProductFact
from creatives.models.product import FactKind
from tenants.models import Client

NAMED = [(Client, "name"), (Product, "name"), (Campaign, "name"), (Brief, "name"), (Asset, "title")]
NO_NAME = [
    "two\nlines", "two\r\nlines", "tab\there", "nul\x00", "bell\x07", "next\x85line",
    "line\u2028separator", "paragraph\u2029separator", "\ud800alone", "\u200b", " \u3000",
]  # fmt: skip


def faults(row):
    try:
        row.clean()
    except ValidationError as error:
        return set(error.message_dict)
    return set()


@pytest.mark.parametrize(
    ("model", "column"), NAMED, ids=lambda value: getattr(value, "__name__", value)
)
@pytest.mark.parametrize("text", NO_NAME, ids=ascii)
def test_a_name_is_one_line_of_text(model, column, text):
    assert faults(model(**{column: text})) == {column}


@pytest.mark.parametrize(
    ("model", "column"), NAMED, ids=lambda value: getattr(value, "__name__", value)
)
@pytest.mark.parametrize(
    "text", ["五谷 燕麦片", "L'Été №5 – “A&B”", "a👩‍👩‍👧b", "د\u200cر"], ids=ascii
)
def test_a_name_in_any_script_is_fine(model, column, text):
    assert faults(model(**{column: text})) == set()


@pytest.mark.parametrize("column", ["label", "value"])
@pytest.mark.parametrize("text", ["\x00", "坏\ud800", "a\x1bb"], ids=ascii)
def test_a_fact_is_text(column, text):
    fact = ProductFact(**{"kind": FactKind.PRICE, "value": "¥ 39", column: text})
    assert faults(fact) == {column}
