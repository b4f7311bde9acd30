"""Words and their meanings: how they are compiled, read and trusted."""

import shutil
import struct

import numpy as np
import pytest

from compliance import nlp, trained
from compliance.trained import ROOT, ModelError, build, judge
from compliance.trained import vectors as kept
from compliance.trained.model import clause_reader, config, signs_of
from compliance.trained.reading import read, width
from compliance.trained.vectors import WIDTH, vectors

LANGUAGES = ("zh", "en")
PLACES = {"猫": [1.0, 0.0, 0.1], "小猫": [0.9, 0.1, 0.1], "钢管": [-1.0, 0.2, 0.0]}


def written(path, places, binary: bool):
    """Write `places` in one of word2vec's formats."""
    size = len(next(iter(places.values())))
    out = f"{len(places)} {size}\n".encode()
    for word, numbers in places.items():
        if binary:
            out += word.encode() + b" " + struct.pack(f"<{size}f", *numbers) + b"\n"
        else:
            out += f"{word} {' '.join(map(str, numbers))}\n".encode()
    path.write_bytes(out)
    return path


@pytest.mark.parametrize("binary", [False, True])
def test_both_formats_of_word2vec_are_read(tmp_path, binary: bool) -> None:
    found = dict(build.words_of(written(tmp_path / "v", PLACES, binary)))
    assert list(found) == list(PLACES)
    for word, numbers in PLACES.items():
        assert found[word] == pytest.approx(numbers)


def test_a_file_that_ends_within_a_word_is_refused(tmp_path) -> None:
    path = written(tmp_path / "v", PLACES, True)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError, match="ends within"):
        list(build.words_of(path))


def test_words_of_like_meaning_are_compiled_into_one_class(tmp_path, monkeypatch) -> None:
    noise = np.random.default_rng(1)
    axes = np.eye(3).repeat(20, axis=0) + noise.normal(0, 0.05, (60, 3))
    words = [chr(0x4E00 + at) for at in range(60)]
    places = {word: list(map(float, axis)) for word, axis in zip(words, axes, strict=True)}
    path = written(tmp_path / "v", places | {"not-a-word!": [1.0, 1.0, 1.0]}, False)
    monkeypatch.setattr(build, "_DIVISIONS", (3, 6))
    found = build.build("zh", path)
    assert found["words"].tobytes().decode().split("\n") == words
    assert found["table"].dtype == np.int8
    coarse = found["classes"][:, 0].reshape(3, 20)
    assert all(len(set(row)) == 1 for row in coarse.tolist())
    assert len(set(coarse[:, 0].tolist())) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_words_have_unit_vectors_and_classes(language: str) -> None:
    known = vectors(language)
    assert len(known.rows) == len(known.table) == len(known.classes) > 20_000
    assert known.table.shape[1] == WIDTH
    assert np.linalg.norm(known.table, axis=1) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("language", "near", "far"),
    [("zh", ("失眠", "头痛"), "木板"), ("en", ("eczema", "psoriasis"), "curtain")],
)
def test_words_of_like_meaning_lie_together(language: str, near: tuple[str, str], far: str) -> None:
    known = vectors(language)
    one, two, other = (known.table[known.rows[word]] for word in (*near, far))
    assert one @ two > one @ other + 0.3


@pytest.mark.parametrize(("one", "two"), [("Helps 3 Cats", "helps 7 cats"), ("用3天", "用8天")])
def test_letters_in_capitals_and_other_digits_read_the_same(one: str, two: str) -> None:
    language = "en" if one.isascii() else "zh"
    (signs, place), (others, there) = read(language, one), read(language, two)
    assert signs.tolist() == others.tolist()
    assert place == pytest.approx(there)


@pytest.mark.parametrize("text", ["", " ", "qzxv wvqk", "㐀㐁", "…", "\u200d", "😀😀"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_no_known_word_has_no_place(language: str, text: str) -> None:
    signs, place = read(language, text)
    assert place.shape == (width(language),)
    assert not place.any()
    assert sorted(set(signs.tolist())) == signs.tolist()


def test_signs_of_one_group_alone_are_not_learnt() -> None:
    readings = [read("zh", text) for text in ("猫三天见效", "猫两天见效", "狗三天见效")]
    alone = set(readings[2][0].tolist()) - set(readings[0][0].tolist())
    shared = set(signs_of(readings, ["a", "a", "b"], 2).tolist())
    assert shared and not shared & alone


def test_signs_that_were_never_learnt_weigh_nothing() -> None:
    model = clause_reader("en", nO=2)
    doc = nlp.tokenizing("en").make_doc("zzqq xxyy")
    model.attrs["known"] = read("en", "other words")[0]
    model.initialize(X=[doc], Y=np.zeros((1, 2), dtype="f"))
    model.set_param("signs", np.ones_like(model.get_param("signs")) * [3, -3])
    assert model.predict([doc]).tolist() == [[0.5, 0.5]]


def test_a_pipeline_with_the_model_goes_to_disk_and_back(tmp_path) -> None:
    judge("en", ["cures cancer"])  # loads the shipped pipeline
    trained._pipeline("en").to_disk(tmp_path / "p")
    again = nlp.spacy.load(tmp_path / "p")
    assert again.config["components"]["textcat"]["model"].items() >= config("en").items()
    text = "cures cancer in two weeks"
    assert again(text).cats == pytest.approx(trained._pipeline("en")(text).cats)


@pytest.mark.parametrize("broken", ["missing", "cut", "another"])
def test_words_that_cannot_be_trusted_stop_the_model(broken, tmp_path, monkeypatch) -> None:
    for path in ROOT.glob("zh.*"):
        shutil.copy(path, tmp_path)
    file = tmp_path / "zh.vectors.npz"
    if broken == "missing":
        file.unlink()
    elif broken == "cut":
        file.write_bytes(file.read_bytes()[:1000])
    else:
        np.savez(
            file, words=np.frombuffer("猫".encode(), dtype="u1"),
            table=np.ones((1, WIDTH), dtype="i1"), classes=np.zeros((1, 3), dtype="u2"),
        )  # fmt: skip
    caches = (trained.card, trained._pipeline, vectors)
    monkeypatch.setattr(trained, "ROOT", tmp_path)
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    for cached in caches:
        cached.cache_clear()
    try:
        with pytest.raises(ModelError, match=r"zh\.vectors\.npz"):
            judge("zh", ["三天见效"])
    finally:
        for cached in caches:
            cached.cache_clear()
