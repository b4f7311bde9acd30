"""How far a claim reaches: where, when, in which trade, and in what it is first.

What copy claims is compared with what the paper behind it found. Sources of the comparison:
《中华人民共和国广告法》 article 11 (data must be true, accurate, with their source; scope and validity
stated), 《广告引证内容执法指南》 (scope, period and method of what is cited), CAP Code 3.7 and 3.38.
Pure text, linear in its length.
"""

import re

from compliance.figures import YEAR, flat
from compliance.late import late
from compliance.places import PARENTS, WORDS

#: The country, or the union, that a claim without a region is about.
HOME = {"cn": "中国", "us": "US", "uk": "UK", "eu": "Europe"}

_LATIN = late(r"[A-Za-z]")
#: Names in Latin letters are whole words; "US" and "EU" are written in capitals, "us" is a pronoun.
_PLACES = late(
    "|".join(
        rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])"
        if _LATIN.match(word) and word.isupper()
        else rf"(?<![A-Za-z])(?i:{re.escape(word)})(?![A-Za-z])"
        if _LATIN.match(word)
        else re.escape(word)
        for word in sorted(WORDS, key=len, reverse=True)
    )
)
_FOLDED = {word.lower(): place for word, place in WORDS.items()}


def regions(text: str, market: str) -> list[tuple[str, str]]:
    """Return the places that `text` names: (as written, place), where "中国广东" is 广东 alone.

    "全国" and "nationwide" are the country of `market`.
    """
    found: list[tuple[int, int, str, str]] = []
    for match in _PLACES.finditer(text):
        place = _FOLDED[match.group().lower()] or HOME[market]
        if found and found[-1][1] == match.start() and found[-1][3] in ancestors(place):
            found.pop()
        found.append((match.start(), match.end(), match.group(), place))
    return [(word, place) for _start, _end, word, place in found]


def ancestors(place: str) -> list[str]:
    """Return what `place` lies in, nearest first: 广东 lies in 中国, 亚洲 and the world."""
    found: list[str] = []
    while place := PARENTS.get(place, ""):
        found.append(place)
    return found


def within(place: str, other: str) -> bool:
    """Tell whether `place` is `other` or lies in it."""
    return place == other or other in ancestors(place)


#: What says that nobody is before, above or beside: a rank, a superlative, a monopoly.
_RANK = late(
    r"第一|第1|首[位家个创选]|冠军|榜首|之最|最[^近后初终]|唯一|独家|领先|领导者|王者|遥遥|顶级|极致|TOP\s{0,2}\d|"
    r"(?<![a-z])(?:no\.?\s{0,2}1|#\s{0,2}1|number one|best|leading|leader|largest|biggest|most|top|only|"
    r"first|favou?rite|unrivalled|unbeaten|[a-z]{3,}est)(?![a-z])",
    re.IGNORECASE,
)


def ranks(text: str) -> bool:
    """Tell whether `text` claims a rank, a superlative or to be the only one."""
    return bool(_RANK.search(text))


def years(text: str) -> set[int]:
    """Return the calendar years that `text` names, those of a range such as 2023-2025 included."""
    found: set[int] = set()
    for match in YEAR.finditer(flat(text)):
        first, last = int(match[1]), int(match[2] or match[1])
        found.update(range(first, min(last, first + 50) + 1))
    return found


def longest_run(named: set[int]) -> int:
    """Return the length of the longest run of years without a gap."""
    best = run = 0
    last = None
    for year in sorted(named):
        run = run + 1 if last is not None and year == last + 1 else 1
        best, last = max(best, run), year
    return best


#: What narrows a market or a sample: where it stands in the paper, it has to stand in the claim.
_NARROWER = late(
    r"细分|子类|品类|类目|价位|高端|中端|低端|线上|线下|电商|天猫|淘宝|京东|拼多多|抖音|快手|小红书|亚马逊|商超|便利店|"
    r"(?<![a-z])(?:online|offline|premium|segment|sub-?category|niche|amazon|supermarkets?|"
    r"independent pharmacies)(?![a-z])",
    re.IGNORECASE,
)
_TRADE = late(r"([\u4e00-\u9fff]{2,8}?)(?:行业|品类|类目|领域|市场|赛道)")


def narrower(paper: str, claim: str) -> str:
    """Return the first word that narrows `paper` and is not said in `claim`, "" if there is none."""
    said = {match.group().lower() for match in _NARROWER.finditer(claim)}
    found = (match.group() for match in _NARROWER.finditer(paper))
    return next((word for word in found if word.lower() not in said), "")


def trades(text: str) -> list[str]:
    """Return the trades that `text` names: 燕麦奶 of "燕麦奶行业"; not the word 全行业 alone."""
    bare = _PLACES.sub(" ", _NARROWER.sub(_kept, text))
    found = (re.sub(r"^.*[全在为是的]", "", match[1]) for match in _TRADE.finditer(bare))
    return [trade for trade in found if len(trade) > 1]


def _kept(match: re.Match[str]) -> str:
    """Return what narrows as a blank, but for the words that end the name of a trade."""
    return match.group() if match.group() in ("品类", "类目") else " "


#: What says that something is before all others in something.
_PLACED = late(
    r"第[一二三]|第[123](?!\d)|冠军|榜首|领先|领导者|前[三五十]|TOP\s{0,2}\d|"
    r"(?<![a-z])(?:no\.?\s{0,2}1|#\s{0,2}1|number one|best|leading|largest|biggest|most)(?![a-z])",
    re.IGNORECASE,
)
#: What may stand between the thing ranked and its rank.
_BETWEEN = late(
    r"(?:稳居|位居|位列|排名|排行|蝉联|荣登|登顶|夺得|荣获|获得|保持|始终|一直|持续|遥遥|均|皆|都|为|是|居|列|获|的|全|"
    r"行业|品类|类目|市场|领域|赛道|地区|省|市|连续[\d一二两三四五六七八九十]{1,3}[年届]){1,8}$"
)
_HAN_END = late(r"[\u4e00-\u9fff]{1,12}$")
_AFTER = late(r"\s{1,2}([A-Za-z][A-Za-z' -]{1,60})")
_SMALL_WORDS = (
    "a an the of for in on at by with to and or from over during this that its our your is are was "
    "worldwide nationwide globally brand product ever now"
)


def ranked(text: str) -> list[str]:
    """Return what `text` says to be first: 销量 of "全国销量稳居第一", oat and drink of "No.1 oat drink".

    "" stands for a rank of which it does not say in what. Chinese names it before the rank, and the
    last two characters of it are taken; English after, up to a word such as "in".
    """
    found: list[str] = []
    for match in _PLACED.finditer(text):
        if _LATIN.match(match.group()) or match.group()[0] == "#":
            found.extend(_ranked_after(text, match.end()))
            continue
        before = _PLACES.sub("", text[max(0, match.start() - 24) : match.start()]).rstrip()
        before = _BETWEEN.sub("", before)
        noun = _HAN_END.search(before)
        found.append(noun.group()[-2:] if noun else "")
    return found


def _ranked_after(text: str, at: int) -> list[str]:
    after = _AFTER.match(_PLACES.sub(_blank, text[at : at + 80]))
    words: list[str] = []
    for word in after[1].lower().split() if after else ():
        if word in _SMALL_WORDS.split():
            break
        words.append(word)
    return words[:3] or [""]


def _blank(match: re.Match[str]) -> str:
    return " of "


#: What says that something is not so. 非常 and 不仅 say nothing of the kind.
_NOT = late(
    r"未(?![来央])|不(?![仅但断只止同错论管负])|没|无(?![论与锡线])|非(?![常凡遗洲])|尚待|否|缺乏|难以|"
    r"(?<![a-z])(?:not|no(?!\.|\s?1)|never|neither|nor|without|cannot|fail(?:s|ed)?|lacks?|insufficient|"
    r"unproven|hardly)(?![a-z])|n['’]t(?![a-z])",
    re.IGNORECASE,
)
_NOT_SO = late(
    r"^[^。！？!?；;，,\n]{0,8}?(?:未(?:获|得|被|经|达|见显著|见明显|证)|不成立|不属实|不足|不显著|不明显|不能|无(?:统计|显著|依据|证据)|"
    r"没有|尚待|缺乏)|^[^.!?;,\n]{0,30}?(?<![a-z])(?:(?:is|are|was|were|has|have|had|did|does|could|can)\s{0,2}(?:n['’]t|not)|"
    r"cannot|not\s(?:been\s)?(?:proven|supported|confirmed|shown|found|significant)|unproven)(?![a-z])",
    re.IGNORECASE,
)


def negated(before: str, after: str = "") -> bool:
    """Tell whether words between `before` and `after`, the rest of their clause, are said not to be."""
    return bool(_NOT.search(before) or _NOT_SO.search(after))
