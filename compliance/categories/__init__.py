"""What kind of goods a copy is for, where nobody said: from the product's name, else from the copy.

The words are data, one file a language, both searched at once: names mix languages. In a name the
head counts, which in Chinese as in English stands last (奶粉盒 is a box, "wine glass" is a glass); in
English the words after "for", "with" and the like come after the head. A class in brackets, as in
海欣胶囊(保健食品), is what the seller declares the goods to be.

What a guess may do is bounded: see `Inference.releases`, and `told` for copy that names other goods.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from daachorse import CharwiseDoubleArrayAhoCorasick

from compliance.folding import FULL
from compliance.normalize import normalized
from compliance.words import CATEGORIES, LANGUAGES, known

ROOT = Path(__file__).parent

#: The class of goods that are left unknown on purpose: the table `[unknown]` of a file.
UNKNOWN = "unknown"

#: Classes whose advertising may say what other advertising may not, given a licence that no name
#: proves. A name may bring their duties on a copy, but not their freedoms.
LICENSED = frozenset({"medicine", "medical_device", "medical_service", "health_food"})

#: How much of the copy is read for cues, in code points.
_LONGEST = 2_000

_BRACKETS = re.compile(r"[(（\[【]([^)）\]】]{1,40})[)）\]】]")
_AFTER_HEAD = re.compile(r"\s(?:for|with|without|in|of|by|from|to|on|at|and|that)\s|, ")

Certainty = Literal["declared", "product", "text"]


class CategoryError(ValueError):
    """A file of category words that cannot be used; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Inference:
    """A category, the word it was read from, and where: "declared" is a class named in the name."""

    category: str
    evidence: str
    certainty: Certainty

    @property
    def releases(self) -> bool:
        """Tell whether rules that except the category may let the copy go.

        A declared class counts as if given. A guess from the name releases too, so that a jacket is
        not measured by the law of pills, but never into a licensed class: whatever is called a
        capsule would then be free to name diseases. A guess from the copy releases nothing, and
        none releases where the copy names other goods, save a declared class that takes a licence.
        """
        if self.certainty == "product":
            return self.category not in LICENSED
        return self.certainty == "declared"


@dataclass(frozen=True, slots=True)
class _Word:
    word: str
    category: str
    declared: bool = False


class _Automaton:
    """Words and what they stand for, each found at word boundaries in one pass."""

    def __init__(self, words: dict[str, _Word]) -> None:
        self._words = list(words.values())
        self._finder = CharwiseDoubleArrayAhoCorasick(list(words))

    def find(self, text: str) -> list[tuple[int, int, _Word]]:
        """Return (end, start, word) in order; a word inside a longer one is not there."""
        found: list[tuple[int, int, _Word]] = []
        for start, end, at in self._finder.find_overlapping(text):
            if not _whole(text, start, end):
                continue
            while found and found[-1][1] >= start:
                found.pop()
            if not found or found[-1][0] < end:
                found.append((end, start, self._words[at]))
        return found


@lru_cache(maxsize=4096)
def _of_name(product: str) -> Inference | Literal["unknown"] | None:
    """Return what the name tells; "unknown" for goods that are left so on purpose."""
    text = _folded(product)
    nouns = _nouns()
    for inside in _BRACKETS.findall(text):
        for _, _, word in nouns.find(inside):
            if word.declared:
                return _read(word)
    for part in _AFTER_HEAD.split(_BRACKETS.sub(" ", text)):
        if found := nouns.find(part):
            return _read(found[-1][2])
    inside = next((f for one in _BRACKETS.findall(text) if (f := nouns.find(one))), [])
    return _read(inside[-1][2]) if inside else None


def _read(word: _Word) -> Inference | Literal["unknown"]:
    if word.category == UNKNOWN:
        return "unknown"
    return Inference(word.category, word.word, "declared" if word.declared else "product")


def infer(product: str, texts: Sequence[str]) -> Inference | None:
    """Return the category of the goods that `product` names, else of those that `texts` speak of.

    None where neither tells, where the texts tell of several, and for goods for the body that are
    no class of the law. Disguises by width or case are seen through. Raises `CategoryError` when
    the word files do not read.
    """
    named = _of_name(product) if product else None
    if isinstance(named, Inference):
        return named
    seen = told(tuple(texts))
    return seen[0] if len(seen) == 1 else None


@lru_cache(maxsize=1)  # the copy at hand: asked for its category, and for what else it names
def told(texts: tuple[str, ...]) -> tuple[Inference, ...]:
    """Return the categories of all goods that `texts` name by a strong cue, in their order.

    Where a name says one thing and the text another, the goods may be either: a name that anybody
    may type is no proof, and a line about spirits stays one under the name of a phone.
    """
    seen: dict[str, _Word] = {}
    for normal in normalized(texts):
        for _, _, word in _cues().find(normal.folded[:_LONGEST]):
            seen.setdefault(word.category, word)
    return tuple([Inference(category, one.word, "text") for category, one in seen.items()])


def _folded(text: str) -> str:
    """Return `text` without width, case and compatibility forms; lone surrogates replaced."""
    return text.lower() if text.isascii() else text.translate(FULL)


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether text[start:end] stands by itself: no Latin word cut, one Han only at an end."""
    if text[end - 1].isascii():
        after = text[end : end + 1]
        if after.isascii() and after.isalnum():
            return False
    elif end - start == 1:
        return not (end < len(text) and text[end].isalpha() and not text[end].isascii())
    before = text[start - 1 : start] if start else ""
    return not (text[start].isascii() and before.isascii() and before.isalnum())


@lru_cache(maxsize=1)
def _nouns() -> _Automaton:
    words: dict[str, _Word] = {}
    for category, table in _tables():
        for word in (*table["declared"], *table["nouns"]):
            for form in _forms(word):
                words.setdefault(form, _Word(word, category, word in table["declared"]))
    return _Automaton(words)


@lru_cache(maxsize=1)
def _cues() -> _Automaton:
    return _Automaton(
        {
            _folded(word): _Word(word, category)
            for category, table in _tables()
            for word in table["text"]
        }
    )


def _forms(word: str) -> list[str]:
    """Return `word` folded, and if it is English its plural."""
    word = _folded(word)
    if not word[-1].isascii() or not word[-1].isalpha() or word.endswith("ss"):
        return [word, f"{word}es"] if word.endswith("ss") else [word]
    if word.endswith("y") and word[-2] not in "aeiou":
        return [word, f"{word[:-1]}ies"]
    return [word, f"{word}es" if word.endswith(("sh", "ch", "x", "s")) else f"{word}s"]


@lru_cache(maxsize=1)
def _tables() -> list[tuple[str, dict[str, list[str]]]]:
    """Read the word files; each word stands for one category."""
    tables: list[tuple[str, dict[str, list[str]]]] = []
    owner: dict[tuple[str, str], str] = {}
    for language in LANGUAGES:
        name = f"{language}.toml"
        try:
            data: dict[str, Any] = tomllib.loads((ROOT / name).read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CategoryError(f"categories/{name}: {error}") from error
        for category, table in data.items():
            _checked(name, category, table, owner)
            tables.append((category, table))
    return tables


def _checked(name: str, category: str, table: Any, owner: dict[tuple[str, str], str]) -> None:
    where = f"categories/{name}: [{category}]"
    known("category", category, (UNKNOWN, *CATEGORIES))
    if not isinstance(table, dict) or set(table) != {"declared", "nouns", "text"}:
        raise CategoryError(f"{where}: expected the lists declared, nouns and text, and no others")
    for kind, words in (("name", table["declared"] + table["nouns"]), ("text", table["text"])):
        for word in words:
            if not isinstance(word, str) or not word.strip():
                raise CategoryError(f"{where}: {word!r} is no word")
            other = owner.setdefault((kind, _folded(word)), category)
            if other != category:
                raise CategoryError(f"{where}: {word!r} is in [{other}] too")
