"""Words in Latin letters under a disguise: digits for letters, repeats; and Chinese by its sound."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

from compliance import data
from compliance.restoring import Edit

# A class first, alone: `re` passes over all that is not in it fast.
_TOKEN = re.compile(r"[0-9a-z@$€£!|+][0-9a-z@$€£!|+]{1,39}")
_SUSPECT = re.compile(r"[a-z][0-9@$€£!|+]|[0-9@$€£!|+][a-z]|([a-z])\1")
_SHAM_SIGN = re.compile(r"[0-9a-z][@$€£!|+][0-9a-z@$€£!|+]|[@$€£!|+][a-z]")
_SIGN = re.compile(r"[^a-z]")
#: The letters that digits and signs stand for; i and l share theirs, so l is read as i as well.
_READ = {
    ord(sign): letter
    for letter, signs in {
        "a": "4@", "e": "3€", "i": "1!|l", "o": "0", "s": "5$", "t": "7+", "g": "96", "b": "8",
        "z": "2",
    }.items()
    for sign in signs
}  # fmt: skip
_AGAIN = re.compile(r"([a-z])\1+")
_LETTERS = re.compile("[a-z](?<![0-9a-z].)[a-z1-5]{1,39}(?![0-9a-z])")
_WORD = re.compile("[a-z]{2,}")


def sham_signs(text: str) -> bool:
    """Tell whether `text` has signs in words, which squeezing takes out."""
    return _SHAM_SIGN.search(text) is not None


class Spelling:
    """The Latin words of a vocabulary, found however they are spelled: cur3s, fr€€, beeest."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._words = set(_WORD.findall("\n".join(vocabulary)))
        self._by_look: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            self._by_look[_look(word)].append(word)

    def edits(self, text: str, *, foreign: bool = False) -> list[Edit]:
        """Return the words of the vocabulary that are spelled otherwise in `text`, in order.

        In a text with `foreign` letters an i may be an l: the Greek and Cyrillic capitals look so.
        """
        if not self._words:
            return []
        return [
            edit
            for token in _TOKEN.finditer(text)
            if foreign or _SUSPECT.search(text, *token.span())
            for edit in self._read(*token.span(), text, foreign)
        ]

    def _read(self, start: int, end: int, text: str, foreign: bool) -> Iterator[Edit]:
        # A sign at an end may be a letter, or just a sign: fr€€, cur3s!
        spans = [(start, end)]
        while end > start and text[end - 1] in "!+|$@":
            end -= 1
        spans.append((start, end))
        while start < end and text[start] in "!+|$@":
            start += 1
        spans.append((start, end))
        for low, high in dict.fromkeys(spans):
            said = text[low:high]
            if said in self._words:
                return
            for word in self._by_look.get(_look(said), ()):
                if tricks := _spelling(said, word, foreign):
                    yield Edit(low, high, word, frozenset(tricks))
                    return


def _look(word: str) -> str:
    return _AGAIN.sub(r"\1", word.translate(_READ))


def _spelling(said: str, word: str, foreign: bool) -> set[str]:
    """Return the disguises under which `said`, which looks like `word`, is it; none if it is not."""
    if len(said) < len(word) or not any(char.isalpha() for char in said):
        return set()
    at, tricks = 0, set()
    for char in said:
        if at < len(word) and _reads(char, word[at]):
            tricks |= {"leet"} if char != word[at] else set()
            at += 1
        elif foreign and char == "i" and word[at : at + 1] == "l":
            tricks.add("look_alikes")
            at += 1
        elif at and _reads(char, word[at - 1]):
            tricks.add("repeats")
        else:
            return set()
    letters = len(_SIGN.sub("", said))
    if at < len(word) or ("leet" in tricks and letters * 2 < len(said)):
        return set()
    if (
        tricks == {"repeats"}
        and not re.search(r"(.)\1\1", said)
        and said in data.english("doubled")
    ):
        return set()
    return tricks


def _reads(char: str, letter: str) -> bool:
    # No letter stands for another: only signs and digits do.
    return char == letter or (
        not char.isalpha() and _READ.get(ord(char)) == letter.translate(_READ)
    )


@cache
def _spelled() -> re.Pattern[str]:
    longest = sorted(data.syllables(), key=len, reverse=True)
    return re.compile(rf"(?:(?:{'|'.join(longest)})[1-5]?)+")


def syllables(text: str, beside: Callable[[], frozenset[str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the syllables of Chinese in Latin letters in `text`: start, end and sign, in order.

    `beside` returns the signs that stand beside each other in some term. Of the ways to cut a word
    (xi'an, xian) the one with most of them, then the shortest; a word with none, and none beside it,
    is left alone. A blank between two such words belongs to the first.
    """
    words = [
        word.span() for word in _LETTERS.finditer(text) if _spelled().fullmatch(text, *word.span())
    ]
    pairs = beside() if words else frozenset()
    for number, (start, end) in enumerate(words):
        joined = number + 1 < len(words) and words[number + 1][0] == end + 1 and text[end] == " "
        follows = number > 0 and words[number - 1][1] == start - 1 and text[start - 1] == " "
        before = _sound(text[start - 1 : start])
        after = _sound(text[end : end + 1])
        best: list[tuple[int, str]] = []
        fits = False
        most = -99
        for way in _ways(text[start:end]):
            line = before + "".join(sound for _, sound in way) + after
            count = sum(line[at : at + 2] in pairs for at in range(len(line) - 1))
            if count - 2 * len(way) > most:
                best, most, fits = way, count - 2 * len(way), count > 0
        if fits or joined or follows:
            for size, sound in best:
                last = start + size == end
                yield start, start + size + (joined and last), sound
                start += size


def _sound(char: str) -> str:
    return data.sounds().get(ord(char), char) if char else ""


def english(text: str, start: int, end: int) -> bool:
    """Tell whether the words in and around text[start:end] are ordinary English ones: "he can"."""
    while start and text[start - 1].isascii() and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isascii() and text[end].isalpha():
        end += 1
    return all(word in data.english("syllabic") for word in text[start:end].split())


def in_syllables(word: str) -> bool:
    """Tell whether `word` could be Chinese in Latin letters."""
    return _spelled().fullmatch(word) is not None


@cache
def _sounds_by_name() -> dict[str, str]:
    return {name: data.sign(number) for name, number in data.syllables().items()}


@lru_cache(maxsize=4096)
def _ways(word: str) -> list[list[tuple[int, str]]]:
    """Return up to 16 ways to cut a word into syllables, longest first syllables first."""
    known = _sounds_by_name()
    done: list[list[tuple[int, str]]] = []
    open_ = [(0, [])]  # type: list[tuple[int, list[tuple[int, str]]]]
    steps = 0
    while open_ and len(done) < 16 and steps < 400:
        steps += 1
        at, way = open_.pop()
        if at == len(word):
            done.append(way)
            continue
        for size in range(1, min(6, len(word) - at) + 1):
            sound = known.get(word[at : at + size])
            if sound is not None:
                tone = word[at + size : at + size + 1] in tuple("12345")
                open_.append((at + size + tone, [*way, (size + tone, sound)]))
    return sorted(done, key=len)
