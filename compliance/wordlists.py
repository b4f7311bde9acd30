"""Finding the words of a plain list, such as a client's banned words, disguised or not."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from daachorse import CharwiseDoubleArrayAhoCorasick

from compliance import data
from compliance.disguise import Disguises
from compliance.folding import bare
from compliance.latin import Spelling, in_syllables
from compliance.matching import at_boundary
from compliance.normalize import Normal, keys
from compliance.restoring import Edit, Restored, named
from compliance.spans import Spans
from compliance.stretches import disjoint

#: Up to how many terms a list is sought in every disguise. To hold the sounds and parts of more takes
#: longer than a verdict may wait for; noise, width, case, traditional forms, repeats and digits for
#: letters hide no term of a list of any size.
DISGUISED = 20_000

#: Of a list longer than this, terms of two characters are not sought in others of the same sound: with
#: tens of thousands of terms one ordinary line in thirteen sounds like one of them.
SHORT_SOUNDS = 2_000

#: Any character again: many times as fast as one of a class again.
_AGAIN = re.compile(r"(.)\1+")
_WORD = re.compile(r"[^\W\d_]+")
_TONES = re.compile("[āēīōūǖǎěǐǒǔǚǘǜ]")


@dataclass(frozen=True, slots=True)
class Found:
    """A span of the original in which a listed word occurs, and the word."""

    term: str
    start: int
    end: int
    undone: tuple[str, ...]


class Words:
    """A list of plain words in an automaton of their own."""

    def __init__(self, terms: Iterable[str]) -> None:
        entries: dict[str, str] = {}
        for term in terms:
            for key in keys(term):
                entries.setdefault(key, term)
        self._entries = entries
        self._terms = list(entries.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(entries)) if entries else None

    def find(self, normal: Normal, *, disguised: bool = False) -> list[Found]:
        """Return where the words occur; of overlapping finds the longest.

        Noise and width never hide a word. With `disguised` other letters, accents, sounds, parts and
        repeats hide none either: for words that are forbidden, not for such as are demanded or
        allowed. A word that only differs by its accents is another word: rosé is not rose.
        """
        if self._automaton is None:
            return []
        found = [
            Found(term, start, end, normal.undone(start, end))
            for term, start, end in self._scan(normal.folded)
            if not _another_word(normal.original, start, end, term)
        ]
        if not normal.plain:
            found.extend(self._squeezed(normal, normal.squeezed))
        if disguised:
            if normal.bare != normal.squeezed:
                found.extend(self._squeezed(normal, normal.bare))
            found.extend(self._hidden(normal))
        found.sort(key=lambda one: (one.start - one.end, len(one.undone), one.start))
        taken = Spans()
        return sorted(
            (one for one in found if taken.add(one.start, one.end)), key=lambda one: one.start
        )

    def _scan(self, text: str) -> Iterator[tuple[str, int, int]]:
        if self._automaton is None:
            return
        for start, end, at in self._automaton.find_overlapping(text):
            if at_boundary(text, start, end):
                yield self._terms[at], start, end

    def _squeezed(self, normal: Normal, text: str) -> Iterator[Found]:
        for term, start, end in self._scan(text):
            low, high = normal.source(start, end)
            if not _another_word(normal.original, low, high, term):
                yield Found(term, low, high, normal.undone_squeezed(start, end))

    def _hidden(self, normal: Normal) -> Iterator[Found]:
        foreign = normal.bare != normal.squeezed
        if len(self._terms) > DISGUISED:
            plain, edits, signs = "", self._spelled(normal.bare, foreign=foreign), []
        else:
            plain = bare(normal.folded)
            edits = self._disguises.edits(normal.bare, foreign=foreign)
            signs = self._disguises.signs(plain)
        # Most texts hold neither, and are not written out again.
        views = [(Restored(normal.bare, edits), True)] if edits else []
        views += [(Restored(plain, signs), False)] if signs else []
        for view, squeezed in views:
            for term, start, end in self._scan(view.text) if view.edited else ():
                if tricks := view.undone(start, end):
                    low, high = view.source(start, end)
                    more = (normal.undone_squeezed if squeezed else normal.undone)(low, high)
                    span = normal.source(low, high) if squeezed else (low, high)
                    yield Found(term, *span, named((*tricks, *more)))

    def _spelled(self, text: str, *, foreign: bool) -> list[Edit]:
        """Return the repeats in `text`, and its Latin words that are spelled as no term is."""
        found = self._latin.edits(text, foreign=foreign)
        found += [
            Edit(*match.span(), match[1], frozenset({"repeats"}))
            for match in _AGAIN.finditer(text)
            if not match[1].isascii()
        ]
        return disjoint(found, len(text)) if len(found) > 1 else found

    @cached_property
    def _latin(self) -> Spelling:
        return Spelling(self._entries)

    @cached_property
    def _disguises(self) -> Disguises:
        homophones = 3 if len(self._terms) > SHORT_SOUNDS else 2
        return Disguises(self._entries, homophones=homophones)


def _another_word(text: str, start: int, end: int, term: str) -> bool:
    """Tell whether text[start:end] is a word of its own, whose accents are no disguise of `term`."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    said = text[start:end]
    if said.isascii():
        return False
    words = _WORD.findall(unicodedata.normalize("NFC", said).lower())
    meant = set(_WORD.findall(unicodedata.normalize("NFC", term).lower()))
    return any(
        word in data.english("accented") or (_TONES.search(word) and in_syllables(bare(word)))
        for word in words
        if word not in meant
    )


@lru_cache(maxsize=512)
def words(terms: tuple[str, ...]) -> Words:
    """Return the automaton of a word list, built once a list."""
    return Words(terms)
