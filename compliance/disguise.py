"""Seeing known terms in disguise: parts for a character (拆字), Chinese in Latin letters, other
characters of the same sound, other numerals, repeats, digits for letters.

Folding and squeezing need no vocabulary; what is undone here does. A stretch is read otherwise only
where that makes a term of the vocabulary whole, and ordinary words stay what they are: see
`fluency`. All is found in one pass of an automaton over the sounds of the text.

Sources of the tables: compliance/data/README.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from operator import add

from daachorse import CharwiseDoubleArrayAhoCorasick

from compliance import data
from compliance.fluency import gain
from compliance.latin import Spelling, english, sham_signs, syllables
from compliance.restoring import Edit
from compliance.stretches import HAN, OTHER, Unit, apart, clear_of, clusters, disjoint, numbers

#: By how much a text must read more ordinary with the term in it, in quarters of a nat.
MARGIN = 4

#: A string that may be heard: two characters, or one and a digit, or a digit after a letter.
_HEARD = re.compile(rf"[{HAN}0-9][{HAN}]|[{HAN}a-z. ][0-9]|[0-9]%")
_AGAIN = re.compile(rf"([{HAN}])\1+")

#: Between terms put in one string; in no normalised text, for it is no character.
_BREAK = "\uffff"

#: How many stretches a vocabulary remembers the meanings of: words that come again and again.
_REMEMBERED = 1 << 14

#: Disguises after which a character is certain; after any other it must not sound otherwise, too.
_EXACT = {"repeats", "symbols", "traditional"}


class Disguises:
    """What a vocabulary may look like in disguise. Build once, use from any thread.

    `homophones` is the length from which terms are sought in other characters of the same sound: among
    tens of thousands of terms of two characters most of any text sounds like one of them.
    """

    def __init__(self, vocabulary: Iterable[str], *, homophones: int = 2) -> None:
        strings = set(vocabulary)
        self._homophones = homophones
        self._latin = Spelling(strings)
        heard = sorted(filter(_HEARD.search, strings))
        by_key = _by_sound(heard)
        self._terms = list(by_key.values())
        self._sounds = CharwiseDoubleArrayAhoCorasick(list(by_key)) if by_key else None
        self._reach = max(map(len, by_key), default=0)
        self._all = _BREAK.join(heard)
        self._doubles = set(_AGAIN.findall(self._all))
        self._wholes = _by_way(sorted({*self._all} - {_BREAK}))
        self._ways = list(self._wholes)
        self._splits = CharwiseDoubleArrayAhoCorasick(self._ways) if self._ways else None
        self._meant = lru_cache(maxsize=_REMEMBERED)(self._candidates)

    @cached_property
    def _beside(self) -> frozenset[str]:
        """What stands side by side in a term."""
        return _pairs(self._all)

    @cached_property
    def _heard_beside(self) -> frozenset[str]:
        """The sounds that stand side by side in a term."""
        return _pairs(_BREAK.join(_by_sound(self._all.split(_BREAK))))

    def edits(self, text: str, *, foreign: bool = False) -> list[Edit]:
        """Return how to read `text` (squeezed and bare) so that its terms show, in order.

        `foreign` tells that letters of other alphabets were in it.
        """
        if OTHER.search(text):
            found = [*self._latin.edits(text, foreign=foreign), *self._heard(text, other=True)]
        else:
            found = list(self._heard(text, other=False))
        if len(found) < 2:
            return found
        return disjoint(found, len(text))

    def signs(self, text: str) -> list[Edit]:
        """Return the words of `text` (folded and bare) in which signs are letters: c@ncer, fr€€."""
        return self._latin.edits(text) if sham_signs(text) else []

    def _heard(self, text: str, *, other: bool) -> Iterator[Edit]:
        """Yield the terms that sound in `text` and are not written there as they are."""
        if self._sounds is None:
            return
        layers = self._units(text, other=other)
        if not layers:
            yield from self._sounding(text, self._sounds)
            return
        plain = list(self._sounding(text, self._sounds))
        for units in layers:
            yield from clear_of(plain, units)
            yield from self._read(text, units, self._sounds)

    def _sounding(self, text: str, sounds: CharwiseDoubleArrayAhoCorasick) -> Iterator[Edit]:
        """Yield the terms that sound in `text` and are there in other characters."""
        for start, end, key in sounds.find_overlapping(text.translate(data.sounds())):
            for term in self._meant(text[start:end], key):
                high = end - (text[end - 1] == " ")
                seen = _judged(text, start, high, text[start:end], term, set())
                if seen is not None:
                    yield Edit(start, high, term, frozenset(seen))
                    break

    def _candidates(self, said: str, key: int) -> tuple[str, ...]:
        """Return the terms that `said`, which sounds like them, may stand for wherever it is."""
        terms = self._terms[key]
        # A term as it is, or a word of its own that sounds like it: most finds are one of these.
        if said in terms or (len(said) == 2 and (self._homophones > 2 or data.word(said))):
            return ()
        return tuple(term for term in terms if not _another(said, term))

    def _read(
        self, text: str, units: list[Unit], sounds: CharwiseDoubleArrayAhoCorasick
    ) -> Iterator[Edit]:
        """Yield the terms that the units are part of."""
        for view in clusters(text, units, self._reach):
            for start, end, key in sounds.find_overlapping(view.text.translate(data.sounds())):
                undone = view.undone(start, end)
                if not undone:
                    continue  # it is there as it is, and seen without the units
                said = view.text[start:end]
                low, high = view.start(start), view.end(end)
                high -= text[high - 1] == " "
                for term in sorted(self._terms[key], key=said.__ne__):
                    if term in text[low:high]:
                        break  # 国旗 is in 各国国旗 as it is
                    seen = _judged(text, low, high, said, term, undone)
                    if seen is not None and not self._too_short(term, seen):
                        yield Edit(low, high, term, frozenset(seen))
                        break

    def _too_short(self, term: str, seen: set[str]) -> bool:
        return len(term) < self._homophones and "homophones" in seen

    def _units(self, text: str, *, other: bool) -> list[list[Unit]]:
        """Return what may be read otherwise and then makes part of a term with what is beside it.

        Where two stretches overlap the second is in a layer of its own; two layers at most. `other`
        tells whether there is more in `text` than Chinese.
        """
        finds = self._splits.find_overlapping(text) if self._splits is not None else []
        if not other and {find[0] for find in finds}.isdisjoint([find[1] for find in finds]):
            # As in most texts: nothing that may be read otherwise is beside another such thing.
            alone = self._written(text, finds)
            return _layers([unit for unit in alone if self._fits(text, unit)], len(text))
        options = list(self._written(text, finds))
        spelled: Iterable[tuple[int, int, str]] = ()
        if other:
            options.extend(apart(text))
            options.extend(numbers(text))
            spelled = syllables(text, lambda: self._heard_beside)
        kept = self._fitting(text, options) if options else []
        kept.extend(Unit(*one, "pinyin") for one in spelled)
        return _layers(kept, len(text))

    def _fitting(self, text: str, options: list[Unit]) -> list[Unit]:
        """Return those that make part of a term with what is beside them, read so or otherwise."""
        begins, ends = defaultdict(list), defaultdict(list)
        for unit in options:
            begins[unit.start].append(unit.instead)
            ends[unit.end].append(unit.instead)
        known = self._beside
        return [
            unit
            for unit in options
            if self._fits(text, unit)
            or any(one + unit.instead in known for one in ends.get(unit.start, ()))
            or any(unit.instead + one in known for one in begins.get(unit.end, ()))
        ]

    def _fits(self, text: str, unit: Unit) -> bool:
        start, end, char, _ = unit
        return (
            text[start - 1 : start] + char in self._beside
            or char + text[end : end + 1] in self._beside
        )

    def _written(self, text: str, finds: Iterable[tuple[int, int, int]]) -> Iterator[Unit]:
        """Yield what may be written for a character of some term, and its repeats."""
        for start, end, way in finds:
            for char, trick in self._wholes[self._ways[way]]:
                if trick != "repeats":
                    yield Unit(start, end, char, trick)
                elif text[start - 1 : start] != char and (again := _AGAIN.match(text, start)):
                    stop = again.end()
                    if stop > end or char not in self._doubles:
                        yield Unit(start, stop, char, trick)


def _layers(kept: list[Unit], size: int) -> list[list[Unit]]:
    """Return the units in layers, in each of which none overlaps another."""
    layers: list[list[Unit]] = []
    while kept and len(layers) < 2:
        layer = disjoint(kept, size)
        chosen = set(layer)
        kept = [unit for unit in kept if unit not in chosen]
        layers.append(layer)
    if layers and any(unit.trick == "repeats" for unit in layers[0]):
        # 双十一 + 一次见效: what looks like a repeat may be none.
        layers.append([unit for unit in layers[0] if unit.trick != "repeats"])
    return layers


def _pairs(terms: str) -> frozenset[str]:
    return frozenset(map(add, terms, terms[1:]))


def _by_sound(terms: list[str]) -> dict[str, list[str]]:
    """Return the terms by how they may sound."""
    by_key: dict[str, list[str]] = defaultdict(list)
    usual = _BREAK.join(terms).translate(data.sounds()).split(_BREAK)
    others = data.readings()
    for term, key in zip(terms, usual, strict=False):
        for way in [key] if others.keys().isdisjoint(term) else _ways(term, key):
            by_key[way].append(term)
    return by_key


def _by_way(chars: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the characters by what may be written for them, with the name of the trick."""
    wholes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for char in chars:
        for way, trick in _written(char):
            wholes[way].append((char, trick))
    for char in chars:
        if _AGAIN.match(char * 2):
            wholes[char * 2].append((char, "repeats"))
    return wholes


def _written(char: str) -> Iterator[tuple[str, str]]:
    """Yield what may be written for a character, and the name of the trick."""
    yield from ((way, "split") for way in data.parts().get(char, ()))
    yield from ((form, "traditional") for form in data.variants().get(char, ""))
    yield from ((form, "look_alikes") for form in data.looks().get(char, ""))


def _another(said: str, term: str) -> bool:
    """Tell whether too much of a term is in other characters: then `said` is another word."""
    other = [char for char, meant in zip(said, term, strict=True) if char != meant]
    return sum(ord(char) < data.SIGNS for char in other) * 2 > len(term)


def _judged(
    text: str, low: int, high: int, said: str, term: str, undone: set[str]
) -> set[str] | None:
    """Return the disguises under which text[low:high] is `term`, None if it is not that term."""
    other = [char for char, meant in zip(said, term, strict=True) if char != meant]
    heard = sum(ord(char) < data.SIGNS for char in other)
    if heard:
        # Half of a term in other characters is another word.
        if undone - _EXACT or heard * 2 > len(term):
            return None
        undone = {*undone, "homophones"}
    if "pinyin" in undone and len(other) == len(term):
        short = len(term) == 2 or " " not in text[low:high]
        return None if short and english(text, low, high) else undone
    if undone & {"homophones", "split", "look_alikes"}:
        # A longer term is hardly met by chance, so words that nobody counted may be in it.
        least = MARGIN if len(term) == 2 else 0
    elif "symbols" in undone:
        least = 0
    else:
        return undone
    return undone if gain(text, low, high, term) >= least else None


def _ways(term: str, usual: str) -> set[str]:
    """Return how a term may sound, a private character a syllable; at most eight ways."""
    others = data.readings()
    ways = [sound + others.get(char, "") for char, sound in zip(term, usual, strict=True)]
    return {"".join(way) for way in product(*ways)} if prod(map(len, ways)) <= 8 else {usual}
