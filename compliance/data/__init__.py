"""What the normaliser knows of characters, sounds and words; `build` compiles it from packages.

Every table is read once a process. README.md names the sources and licences.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()


def _by_value(name: str) -> dict[int, str]:
    """Return a table for `str.translate` from the lines "key values"."""
    rows = (line.split(" ") for line in _lines(name))
    return {ord(char): key for key, chars in rows for char in chars}


@lru_cache(maxsize=1)
def simplified() -> Mapping[int, str]:
    """Return the simplified character of each traditional or Japanese one."""
    return _by_value("traditional.txt")


@lru_cache(maxsize=1)
def latin() -> Mapping[int, str]:
    """Return the Latin letter that a letter of another alphabet, or a struck one, looks like."""
    return _by_value("letters.txt")


@lru_cache(maxsize=1)
def syllables() -> Mapping[str, int]:
    """Return the syllables of Chinese in Latin letters without tones, numbered from 0."""
    return {line.split(" ")[0]: number for number, line in enumerate(_lines("sounds.txt"))}


@lru_cache(maxsize=1)
def sounds() -> Mapping[int, str]:
    """Return the usual syllable of each character as one private character: see `sign`."""
    rows = (line.split(" ") for line in _lines("sounds.txt"))
    return {ord(char): sign(number) for number, (_, chars) in enumerate(rows) for char in chars}


#: Where the private characters that stand for syllables begin: nothing folds to these.
SIGNS = 0xF0000


def sign(number: int) -> str:
    """Return the private character that stands for a syllable."""
    return chr(SIGNS + number)


@lru_cache(maxsize=1)
def readings() -> Mapping[str, str]:
    """Return the signs of the other common readings of a character: 行 is hang, too."""
    found: dict[str, str] = {}
    for line in _lines("readings.txt"):
        sound, chars = line.split(" ")
        for char in chars:
            found[char] = found.get(char, "") + sign(syllables()[sound])
    return found


@lru_cache(maxsize=1)
def parts() -> Mapping[str, tuple[str, ...]]:
    """Return the ways to write a character as two or three parts."""
    rows = (line.split(" ") for line in _lines("parts.txt"))
    return {char: tuple(ways) for char, *ways in rows}


@lru_cache(maxsize=1)
def variants() -> Mapping[str, str]:
    """Return the traditional forms of a character that are simplified characters, too: 着 is 著."""
    return dict(line.split(" ") for line in _lines("variants.txt"))


@lru_cache(maxsize=1)
def looks() -> Mapping[str, str]:
    """Return the unusual characters that look like a character: 治 and 冶."""
    return dict(line.split(" ") for line in _lines("looks.txt"))


@lru_cache(maxsize=1)
def rarities() -> Mapping[str, int]:
    """Return how rare each common word of Chinese is: -4 ln of its share of all words."""
    rows = (line.split(" ") for line in _lines("words.txt"))
    return {word: int(rarity) for rarity, *group in rows for word in group}


@lru_cache(maxsize=1)
def _rare() -> Mapping[str, str]:
    return dict(line.split(" ") for line in _lines("rare.txt"))


def word(text: str) -> bool:
    """Tell whether `text` is a word of Chinese, a common one or a rarer one of two characters."""
    return text in rarities() or (len(text) == 2 and text[1] in _rare().get(text[0], ""))


@lru_cache(maxsize=3)
def english(name: str) -> frozenset[str]:
    """Return a list of words: "doubled", "syllabic" or "accented", see `build`."""
    return frozenset(_lines(f"{name}.txt"))
