"""The embedded model: checked, converted once, converted anew when broken; and what it writes."""

import json
import struct
from dataclasses import replace

import pytest

from generators import fields, prompts, registry
from generators.base import GenerationError
from plugins.transformers import embedded
from tests.plugins.conftest import BRIEFS, make_request

pytest.importorskip("torch")
needs_package = pytest.mark.skipif(
    not embedded.installed(), reason=f"the package {embedded.PACKAGE} is not installed"
)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COPYDESK_MODEL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def quick(cache, monkeypatch):
    """Replace the minute of conversion by a small file in the same format; count conversions."""
    made = []

    def write(gguf, out):
        made.append(1)
        out.mkdir()
        header = json.dumps({"w": {"dtype": "BF16", "shape": [8], "data_offsets": [0, 16]}})
        body = struct.pack("<Q", len(header)) + header.encode() + b"\x01" * 16
        (out / "model.safetensors").write_bytes(body)
        (out / "config.json").write_text("{}")

    monkeypatch.setattr(embedded, "_assemble", lambda output: output.write_bytes(b"gguf"))
    monkeypatch.setattr(embedded, "_write_safetensors", write)
    return made


@needs_package
def test_is_converted_once(quick, cache):
    assert not embedded.ready()
    folder = embedded.prepare()
    assert embedded.ready()
    assert embedded.prepare() == folder
    assert len(quick) == 1
    assert embedded.digest(folder).startswith("sha256:")
    assert sorted(path.name for path in cache.iterdir()) == [embedded.NAME, f"{embedded.NAME}.lock"]


@needs_package
@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "model.safetensors").write_bytes(b"\x00" * 10),
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / "config.json").write_text("{} "),
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_text("[]"),
        embedded.discard,
    ],
)
def test_a_broken_copy_is_converted_anew(quick, harm):
    harm(embedded.prepare())
    assert not embedded.ready()
    embedded.prepare()
    assert embedded.ready()
    assert len(quick) == 2


@needs_package
def test_a_header_that_lies_about_its_length_is_seen(quick):
    folder = embedded.prepare()
    weights = folder / "model.safetensors"
    harmed = weights.read_bytes().replace(b"[0, 16]", b"[0, 61]")
    weights.write_bytes(harmed)
    assert "not as long" in embedded.check(folder)


@needs_package
def test_a_conversion_that_fails_leaves_nothing_behind(quick, cache, monkeypatch):
    def full(gguf, out):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(embedded, "_write_safetensors", full)
    with pytest.raises(GenerationError, match="No space left") as caught:
        embedded.prepare()
    assert (caught.value.code, caught.value.permanent) == ("model_cache", True)
    assert [path.name for path in cache.iterdir()] == [f"{embedded.NAME}.lock"]


class _Package:
    EXPECTED_SHA256 = "0" * 64

    def __init__(self, parts):
        self._parts = parts

    def chunk_paths(self):
        return self._parts


@pytest.mark.parametrize("parts", [["a"], ["a", "missing"]])
def test_a_damaged_package_says_what_to_do(cache, tmp_path, monkeypatch, parts):
    (tmp_path / "a").write_bytes(b"not a model")
    package = _Package([tmp_path / name for name in parts])
    monkeypatch.setattr(embedded, "_package", lambda: package)
    with pytest.raises(GenerationError, match="force-reinstall") as caught:
        embedded.prepare()
    assert (caught.value.code, caught.value.permanent) == ("model_corrupt", True)


def test_without_the_package_it_names_what_to_install(cache, monkeypatch):
    monkeypatch.setattr(embedded, "_MODULE", "no_such_package_here")
    with pytest.raises(GenerationError, match="make setup") as caught:
        embedded.prepare()
    assert caught.value.code == "model_missing"
    assert not embedded.installed()


def test_the_door_reports_failure_on_standard_error(cache, monkeypatch, capsys):
    monkeypatch.setattr(embedded, "_MODULE", "no_such_package_here")
    assert embedded.main() == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "not installed" in err


def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COPYDESK_MODEL_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(GenerationError) as caught:
        embedded.prepare()
    assert caught.value.code in {"model_cache", "model_missing"}


@pytest.fixture(scope="module")
def written():
    """Two answers to the brief of each language, by language: the model is loaded once for all."""
    requests = []
    for language, brief in BRIEFS.items():
        for seed in range(2):
            request = make_request("xiaohongshu_note", language, seed=seed, id=f"{language} {seed}")
            prompt = prompts.render(brief, request.placement, slots=request.slots, seed=seed)
            requests.append(replace(request, prompt=prompt))
    backend = registry.load("transformers", {})
    try:
        answers = list(fields.collect(backend, requests))
    finally:
        registry.unload()
    return {
        language: [answer for answer in answers if answer.request.id.startswith(language)]
        for language in BRIEFS
    }


@pytest.mark.slow
@pytest.mark.xdist_group("embedded model")
@pytest.mark.skipif(not embedded.ready(), reason="run `make setup`: the model is not in the cache")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_embedded_model_writes_about_the_brief(written, language):
    texts = [" ".join(field.text for field in answer.fields) for answer in written[language]]
    assert len(set(texts)) == 2
    for text in texts:
        assert BRIEFS[language].must_include[0] in text
        assert all(
            message.casefold() in text.casefold() for message in BRIEFS[language].key_messages
        )
