"""Vectors of single words from an encoder, in a format that the word classes are compiled from."""

import pytest

from compliance.trained.build import words_of

torch = pytest.importorskip("torch")

WORDS = ["cures", "heals", "table"]


@pytest.fixture
def encoder(tmp_path):
    """Save a tiny random encoder that knows three whole words, pieces and the usual marks."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, "##s", "a", "cat", "!"]
    (tmp_path / "vocab.txt").write_text("\n".join(vocabulary))
    BertTokenizerFast(vocab=str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BertConfig(vocab_size=len(vocabulary), intermediate_size=8, **sizes)
    BertModel(config).save_pretrained(tmp_path)
    return tmp_path


def test_whole_words_of_the_model_and_of_the_texts_are_written(encoder, tmp_path, capsys):
    from plugins.transformers import word_vectors

    text = tmp_path / "text"
    text.write_text("Cats heals 3 times!")
    word_vectors.main(str(encoder), str(text))
    out = tmp_path / "words.vec"
    out.write_text(capsys.readouterr().out)
    found = dict(words_of(out))
    assert list(found) == [*WORDS, "cat", "cats", "times"]
    for vector in found.values():
        assert float((vector**2).sum()) == pytest.approx(1, abs=1e-3)
