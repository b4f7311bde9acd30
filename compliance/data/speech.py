"""How characters are read, how rare words are, and which English words only look disguised."""

import gzip
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.resources import files

from compliance.data.sources import CJK, counts, gb2312, lines

#: How often a word must stand in the corpus behind jieba's dictionary to be common.
COMMON = 20


def _plain(reading: str) -> str:
    """Return a syllable without its tone; ü as v."""
    apart = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(char for char in apart if "a" <= char <= "z")


def sounds() -> Iterator[str]:
    """Yield each syllable without tone, with the characters whose usual reading it is."""
    from pypinyin import Style, lazy_pinyin

    found: dict[str, set[str]] = defaultdict(set)
    for char in map(chr, CJK):
        sound = "".join(lazy_pinyin(char, style=Style.NORMAL, errors="ignore"))
        if re.fullmatch("[a-z]{1,6}", sound):
            found[sound].add(char)
    return lines(found)


def readings() -> Iterator[str]:
    """Yield each syllable with the characters that have it as another common reading."""
    from pypinyin import Style, lazy_pinyin

    phrases = json.loads(files("pypinyin").joinpath("phrases_dict.json").read_text("utf-8"))
    times: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, read in phrases.items():
        if len(phrase) == len(read):
            for char, one in zip(phrase, read, strict=True):
                times[char][_plain(one[0])] += 1
    known = {line.split(" ")[0] for line in sounds()}
    found: dict[str, set[str]] = defaultdict(set)
    for char, count in times.items():
        usual = lazy_pinyin(char, style=Style.NORMAL)[0]
        for other, n in count.items():
            often = n >= 3 and n >= 0.05 * count.total()
            if often and other != usual and gb2312(char) and other in known:
                found[other].add(char)
    return lines(found)


def words() -> Iterator[str]:
    """Yield how rare a word is, in quarters of a nat, with the words of that rarity."""
    known = counts()
    total = sum(known.values())
    found: dict[int, list[str]] = defaultdict(list)
    for word, times in known.items():
        if times >= COMMON:
            found[round(-4 * math.log(times / total))].append(word)
    return (f"{rarity} {' '.join(sorted(found[rarity]))}" for rarity in sorted(found))


def rare() -> Iterator[str]:
    """Yield the first character of rarer words of two, with all that may be the second."""
    found: dict[str, set[str]] = defaultdict(set)
    for word, times in counts().items():
        if len(word) == 2 and times < COMMON:
            found[word[0]].add(word[1])
    return lines(found)


def _vocabulary(language: str) -> Counter[str]:
    path = files("spellchecker").joinpath(f"resources/{language}.json.gz")
    return Counter(json.loads(gzip.decompress(path.read_bytes())))


def doubled() -> Iterator[str]:
    """Yield the English words with doubled letters that are another word without: loose, beet."""
    english = {word for word, times in _vocabulary("en").items() if times >= 50}
    single: dict[str, set[str]] = defaultdict(set)
    for word in english:
        if word.isascii() and word.isalpha():
            single[re.sub(r"(.)\1+", r"\1", word)].add(word)
    both = (word for group in single.values() if len(group) > 1 for word in group)
    return iter(sorted(word for word in both if re.search(r"(.)\1", word)))


def syllabic() -> Iterator[str]:
    """Yield the English words that could be Chinese in Latin letters: made, changing, women."""
    known = [line.split(" ")[0] for line in sounds()]
    spelled = re.compile(f"(?:{'|'.join(sorted(known, key=len, reverse=True))})+")
    english = _vocabulary("en")
    return iter(sorted(w for w, n in english.items() if n >= 2500 and spelled.fullmatch(w)))


def accented() -> Iterator[str]:
    """Yield the words of six languages that are an English word but for their accents: rosé."""
    english = _vocabulary("en")
    found = set()
    for language in ("fr", "es", "de", "pt", "it", "en"):
        for word, times in _vocabulary(language).items():
            apart = unicodedata.normalize("NFD", word)
            bare = "".join(char for char in apart if not unicodedata.combining(char))
            real = bare != apart and times >= 20 and bare.isascii() and bare.isalpha()
            if real and english[bare] >= 20:
                found.add(unicodedata.normalize("NFC", word.lower()))
    return iter(sorted(found))
