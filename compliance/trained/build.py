"""Compile word vectors into the small tables that the models of claims read words by.

`python -m compliance.trained.build LANGUAGE VECTORS` reads vectors in the format of word2vec (text or
binary), keeps the words of the corpus and the most frequent others, takes their main directions, and
divides them into classes. README.md beside this file names the sources of what is shipped.
"""

import re
import sys
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compliance.trained.reading import features
from compliance.trained.vectors import ROOT, WIDTH
from compliance.training import corpus

#: The words kept, and how many classes each division has.
_WORDS = 20_000
_DIVISIONS = (150, 600, 2000)
_ROUNDS = 20
#: What counts as a word; vectors come with names, markup and other scripts.
_WORD = {"zh": re.compile("[一-龥]{1,6}"), "en": re.compile("[a-z]{2,20}")}
#: Main directions left out: the first of English sentence encoders tells how common a word is.
_LEFT_OUT = {"zh": 0, "en": 1}


def words_of(path: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield the words of a word2vec file, text or binary, in its order: the most frequent first."""
    with path.open("rb") as file:
        count, size = map(int, file.readline().split())
        head = file.peek(200)[:200]
        binary = any(byte < 9 or 13 < byte < 32 for byte in head)
        for _ in range(count):
            yield _binary(file, size) if binary else _text(file)


def _text(file: BufferedReader) -> tuple[str, NDArray[np.float32]]:
    word, *numbers = file.readline().split()
    return word.decode(), np.array(numbers, dtype=np.float32)


def _binary(file: BufferedReader, size: int) -> tuple[str, NDArray[np.float32]]:
    word = bytearray()
    while (byte := file.read(1)) != b" ":
        if not byte:
            raise ValueError("the file ends within a word")
        word += byte
    return word.decode(errors="replace").lstrip("\n"), np.frombuffer(file.read(4 * size), "<f4")


def build(language: str, path: Path) -> dict[str, Any]:
    """Return the arrays of `<language>.vectors.npz` from the vectors in `path`."""
    text = "\n".join(features(row.text) for row in corpus(language))
    ours = set(re.findall(r"[a-z]+", text)) if language == "en" else None
    found: dict[str, NDArray[np.float32]] = {}
    rare: dict[str, NDArray[np.float32]] = {}
    for word, vector in words_of(path):
        if not _WORD[language].fullmatch(word) or word in found:
            continue
        if len(found) < _WORDS:
            found[word] = vector
        elif word in ours if ours is not None else word in text:
            rare[word] = vector
    found |= rare
    table = _directions(np.stack(list(found.values())), _LEFT_OUT[language])
    classes = np.stack([_classes(table, count) for count in _DIVISIONS], axis=1)
    return {
        "words": np.frombuffer("\n".join(found).encode(), dtype=np.uint8),
        "table": np.rint(table * 127).astype(np.int8),
        "classes": classes.astype(np.uint16),
    }


def _directions(vectors: NDArray[np.float32], left_out: int) -> NDArray[np.float32]:
    """Return `vectors` along their main directions, centred, each of length 1."""
    vectors = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    table: NDArray[np.float32] = vectors @ directions[left_out : left_out + WIDTH].T
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return table


def _classes(table: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Divide unit vectors into classes by their direction (spherical k-means, Dhillon & Modha 2001)."""
    centres = table[np.random.default_rng(0).choice(len(table), count, replace=False)]
    nearest = np.zeros(len(table), dtype=np.intp)
    for _ in range(_ROUNDS):
        nearest = np.argmax(table @ centres.T, axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, table)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 1e-9, sums / np.maximum(lengths, 1e-9), centres)
    return nearest


def main(language: str, path: str) -> None:
    """Write the file."""
    np.savez_compressed(ROOT / f"{language}.vectors.npz", **build(language, Path(path)))


if __name__ == "__main__":
    main(*sys.argv[1:])
