"""Write the vectors of single words, as a sentence encoder sees them, in word2vec's text format.

`python -m plugins.transformers.word_vectors MODEL [TEXT ...] > words.vec` takes the whole words of the
model's vocabulary in its order, then those of the text files. Used once to compile the word classes of
the claim models (compliance/trained/README.md); the site never runs it.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer

_WORD = re.compile(r"[a-z]{2,20}")
_BATCH = 512


def words(vocabulary: dict[str, int], texts: list[str]) -> list[str]:
    """Return the words of `vocabulary` by their numbers, then those of `texts`, each once."""
    known = sorted(filter(_WORD.fullmatch, vocabulary), key=vocabulary.__getitem__)
    return list(dict.fromkeys([*known, *_WORD.findall("\n".join(texts).lower())]))


def vectors(folder: str, texts: list[str]) -> Iterator[tuple[str, list[float]]]:
    """Yield each word with the mean of the model's last layer over its pieces."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    every = words(tokenizer.get_vocab(), texts)
    for start in range(0, len(every), _BATCH):
        batch = every[start : start + _BATCH]
        inputs = tokenizer(batch, return_tensors="pt", padding=True)
        with torch.inference_mode():
            hidden = model(**inputs).last_hidden_state
        mask = inputs["attention_mask"][..., None].float()
        means = (hidden * mask).sum(1) / mask.sum(1)
        yield from zip(batch, torch.nn.functional.normalize(means, dim=-1).tolist(), strict=True)


def main(folder: str, *paths: str) -> None:
    """Print the vectors to standard output."""
    rows = list(vectors(folder, [Path(path).read_text("utf-8") for path in paths]))
    sys.stdout.write(f"{len(rows)} {len(rows[0][1])}\n")
    for word, numbers in rows:
        sys.stdout.write(f"{word} {' '.join(f'{number:.5f}' for number in numbers)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
