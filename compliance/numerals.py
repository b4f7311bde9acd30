"""Numerals as they are written: digits, Chinese numerals, English number words, and mixtures."""

import itertools
import re
from fractions import Fraction

_HAN_DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_HAN_SCALES = {"十": 1, "百": 2, "千": 3, "拾": 1, "佰": 2, "仟": 3}
_HAN_MYRIADS = {"万": 4, "亿": 8}

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL, _TENS = _SMALL_WORDS.split(), _TEN_WORDS.split()
_WORDS = {word: at for at, word in enumerate(_SMALL)} | {
    word: 20 + 10 * at for at, word in enumerate(_TENS)
}
_LATIN_SCALES = {
    "hundred": 2, "thousand": 3, "k": 3, "million": 6, "mn": 6, "billion": 9, "bn": 9,
}  # fmt: skip

# Bounded all through: a text of a million digits, numerals or spaces costs no more than its length.
DIGITS = r"(?<!\d)(?:\d{1,3}(?:,\d{3}){1,6}(?!,?\d)|\d{1,18})(?:\.\d{1,9})?(?!\d)"
HAN_CHARS = "".join((*_HAN_DIGITS, *_HAN_SCALES, *_HAN_MYRIADS))
HAN = rf"[{HAN_CHARS}]{{1,16}}(?:点[{''.join(_HAN_DIGITS)}]{{1,9}})?"
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
LATIN = (
    rf"(?<![A-Za-z-])(?:(?:an?|{_WORD})\s{{1,2}}(?:hundred|thousand|million|billion|dozen)|"
    rf"(?:{'|'.join(_TENS)})[\s-](?:{'|'.join(_SMALL[1:10])})|(?:{_WORD}))(?![A-Za-z])"
)
#: 3万, 3.5千万, 3万5千, 5k, 2 million.
SCALED = (
    rf"{DIGITS}(?:\s{{0,2}}(?:[十百千万亿]{{1,3}}(?:\d{{1,4}}[千百十]){{0,2}}|"
    r"(?:hundred|thousand|million|billion|mn|bn|k)(?![A-Za-z])))?"
)
#: Any numeral.
NUMERAL = rf"(?:{SCALED}|{HAN}|{LATIN})"


def value(word: str) -> Fraction | None:
    """Return what a numeral says: "1,200", "3.5万", "三百万", "一百二", "nine", "two million".

    None for what is no one number: "三五", "七八十".
    """
    word = word.strip().lower()
    if word[:1].isascii() and word[:1].isdigit():
        return _digits(word)
    return _latin(word) if word[:1].isascii() else han(word)


def han(word: str) -> Fraction | None:
    """Return what a Chinese numeral says, "三百万", "一百二" (120), "三点五"; None if none."""
    whole, dot, rest = word.partition("点")
    total = _whole(whole)
    if total is None or (dot and (not rest or any(char not in _HAN_DIGITS for char in rest))):
        return None
    decimals = "".join(str(_HAN_DIGITS[char]) for char in rest)
    return total + Fraction(int(decimals or 0), 10 ** len(decimals))


def _whole(word: str) -> Fraction | None:
    total = section = digit = 0
    last, fresh = 0, False  # the scale before, and whether a digit waits for its own
    for char in word:
        if char in _HAN_DIGITS:
            if fresh and digit:
                return None  # "三五": about three to five
            digit, fresh = _HAN_DIGITS[char], True
            last = 0 if digit == 0 else last
        elif char in _HAN_SCALES:
            section += (digit if fresh else 1) * 10 ** _HAN_SCALES[char]
            digit, fresh, last = 0, False, _HAN_SCALES[char]
        elif char in _HAN_MYRIADS:
            power = _HAN_MYRIADS[char]
            section += digit
            if not section and total:
                total *= 10**power  # 万亿
            else:
                total += (section or 1) * 10**power
            section, digit, fresh, last = 0, 0, False, power
        else:
            return None
    tail = digit * 10 ** (last - 1) if digit and last > 1 else digit  # 一百二 is 120
    return Fraction(total + section + tail)


def _digits(word: str) -> Fraction:
    number = "".join(itertools.takewhile(lambda char: char.isdigit() or char in ",.", word))
    total = Fraction(number.rstrip(",.").replace(",", ""))
    rest = word[len(number) :].strip()
    if rest in _LATIN_SCALES:
        return total * Fraction(10 ** _LATIN_SCALES[rest])
    powers = {**_HAN_SCALES, **_HAN_MYRIADS}
    scales = "".join(itertools.takewhile(powers.__contains__, rest))
    for char in scales:
        total *= Fraction(10 ** powers[char])
    for digits, scale in re.findall(r"(\d+)([千百十])", rest[len(scales) :]):
        total += Fraction(int(digits) * 10 ** powers[scale])
    return total


def _latin(word: str) -> Fraction:
    first, *more = re.split(r"[\s-]+", word)
    total = _WORDS.get(first, 1)
    for other in more:
        if other == "dozen":
            total *= 12
        elif other in _LATIN_SCALES:
            total *= 10 ** _LATIN_SCALES[other]
        else:
            total += _WORDS[other]
    return Fraction(total)
