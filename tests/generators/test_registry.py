"""Finding plugins: broken ones are states, nothing heavy is imported, one backend is held."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from generators import registry
from generators.base import Backend, GenerationError, Manifest, Options, Output, Resources


class _Choice(Options):
    size: int = 1


class Fake(Backend):
    closed = 0

    def generate(self, requests, *, cancelled=lambda: False):
        for request in requests:
            yield Output(request.id, (("body", "text"),))

    def close(self):
        type(self).closed += 1


def _manifest(id="fake", **changes):
    values = {"backend": f"{__name__}:Fake", "options": _Choice, "licence": "-", "version": "1"}
    return Manifest(id=id, name={"en": id, "zh": id}, **{**values, **changes})


MANIFEST = _manifest()
OLD = _manifest(api_version="0.9")
NOT_A_MANIFEST = {"id": "fake"}
Fake.manifest = MANIFEST


@pytest.fixture
def found(monkeypatch):
    """Make the registry find the entry points it is given, and forget them afterwards."""
    sys.modules.setdefault(__name__, sys.modules[Fake.__module__])

    def find(*points):
        entries = [EntryPoint(name, value, registry.GROUP) for name, value in points]
        monkeypatch.setattr(registry, "entry_points", lambda group: entries)
        registry.refresh()
        return {state.id: state for state in registry.states()}

    yield find
    monkeypatch.undo()
    registry.unload()
    registry.refresh()


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("no_such_module:MANIFEST", "No module named"),
        (f"{__name__}:MISSING", "has no attribute"),
        (f"{__name__}:NOT_A_MANIFEST", "not a generators.base.Manifest"),
        (f"{__name__}:OLD", "generator API 0.9"),
    ],
)
def test_a_broken_plugin_is_a_state_and_the_others_stay(found, value, says):
    states = found(("fake", value), ("template", "plugins.template:MANIFEST"))
    assert states["fake"].manifest is None
    assert says in states["fake"].error
    assert list(registry.manifests()) == ["template"]
    with pytest.raises(registry.UnknownGenerator, match="cannot be used"):
        registry.manifest("fake")


def test_a_plugin_that_exits_at_import_is_a_state(found, tmp_path, monkeypatch):
    (tmp_path / "quits_at_import.py").write_text("raise SystemExit(3)\n")
    monkeypatch.syspath_prepend(tmp_path)
    states = found(("quits", "quits_at_import:MANIFEST"))
    assert "SystemExit" in states["quits"].error


def test_two_plugins_of_one_id_are_an_error(found):
    states = found(("fake", f"{__name__}:MANIFEST"), ("fake", f"{__name__}:OLD"))
    assert states["fake"].manifest is None
    assert "2 installed plugins" in states["fake"].error


def test_a_name_unlike_the_manifest_is_an_error(found):
    states = found(("other", f"{__name__}:MANIFEST"))
    assert "calls it 'fake'" in states["other"].error


def test_an_unknown_generator_names_the_valid_ones():
    with pytest.raises(registry.UnknownGenerator, match=r"'gpt'.*template.*transformers"):
        registry.manifest("gpt")


@pytest.mark.parametrize("values", [{"size": "big"}, {"colour": "red"}])
def test_wrong_options_are_named(values):
    with registry.register_for_test(MANIFEST), pytest.raises(GenerationError) as caught:
        registry.load("fake", values)
    assert caught.value.permanent
    assert caught.value.code == "bad_options"
    assert next(iter(values)) in str(caught.value)


def test_the_same_options_give_the_same_backend_and_others_close_it():
    with registry.register_for_test(_manifest(resources=Resources(memory_mb=500))):
        before = Fake.closed
        first = registry.load("fake", {})
        assert registry.load("fake", {"size": 1}) is first
        assert Fake.closed == before
        assert registry.load("fake", {"size": 2}) is not first
        assert Fake.closed == before + 1


def test_a_light_backend_pushes_no_model_out():
    heavy = _manifest(resources=Resources(memory_mb=500))
    with registry.register_for_test(heavy, _manifest("light")):
        before = Fake.closed
        model = registry.load("fake", {})
        assert registry.load("light", {}) is registry.load("light", {})
        assert registry.load("fake", {}) is model
        assert Fake.closed == before


@pytest.mark.parametrize("backend", ["no_such_module:X", f"{__name__}:Nothing", "json:JSONDecoder"])
def test_a_backend_that_cannot_be_imported_says_so(backend):
    broken = _manifest(backend=backend)
    with registry.register_for_test(broken), pytest.raises(GenerationError) as caught:
        registry.load("fake")
    assert caught.value.code == "broken_plugin"


@pytest.mark.parametrize("body", ["raise RuntimeError('no driver')", "def"])
def test_a_backend_whose_module_raises_says_so(tmp_path, monkeypatch, body):
    (tmp_path / "falls_at_import.py").write_text(body + "\n")
    monkeypatch.syspath_prepend(tmp_path)
    broken = _manifest(backend="falls_at_import:X")
    with registry.register_for_test(broken), pytest.raises(GenerationError) as caught:
        registry.load("fake")
    assert (caught.value.code, caught.value.permanent) == ("broken_plugin", True)


class Falls(Fake):
    """Fails to start or to stop, as its size says."""

    errors = (ZeroDivisionError("boom"), GenerationError("no", permanent=True, code="no_model"))

    def __init__(self, options):
        super().__init__(options)
        if options.size < 0:
            raise self.errors[options.size]

    def close(self):
        raise OSError("the device is gone")


@pytest.mark.parametrize(
    ("size", "code", "permanent"), [(-2, "crashed", False), (-1, "no_model", True)]
)
def test_a_backend_that_cannot_start_gets_a_named_error_and_is_not_held(size, code, permanent):
    plugin = _manifest(backend=f"{__name__}:Falls")
    with registry.register_for_test(plugin), pytest.raises(GenerationError) as caught:
        registry.load("fake", {"size": size})
    assert (caught.value.code, caught.value.permanent) == (code, permanent)
    assert registry._loaded is None


def test_a_backend_that_cannot_close_is_logged_and_stands_in_nobodys_way(caplog):
    plugin = _manifest(backend=f"{__name__}:Falls")
    with registry.register_for_test(plugin):
        registry.load("fake", {"size": 1})
        assert registry.load("template").manifest.id == "template"
    assert "generator fake could not be closed" in caplog.text
    assert "the device is gone" in caplog.text


def test_listing_imports_nothing_heavy():
    code = (
        "import sys; from generators import registry, prompts; m = registry.manifests();"
        "m['transformers'].options.model_json_schema();"
        "heavy = {'torch', 'transformers', 'numpy', 'django', 'spacy'} & set(sys.modules);"
        "assert set(m) >= {'template', 'transformers'} and not heavy, heavy"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
