"""Exemplars: copy that follows its own brief and the limits it is shown for; copies spotted."""

from dataclasses import replace

import pytest

from compliance.placements import PLACEMENTS
from generators import prompts
from generators.exemplars import choose, copies_exemplar, exemplars
from tests.plugins.conftest import BRIEFS

ALL = [(language, item) for language in ("zh", "en") for item in exemplars(language)]


@pytest.mark.parametrize(("language", "exemplar"), ALL, ids=lambda v: getattr(v, "product", v))
def test_bodies_state_each_key_message_word_for_word(language, exemplar):
    for body in (exemplar.post, exemplar.note, exemplar.article):
        for message in exemplar.messages:
            assert message.casefold() in body.casefold()


@pytest.mark.parametrize("slug", PLACEMENTS)
@pytest.mark.parametrize(("language", "exemplar"), ALL, ids=lambda v: getattr(v, "product", v))
def test_fits_the_placements_it_is_shown_for(slug, language, exemplar):
    for spec in PLACEMENTS[slug].fields:
        shape = prompts.shape_of(PLACEMENTS[slug], spec)
        if shape.kind == "tags":
            continue
        values = exemplar.values(shape.kind)[shape.first :]
        fitting = [value for value in values if spec.over(value) == 0]
        assert len(fitting) >= max(1, spec.least)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_category_leaves_enough_to_show(language):
    for category in {item.category for item in exemplars(language)}:
        brief = replace(BRIEFS[language], category=category)
        assert len(choose(brief, seed=0, most=prompts.SHOTS)) == prompts.SHOTS


@pytest.mark.parametrize(
    ("text", "language", "copied"),
    [
        ("降温的早上出门前围上它。", "zh", True),
        ("今天很好，双层玻璃不烫手，真的。", "zh", True),
        ("五种谷物，早餐来一包。", "zh", False),
        ("好。", "zh", False),
        ("Slim spout pours slowly, so take your time.", "en", True),
        ("A 7-day battery for the whole week.", "en", False),
        ("", "en", False),
    ],
)
def test_spots_copies(text, language, copied):
    assert copies_exemplar([text], language) is copied
