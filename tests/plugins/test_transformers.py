"""The transformers generator over a tiny random model: form, seeds, batches, cancel, bad models."""

import json
import shutil
from dataclasses import replace

import pytest

from compliance.placements import PLACEMENTS
from generators import fields, registry
from generators.base import Cancelled, GenerationError
from tests.plugins.conftest import BRIEFS, build_tiny, make_request

torch = pytest.importorskip("torch")

SMALL = {"dtype": "float32", "device": "cpu", "retries": 0, "max_new_tokens": 400}


@pytest.fixture(autouse=True)
def _one_thread():
    """Two threads on matrices this small wait for each other more than they work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def load(tiny_model):
    """Load the tiny model with options; the registry's one backend is given up afterwards."""

    def loaded(**options):
        return registry.load("transformers", {"model": str(tiny_model), **SMALL, **options})

    yield loaded
    registry.unload()


def _write(backend, *requests, **rest):
    return {a.request.id: a for a in fields.collect(backend, requests, **rest)}


def _texts(answer):
    return [(field.name, field.text) for field in answer.fields]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("slug", PLACEMENTS)
def test_any_model_writes_every_field_of_every_placement(load, slug, language):
    answer = _write(load(max_new_tokens=2000), make_request(slug, language))["r"]
    names = {field.name for field in answer.fields}
    assert names >= {spec.name for spec in PLACEMENTS[slug].fields if spec.least}
    assert not any("\n" in field.text or "\ufffd" in field.text for field in answer.fields)


def test_same_seed_same_text_and_another_seed_another(load):
    backend = load()
    first = _write(backend, make_request(seed=5))["r"]
    assert _texts(first) == _texts(_write(backend, make_request(seed=5))["r"])
    assert _texts(first) != _texts(_write(backend, make_request(seed=6))["r"])


def test_a_batch_writes_what_each_would_alone(load):
    requests = [
        make_request("weibo_post", "zh", seed=1, id="a"),
        make_request("google_rsa", "en", seed=2, id="b"),
        make_request("xiaohongshu_note", "zh", seed=3, id="c"),
        make_request("weibo_post", "zh", seed=4, id="d", prompt="一\n" * 40 + "正文："),
    ]
    together = _write(load(batch_size=4), *requests)
    alone = load(batch_size=1)
    for request in requests:
        assert _texts(together[request.id]) == _texts(_write(alone, request)[request.id])


def test_outputs_come_batch_by_batch(load):
    calls = []
    requests = [make_request(seed=i, id=str(i)) for i in range(5)]
    backend = load(batch_size=2)
    decode = backend._decode
    backend._decode = lambda batch, *rest: calls.append(len(batch)) or decode(batch, *rest)
    found = backend.generate(requests)
    next(found)
    assert calls == [2]
    assert len(list(found)) == 4
    assert calls == [2, 2, 1]


def test_cancel_stops_within_a_step(load):
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        list(load().generate([make_request()], cancelled=cancelled))
    assert len(asked) == 4


def test_out_of_memory_halves_the_batch(load):
    backend = load(batch_size=4)
    sizes = []
    decode = backend._decode

    def small_memory(batch, *rest):
        sizes.append(len(batch))
        if len(batch) > 1:
            raise torch.OutOfMemoryError("no room")
        return decode(batch, *rest)

    backend._decode = small_memory
    assert len(_write(backend, *(make_request(id=str(i)) for i in range(4)))) == 4
    assert sizes == [4, 2, 1, 1, 2, 1, 1]


def test_out_of_memory_for_one_candidate_is_an_error_that_may_pass(load):
    backend = load()

    def no_memory(*_):
        raise torch.OutOfMemoryError("no room")

    backend._decode = no_memory
    with pytest.raises(GenerationError) as caught:
        _write(backend, make_request())
    assert (caught.value.code, caught.value.permanent) == ("out_of_memory", False)


def test_a_draft_that_lacks_a_required_word_is_written_again(load):
    brief = replace(BRIEFS["zh"], must_include=("禾谷", "一个从不会被写出的长词语" * 4))
    meta = _write(load(retries=2), make_request(brief=brief, seed=9))["r"].meta
    assert any("lacks" in problem for problem in meta["problems"])
    once = _write(load(retries=0), make_request(brief=brief, seed=9))["r"].meta
    assert meta["tokens"] > once["tokens"]


def test_numbers_and_words_the_brief_forbids_are_never_written(load):
    brief = replace(BRIEFS["zh"], must_avoid=("好", "A"), key_messages=("五种谷物",))
    backend = load(temperature=2.0, top_p=1.0, top_k=0)
    for seed in range(6):
        answer = _write(backend, make_request("xiaohongshu_note", brief=brief, seed=seed))["r"]
        text = "".join(field.text for field in answer.fields if field.name != "hashtags")
        assert "好" not in text
        assert "a" not in text.casefold()
        assert set(filter(str.isdigit, text)) <= set("25")


def test_meta_says_where_the_text_comes_from(load):
    backend = load()
    meta = dict(_write(backend, make_request(seed=3))["r"].meta)
    assert json.loads(json.dumps(meta)) == meta
    assert meta["digest"] == backend.digest()
    assert meta["digest"].startswith("sha256:")
    assert (meta["seed"], meta["dtype"], meta["device"]) == (3, "float32", "cpu")
    assert meta["tokens"] > 0


def test_chat_models_get_their_template_and_the_label_in_their_turn(load, chat_model):
    backend = load(model=str(chat_model))
    request = make_request()
    assert backend._prompt(request) == f"<user>{BRIEFS['zh'].product}\n<assistant>正文："
    assert _texts(_write(backend, request)["r"])
    few = load(model=str(chat_model), prompt_mode="few_shot")
    assert few._prompt(request) == request.prompt


def test_chat_without_a_template_is_a_wrong_option(load):
    with pytest.raises(GenerationError, match="no chat template"):
        _write(load(prompt_mode="chat"), make_request())


def test_a_prompt_beyond_the_context_is_refused(load):
    with pytest.raises(GenerationError) as caught:
        _write(load(), make_request(prompt="好" * 5000 + "正文："))
    assert (caught.value.code, caught.value.permanent) == ("prompt_too_long", True)


def _break(folder, how):
    weights = folder / "model.safetensors"
    if how == "truncated":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif how == "garbage":
        weights.write_bytes(b"\xff" * 4096)
    elif how == "no weights":
        weights.unlink()
    elif how == "no config":
        (folder / "config.json").unlink()
    elif how == "unknown architecture":
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "model_type": "frobnicator"}))
    elif how == "half the layers":
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    elif how == "no tokenizer":
        (folder / "tokenizer.json").unlink()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("truncated", "model_corrupt"),
        ("garbage", "model_corrupt"),
        ("no weights", "model_missing"),
        ("no config", None),
        ("unknown architecture", "model_unknown"),
        ("half the layers", "model_corrupt"),
        ("no tokenizer", None),
    ],
)
def test_a_damaged_model_is_a_permanent_error_and_the_process_lives_on(
    load, tiny_model, tmp_path, how, code
):
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    _break(folder, how)
    with pytest.raises(GenerationError) as caught:
        load(model=str(folder))
    assert caught.value.permanent
    assert caught.value.code == (code or caught.value.code)
    assert str(folder) in str(caught.value)
    assert _write(load(), make_request())


@pytest.mark.parametrize("path", ["/no/such/model", "./nothing", "~/nothing-here", "a/b/c"])
def test_a_path_that_does_not_exist_is_named(load, path):
    with pytest.raises(GenerationError, match="does not exist") as caught:
        load(model=path)
    assert (caught.value.code, caught.value.permanent) == ("model_missing", True)


def test_a_hub_out_of_reach_may_be_tried_again(load, monkeypatch):
    from plugins.transformers import loading

    def offline(*_, **__):
        try:
            raise ConnectionError("no route to host")
        except ConnectionError as error:
            raise OSError("We couldn't connect to the hub") from error

    monkeypatch.setattr(loading.AutoTokenizer, "from_pretrained", offline)
    with pytest.raises(GenerationError) as caught:
        load(model="someone/some-model")
    assert (caught.value.code, caught.value.permanent) == ("model_unreachable", False)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_cuda_without_a_gpu_is_refused(load):
    with pytest.raises(GenerationError) as caught:
        load(device="cuda")
    assert caught.value.code == "no_device"


def test_a_tokenizer_without_an_end_token_is_refused(load, tmp_path):
    with pytest.raises(GenerationError, match="no end token"):
        _write(load(model=str(build_tiny(tmp_path / "endless", eos=False))), make_request())
