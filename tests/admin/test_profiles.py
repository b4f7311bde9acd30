"""A profile's form is its plugin's schema: an input an option, faults at the field, states shown."""

from typing import Literal

import pytest
from django.utils import translation
from pydantic import Field

from creatives.admin import options
from creatives.models import GeneratorProfile
from generators import registry
from generators.base import Manifest, Options
from generators.registry import PluginState
from tests.admin import desk

pytestmark = pytest.mark.django_db


class Knobs(Options):
    """One option of every kind."""

    word: str = Field(default="a", min_length=1, max_length=5, description="A short word.")
    needed: str = Field(max_length=10)
    whole: int = Field(default=3, ge=1, le=9)
    part: float = Field(default=0.5, gt=0.0, lt=1.0)
    on: bool = True
    choice: Literal["x", "y", 3] = "x"
    maybe: int | None = None
    words: list[str] = []
    table: dict[str, int] = {}


KNOBS = Manifest(
    id="knobs", name={"zh": "旋钮", "en": "Knobs"}, version="1.0.0", options=Knobs,
    licence="test", backend="tests.none:None",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _plugin():
    with registry.register_for_test(KNOBS):
        yield


@pytest.fixture
def office():
    return desk.build()


def page(generator="knobs"):
    return f"{desk.url('generatorprofile', 'add')}?generator={generator}"


def data(**options):
    given = {
        "word": "a",
        "needed": "n",
        "whole": "3",
        "part": "0.5",
        "on": "on",
        "choice": '"x"',
        **options,
    }
    return {"name": "mine", "enabled": "on"} | {
        f"option_{k}": v for k, v in given.items() if v is not None
    }


def add(office, role="admin", **options):
    return office.browser(role).post(page(), data(**options))


def mine():
    return GeneratorProfile._base_manager.get(name="mine")


def test_first_the_generators_are_shown_with_their_state(office, monkeypatch):
    broken = PluginState("broken", None, "x:Y cannot be imported: ImportError: no such thing")
    states = (*registry.states(), broken)
    monkeypatch.setattr(registry, "states", lambda: states)
    browser = office.browser("admin")
    shown = browser.get(desk.url("generatorprofile", "add")).content.decode()
    assert "Knobs" in shown and "no such thing" in shown
    assert "?generator=knobs" in shown and "?generator=broken" not in shown
    listed = browser.get(desk.url("generatorprofile", "changelist")).content.decode()
    assert "no such thing" in listed


def test_there_is_an_input_for_every_option_with_default_and_description(office):
    form = office.browser("admin").get(page()).context["adminform"].form
    assert {name for name in form.fields if name.startswith("option_")} == {
        f"option_{name}" for name in Knobs.model_fields
    }
    assert form["option_whole"].value() == 3
    assert "A short word." in str(form["option_word"].help_text)
    shown = office.browser("admin").get(page()).content.decode()
    assert 'type="number" name="option_whole"' in shown and 'min="1"' in shown
    assert '<option value="&quot;x&quot;" selected>' in shown


@pytest.mark.parametrize(
    ("language", "label", "says"),
    [("en", "Spoken", "Aloud."), ("zh-hans", "说法", "读出来。")],
)
def test_an_option_speaks_the_language_of_the_interface(language, label, says):
    class Spoken(Options):
        spoken: str = Field(
            default="", description="Aloud.",
            json_schema_extra={"title_zh": "说法", "description_zh": "读出来。"},
        )  # fmt: skip

    with translation.override(language):
        field = options.fields_of(Spoken, {})["option_spoken"]
    assert (field.label, field.help_text) == (label, says)


@pytest.mark.parametrize("generator", ["template", "transformers"])
def test_every_option_of_our_own_plugins_is_said_in_chinese(generator):
    with translation.override("zh-hans"):
        shown = options.fields_of(registry.manifest(generator).options, {})
    with translation.override("en"):
        english = options.fields_of(registry.manifest(generator).options, {})
    assert {name for name in shown if str(shown[name].label) == str(english[name].label)} == set()
    described = registry.manifest(generator).options.model_json_schema()["properties"]
    silent = [
        name
        for name, spec in described.items()
        if bool(spec.get("description")) is not bool(spec.get("description_zh"))
    ]
    assert silent == []


def test_only_what_differs_from_the_default_is_kept(office):
    assert add(office).status_code == 302
    assert mine().options == {"needed": "n"}
    assert mine().generator == "knobs"


def test_every_kind_of_option_is_kept_in_its_type(office):
    done = add(office, whole="5", part="0.25", on=None, choice="3", maybe="7", words="b\na",
               table='{"k": 1}')  # fmt: skip
    assert done.status_code == 302
    assert mine().options == {
        "needed": "n", "whole": 5, "part": 0.25, "on": False, "choice": 3, "maybe": 7,
        "words": ["b", "a"], "table": {"k": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [("needed", ""), ("word", "toolong"), ("whole", "0"), ("whole", "10"), ("whole", "x"),
     ("part", "0"), ("part", "1"), ("part", "nan"), ("choice", '"z"'), ("choice", "x"),
     ("maybe", "x"), ("table", "{"), ("table", '{"k": "v"}'), ("words", "a\x00"), ("word", "\x07")],
)  # fmt: skip
def test_a_wrong_option_is_an_error_at_its_input(office, name, value):
    assert f"option_{name}" in desk.errors(add(office, **{name: value}))
    assert not GeneratorProfile._base_manager.filter(name="mine").exists()


def test_a_profile_is_changed_and_shows_what_is_set(office):
    add(office, whole="5")
    change = desk.url("generatorprofile", "change", mine().pk)
    browser = office.browser("admin")
    assert browser.get(change).context["adminform"].form["option_whole"].value() == 5
    assert browser.post(change, data(whole="3", part="0.75")).status_code == 302
    assert mine().options == {"needed": "n", "part": 0.75}


def test_a_new_default_takes_the_place_of_the_old(office):
    browser = office.browser("admin")
    assert browser.post(page(), {**data(), "is_default": "on"}).status_code == 302
    assert [p.name for p in GeneratorProfile._base_manager.filter(is_default=True)] == ["mine"]


def test_a_name_that_is_taken_is_an_error(office):
    response = office.browser("admin").post(page(), {**data(), "name": "template"})
    assert desk.errors(response)


def test_a_profile_whose_plugin_is_gone_is_shown_and_not_saved(office):
    row = GeneratorProfile._base_manager.create(
        organization=office.agency, name="lost", generator="gone", options={"k": "旧"}
    )
    browser = office.browser("admin")
    change = desk.url("generatorprofile", "change", row.pk)
    shown = browser.get(change).content.decode()
    assert "unknown generator" in shown and "旧" in shown
    assert desk.errors(browser.post(change, {"name": "lost", "enabled": "on"}))


@pytest.mark.parametrize("generator", ["", "gone", "\x00", "a" * 5000])
def test_an_unknown_generator_asks_again_which_one(office, generator):
    browser = office.browser("admin")
    response = browser.post(desk.url("generatorprofile", "add") + "?generator=x", data())
    assert response.status_code == 200 and "Knobs" in response.content.decode()
    assert not GeneratorProfile._base_manager.filter(name="mine").exists()


def test_who_may_not_change_profiles_reads_them(office):
    add(office)
    change = desk.url("generatorprofile", "change", mine().pk)
    browser = office.browser("writer")
    assert "option_whole" not in browser.get(change).content.decode()
    assert browser.post(change, data(whole="5")).status_code == 403
    assert add(office, "manager").status_code == 403


def test_a_profile_that_has_run_cannot_be_deleted_and_says_why(office):
    from tests import builders

    brief = builders.brief(office.client)
    run = builders.run(brief)
    browser = office.browser("admin")
    target = desk.url("generatorprofile", "delete", run.profile_id)
    asked = browser.get(target).content.decode()
    assert "1 other record" in asked and str(brief) not in asked
    assert browser.post(target, {"post": "yes"}).status_code in (200, 403)
    assert GeneratorProfile._base_manager.filter(pk=run.profile_id).exists()


def test_the_options_of_every_installed_plugin_become_a_form(office):
    for name in registry.manifests():
        response = office.browser("admin").get(page(name))
        assert response.status_code == 200 and "adminform" in response.context
