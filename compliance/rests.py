"""What is left of copy when words go: whether it can stand, as far as one sees without a grammar.

Closed lists of function words on both sides of the cut, and counts. A rest that is doubted is refused:
a good rewrite that is not offered costs a person a minute, a broken one costs the tool its credit.
"""

import re
from collections import Counter

#: A clause or sentence that lost something holds at least so many words, or Chinese characters.
SHORTEST = 4

_UNIT = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff_]+(?:['’.,-][^\W\u3400-\u9fff_]+)*")
_SIGN = r"[，。！？；：、,.!?;:]"
#: Two signs in a row, also over a space; "1,000" and "3.3" are none.
_DOUBLE = re.compile(rf"{_SIGN}(?=\s*{_SIGN})")
_SPACED = re.compile(rf"[^\S\n]{_SIGN}")
_PAIRS = ("（）", "()", "《》", "【】", "「」", "“”", "[]")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words that want a word after them.
_OPEN = _listed(
    "a an the of in on at for to with by from into about under over per and or but nor than as like "
    "so very more most less least our your its their my his her this that these those no not only "
    "just really truly every each any all both if because when while although"
)
#: Verbs that want an object, or a word that says what something is.
_VERBS = _listed(
    "is are was were be been being am has have had do does did will would can could may might must "
    "should lose loses get gets gain gains win wins cure cures treat treats reduce reduces burn burns "
    "save saves earn earns make makes prevent prevents boost boosts give gives want wants need needs "
    "heal heals fix fixes offer offers deliver delivers use uses see contains contain"
)
#: Words that go with the one before them: none begins what follows a gap.
_CLOSING = _listed("of than ever alike too")
#: Words that begin a phrase of their own and are no object.
_AFTER = _CLOSING | _listed(
    "in on at for to with by from into about under over per and or but nor as within after before "
    "is are was were be has have had will can may must or"
)
#: What begins a half sentence that waits for the other half, or for one before it.
_HALF = re.compile(
    r"(?:虽然|尽管|因为|由于|如果|要是|只要|只有|不仅|不但|不只|既然|为了|无论|不管|当|"
    r"但|而且|而是|所以|因此|因而|却|并且|并|也|又|还|更|才|就|且|或)|"
    r"(?:although|though|because|since|if|unless|when|while|whether|not only|and|but|or|so|nor|yet|"
    r"which|who|that|with|for|in|on|at|to|of|from|by)\b",
    re.IGNORECASE,
)  # fmt: skip
#: Chinese words that want one after them.
_ZH_OPEN = re.compile(
    r"(?:[是把被将在与和或及以对为从向比让使令给由于更最很太极不没无未可能会要请有含达至到第享送卖买减瘦降治"
    r"一个种款位名这那每各]|告别|治疗|根治|预防|改善|提高|提升|增强|保证|承诺|确保|获得|荣获|成为|属于|"
    r"具有|拥有|采用|享受|实现|远离|缓解|消除|来自|作为|选用|堪称|号称|非常|十分|我们|你的|我的)$"
)
#: Chinese characters that hang on the word before them.
_ZH_HANGING = "的地得之了着性级化们"
_ZH_JOINING = "和与或及并而"


def units(text: str) -> int:
    """Return how many words of letters and digits, and Chinese characters, `text` has."""
    return sum(1 for _ in _UNIT.finditer(text))


def tidy(text: str, before: str) -> bool:
    """Tell whether `text` has no signs in a row, space before one or half pair that `before` had not."""
    for pattern in (_DOUBLE, _SPACED):
        old, new = (Counter(pattern.findall(one)) for one in (before, text))
        if new - old:
            return False
    if re.match(_SIGN, text) and not re.match(_SIGN, before):
        return False
    return all(_even(text, pair) or not _even(before, pair) for pair in _PAIRS)


def joins(before: str, after: str) -> bool:
    """Tell whether a clause stands that is left with `before` and `after` and a gap between them."""
    before, after = before.strip(), after.strip()
    if units(before) + units(after) < SHORTEST:
        return False
    return _zh_joins(before, after) and _en_joins(before, after)


def whole(sentence: str) -> bool:
    """Tell whether what is left of a sentence without one of its clauses is one."""
    return units(sentence) >= SHORTEST and not _HALF.match(sentence.strip())


def _zh_joins(before: str, after: str) -> bool:
    first = after[:1]
    hanging = bool(first) and first in _ZH_HANGING
    joining = bool(first) and first in _ZH_JOINING
    if not before:
        return not (hanging or joining)
    if hanging and first not in "的之":
        return False
    return not (_ZH_OPEN.search(before) and (not first or hanging or joining))


def _en_joins(before: str, after: str) -> bool:
    ahead, behind = _words(before), _words(after)
    first = behind[0] if behind else ""
    if first in _CLOSING:
        return False
    if not ahead:
        return first not in _AFTER
    last = ahead[-1]
    if last in ("a", "an") and first:
        return (last == "an") == (first[0] in "aeiou")
    cut_off = not first or first in _AFTER
    # A word alone before a gap is a verb without its object, for all one knows.
    alone = len(ahead) == 1 and not _zh(before)
    return not (cut_off and (last in _OPEN or last in _VERBS or alone))


def _words(text: str) -> list[str]:
    """Return the words of `text` in small letters; none for what is written in Chinese."""
    return [] if _zh(text) else [one.lower() for one in _UNIT.findall(text)]


def _zh(text: str) -> bool:
    return re.search(r"[\u3400-\u9fff]", text) is not None


def _even(text: str, pair: str) -> bool:
    return text.count(pair[0]) == text.count(pair[1])
