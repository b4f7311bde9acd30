"""What a model sees of a clause: the signs it knows, and where its words lie in meaning.

Signs are runs of characters or words, of word stems, and of the classes of meaning that its words
belong to (after Brown et al., "Class-based n-gram models", 1992, with classes taken from word vectors),
so that a wording nobody wrote down is still read by its likes. The mean of the word vectors is there
for what runs of words do not catch.
"""

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from compliance.trained.vectors import WIDTH, Vectors, vectors

#: The signs of a clause as 32-bit numbers, ascending, each once; and its place in meaning.
Reading = tuple[NDArray[np.uint32], NDArray[np.float32]]

_DIGIT = re.compile(r"\d")
_ENGLISH = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|0+|[^\w\s]")
_ENDINGS = ("ing", "edly", "ed", "ies", "es", "s", "ly")
_LONGEST = 6  # characters of a Chinese word

#: How many classes are seen together, from the coarsest division to the finest.
_CLASSES_TOGETHER = (3, 2, 2)
#: How much the places count beside signs that count 1: unit vectors are small beside those.
_WORDS, _CHARACTERS = 6.0, 4.0


def features(text: str) -> str:
    """Return `text` as the model reads it: small letters, every digit a 0, as long as it was."""
    return _DIGIT.sub("0", text.lower())


def width(language: str) -> int:
    """Return how many numbers give the place of a clause of `language`."""
    return WIDTH * (2 if language == "zh" else 1)


def read(language: str, text: str) -> Reading:
    """Return what the model of `language` sees of the clause `text`."""
    signs, place = seen(language, text)
    return np.array(sorted(signs), dtype=np.uint32), place


def seen(language: str, text: str) -> tuple[set[int], NDArray[np.float32]]:
    """Return what `read` does, the signs as they come."""
    known = vectors(language)
    text = features(text)
    words = _chinese(text, known) if language == "zh" else _ENGLISH.findall(text)
    signs = _runs("w", words, 2)
    rows = [known.rows.get(word, -1) for word in words]
    place = _mean(rows, known) * _WORDS
    if language == "zh":
        signs += _runs("c", text, 3)
        chars = _mean([known.rows.get(char, -1) for char in text], known)
        place = np.concatenate([place, chars * _CHARACTERS])
    else:
        signs += _runs("s", [_stem(word) for word in words], 2)
    classes = known.classes[rows].tolist()
    for level, together in enumerate(_CLASSES_TOGETHER):
        # A word without a vector is a class of its own.
        names = [
            word if row < 0 else str(its[level])
            for word, row, its in zip(words, rows, classes, strict=True)
        ]
        signs += _runs(f"k{level}", names, together)
    return set(signs), place


def legible(language: str, text: str) -> bool:
    """Tell whether the model of `language` knows half of the words of the clause `text`.

    Of one in another language, or of names alone, it knows nothing but how common claims are. What is
    in Chinese is told by its characters already.
    """
    if language == "zh":
        return True
    known = vectors(language).rows
    words = [word for word in _ENGLISH.findall(text) if word[0].isalpha()]
    return sum(word in known for word in words) * 2 >= len(words)


def _chinese(text: str, known: Vectors) -> list[str]:
    """Return the words of `text`, from the left the longest that has a vector, else a character."""
    words, at = [], 0
    while at < len(text):
        for length in range(min(_LONGEST, len(text) - at), 0, -1):
            word = text[at : at + length]
            if length == 1 or word in known.rows:
                words.append(word)
                at += length
                break
    return words


def _stem(word: str) -> str:
    """Return an English word without its commonest endings; rough, as it only has to be the same."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _runs(kind: str, parts: Sequence[str], longest: int) -> list[int]:
    """Return the runs of one to `longest` neighbours in `parts`, marked with their `kind`, as CRC-32.

    Of the parts with a zero byte between them; each run goes on from the one that is a part shorter.
    """
    begin = crc32(kind.encode())
    runs = [crc32(part.encode(), begin) for part in parts]
    found = list(runs)
    more = [b"\0" + part.encode() for part in parts]
    for length in range(1, longest):
        runs = list(map(crc32, more[length:], runs))
        found += runs
    return found


def _mean(rows: Sequence[int], known: Vectors) -> NDArray[np.float32]:
    """Return the mean of the vectors in `rows`, where -1 stands for a word without one."""
    there = [row for row in rows if row >= 0]
    if not there:
        return np.zeros(WIDTH, dtype=np.float32)
    mean: NDArray[np.float32] = np.add.reduce(known.table.take(there, axis=0)) / len(there)
    return mean
