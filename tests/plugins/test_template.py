"""The template generator: every placement, both languages, limits kept, deterministic."""

from dataclasses import replace

import pytest

from compliance.placements import PLACEMENTS
from generators import fields, registry
from generators.base import Cancelled
from tests.plugins.conftest import BRIEFS, make_request

CASES = [(slug, language) for slug in PLACEMENTS for language in ("zh", "en")]


def _fields(request):
    backend = registry.load("template", {})
    return next(fields.collect(backend, [request])).fields


@pytest.mark.parametrize(("slug", "language"), CASES)
def test_fills_each_field_within_its_limits(slug, language):
    placement = PLACEMENTS[slug]
    found = _fields(make_request(slug, language))
    for spec in placement.fields:
        values = [field.text for field in found if field.name == spec.name]
        assert spec.least <= len(values) <= spec.most
        assert all(spec.over(value) == 0 for value in values)


@pytest.mark.parametrize(("slug", "language"), CASES)
def test_same_seed_same_copy_and_another_seed_another(slug, language):
    first = _fields(make_request(slug, language, seed=1))
    assert first == _fields(make_request(slug, language, seed=1))
    assert first != _fields(make_request(slug, language, seed=2))


@pytest.mark.parametrize(("slug", "language"), CASES)
def test_holds_the_required_words(slug, language):
    brief = replace(BRIEFS[language], must_include=("必写的词",))
    text = "".join(field.text for field in _fields(make_request(slug, language, brief=brief)))
    assert "必写的词" in text


def test_says_the_key_messages_and_facts():
    text = _fields(make_request("weibo_post", "zh"))[0].text
    assert "五种谷物" in text
    assert "25克" in text


def test_values_of_a_repeated_field_differ():
    found = _fields(make_request("google_rsa", "en"))
    headlines = [field.text for field in found if field.name == "headline"]
    assert len(headlines) == len(set(headlines)) >= 3


def test_a_brief_without_messages_or_facts_still_names_the_product():
    brief = replace(BRIEFS["zh"], key_messages=(), facts=(), audience="", must_include=())
    assert "燕麦片" in _fields(make_request(brief=brief))[0].text


def test_template_syntax_in_a_brief_stays_text():
    brief = replace(BRIEFS["zh"], key_messages=("{{ 7 * 7 }}",))
    text = _fields(make_request(brief=brief))[0].text
    assert "{{ 7 * 7 }}" in text
    assert "49" not in text


def test_stops_when_cancelled():
    backend = registry.load("template", {})
    with pytest.raises(Cancelled):
        list(backend.generate([make_request()], cancelled=lambda: True))
