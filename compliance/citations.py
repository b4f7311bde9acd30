"""Read and compare the law that a case names and the law that a finding names (Chinese law)."""

import re
from dataclasses import dataclass

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_NUMBER = r"(\d+|[零一二三四五六七八九十百]+)"
_TITLE = re.compile(r"《([^《》]+)》([^《]*)")
_ARTICLE = re.compile(rf"第{_NUMBER}条([^条]*?(?=第{_NUMBER}条|$))")
_CLAUSE = re.compile(rf"第{_NUMBER}款")
_ITEM = re.compile(rf"[(（]{_NUMBER}[)）]|第{_NUMBER}项")
_OURS = re.compile(r"(\d+)((?:\(\w+\))*)")


@dataclass(frozen=True, slots=True)
class Cited:
    """One article: the statute's short name, the article's number, its clauses and items named."""

    statute: str
    article: int
    clauses: frozenset[int] = frozenset()
    items: frozenset[int] = frozenset()


def number(text: str) -> int:
    """Return the value of an Arabic or Chinese number below 1,000, such as "28" or "二十八"."""
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total += (digit or 1) * {"十": 10, "百": 100}[sign]
            digit = 0
    return total + digit


def short(statute: str) -> str:
    """Return a statute's name as people cite it: 《中华人民共和国广告法》 is 广告法."""
    name = re.sub(r"[(（][^)）]*\d{4}[^)）]*[)）]", "", statute)
    return name.strip("《》 ").removeprefix("中华人民共和国")


def cited(basis: str) -> list[Cited]:
    """Return the articles that `basis` names, such as 《广告法》第9条第(三)项、第二十八条."""
    found = []
    for statute, rest in _TITLE.findall(basis):
        for match in _ARTICLE.finditer(rest):
            tail = match[2] or ""
            items = (number(one or other) for one, other in _ITEM.findall(tail))
            clauses = (number(one) for one in _CLAUSE.findall(tail))
            found.append(
                Cited(short(statute), number(match[1]), frozenset(clauses), frozenset(items))
            )
    return found


def agrees(statute: str, article: str, expected: Cited) -> bool:
    """Tell whether a finding's `statute` and `article`, such as "9(3)" or "4, 28(2)", name `expected`.

    The main number must be the same. The part in brackets is compared only where both name one; it
    may be the clause or the item, as a finding writes the two alike.
    """
    if short(statute) != expected.statute:
        return False
    for main, brackets in _OURS.findall(article):
        if int(main) != expected.article:
            continue
        parts = {int(part) for part in re.findall(r"\((\d+)\)", brackets)}
        named = expected.items | expected.clauses
        if not parts or not named or parts & named:
            return True
    return False
