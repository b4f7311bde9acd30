"""Figures of a text: each with its kind, so that 30 days are not 30 people, nor 35% 35.

A text is read once, bounded at every step: linear in its length. Sources of the comparison: see
`compliance.reach`.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction

from compliance.late import late
from compliance.numerals import DIGITS, HAN, HAN_CHARS, LATIN, SCALED, value
from compliance.units import unit

#: (kind, value): a kind of `compliance.units`, "rank", "date", "lasting" (months that something has
#: held), "" for a plain number, "?word" for one before a word that is no known unit, "~word" for
#: what is no one number.
Figure = tuple[str, Fraction]

_YEAR_OF = late(r"[一二][零〇一二三四五六七八九]{3}(?=\s{0,2}年)")
_DIGIT_OF = {char: str(at) for at, char in enumerate("零一二三四五六七八九")} | {"〇": "0"}

YEAR = late(
    r"(?<!\d)(?<!\d[.,])((?:19|20)\d\d)(?:\s{0,2}年?\s{0,2}(?:-|–|—|~|～|至|到|to)\s{0,2}((?:19|20)\d\d))?"
    r"(?!\s{0,2}(?:元|万|亿|千|人|名|位|家|台|件|款|个|份|瓶|盒|毫升|克|天|小时|分钟|户|用户|次|项|倍|成|折|岁|公里|度|杯|袋|国|城|座|条|张|道|"
    r"(?:ml|g|kg|mg|users|people|women|men|subjects|hours|days|customers|parents|dentists|reviews|"
    r"consumers|participants|volunteers)\b|%|％))(?![\d]|[.,]\d)",
    re.IGNORECASE,
)
_NUMBER = rf"(?:\d{{1,3}}|{HAN}|{LATIN})"
#: How English number words begin.
_OPENS = "zero|one|tw|th[ir]|fou?r|fi[vf]|si?x|sev|eigh|nine|ten|eleven|an?\\s"
#: For how long something has held: 近三年, 五年来, 连续3年, 三连冠, for three years.
_LASTING = late(
    rf"(?=[\d近过最连蝉历{HAN_CHARS}]|(?<![A-Za-z])(?:{_OPENS}|for\s|over|duri|in\s|acro))(?:(?:近|过去|最近|连续|蝉联|历经|历时)的?\s{{0,2}}(?P<a>{_NUMBER}|半)\s{{0,2}}(?P<ua>年|届|个月|周年)|"
    rf"(?P<b>{_NUMBER})\s{{0,2}}(?P<ub>年|个月)(?:以?来|间(?=一直|始终|持续|稳居)|(?=蝉联|连冠|稳居|如一日))|"
    rf"(?P<c>{HAN}|\d{{1,2}})(?P<uc>连冠)|"
    rf"(?<![a-z])(?:for|over|during|in|across)\s{{1,2}}(?:the\s{{1,2}})?(?:last|past|previous|all\s)?\s{{0,2}}(?P<d>{_NUMBER})\s{{1,2}}(?:(?:consecutive|straight|whole|full)\s{{1,2}})?(?P<ud>years|year|months)(?![a-z])|"
    rf"(?P<e>{_NUMBER})\s{{1,2}}(?:(?:consecutive|straight)\s{{1,2}}(?P<ue>years|months)|"
    r"(?P<uf>years|months)\s{1,2}(?:running|in\s{1,2}a\s{1,2}row|straight))(?![a-z]))",
    re.IGNORECASE,
)

#: Words that hold a numeral and count nothing.
_IDIOM = late(
    r"三天两头|[三两]天两[天头]|两三天|三分钟热度|一日三餐|千人千面|万人迷|十分(?!钟|之)|百分点|千家万户|万家灯火|百年好合|"
    r"成千上万|千万(?=别|不|要|记)|三六九等|五一|六一|十一(?=黄金|假|长)|双十[一二]|三明治|八九不离十|十全十美|万分(?!之)|"
    r"一举两得|两口子|三口之家|二人世界|两人世界|万一|四季|百度|千层|[七7]天无理由"
)
_SHARES = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
           "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}  # fmt: skip
_PARTS = "|".join(word for word in _SHARES if word != "half")
_SPAN = r"(?!\s{0,2}(?:hours?|days?|weeks?|months?|years?|minutes?|seconds?)(?![a-z]))"
_MULTIPLES = {"double": 2, "doubles": 2, "doubled": 2, "twice": 2, "triple": 3, "triples": 3,
              "tripled": 3, "thrice": 3, "翻倍": 2, "加倍": 2, "倍增": 2, "双倍": 2,
              "翻一番": 2, "翻番": 2, "翻两番": 4}  # fmt: skip
_FIGURE = late(
    # What a figure can begin with: most places of a text are left at once.
    rf"(?=[\d#{HAN_CHARS}半数几第前每分过减对翻加倍双大多]|(?<![A-Za-z])(?:{_OPENS}|an?\s|half|doub|trip|no\.?\s{{0,2}}[\dot]|top))(?:(?P<full>百分之百|百分百)|(?P<den>{DIGITS}|{HAN}?)分之\s{{0,2}}(?P<num>{DIGITS}|{HAN})|"
    rf"每?(?P<every>{DIGITS}|{HAN})\s{{0,2}}[个位名人]?[\u4e00-\u9fff]{{0,4}}?(?:里|中|就)[面间]?便?就?有"
    rf"(?P<some>{DIGITS}|{HAN})(?=\s{{0,2}}[个位名人])|"
    rf"(?P<part>{DIGITS}|{LATIN})[\s-]{{1,2}}(?:out\s{{1,2}}of(?:\s{{1,2}}every)?|in(?:\s{{1,2}}every)?|of)"
    rf"[\s-]{{1,2}}(?P<whole>{DIGITS}|{LATIN}){_SPAN}|"
    rf"(?<![A-Za-z-])(?:(?P<shares>one|two|three|four|five|seven|nine)[\s-]{{1,2}}(?P<of>(?:{_PARTS})s?)|"
    rf"an?\s{{1,2}}(?P<one>{_PARTS})(?=\s{{1,2}}(?:of|less|more|fewer|the)\b)|(?P<half>half(?!-|\s{{0,2}}an?\b)))(?![A-Za-z])|"
    r"(?P<han_half>一半|半数|过半|减半|对半|[大多]半(?=的?(?:用户|人|消费者)))|"
    r"半(?P<half_of>个?小时|个钟头|个月|年|天)|"
    rf"(?P<multiple>翻倍|翻一番|翻两番|翻番|加倍|倍增|双倍|(?<![A-Za-z])(?:doubl(?:es|ed|e)|twice|tripl(?:es|ed|e)|thrice)(?![A-Za-z]))|"
    rf"(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[日号]|"
    rf"(?:第\s{{0,2}}|(?<![A-Za-z])(?:no\.?|top)\s{{0,2}}|#\s{{0,2}}|前(?=[三五十\d]))(?P<rank>{DIGITS}|{HAN}|{LATIN})|"
    rf"(?P<vague>[数几])?(?P<number>{SCALED}|{HAN}|{LATIN}))",
    re.IGNORECASE,
)
_MONEY = late(r"[¥￥$£€]\s{0,2}$")
_MONTHS = {"年": 12, "届": 12, "周年": 12, "连冠": 12, "year": 12, "years": 12}


#: Characters that compatibility folding leaves as they are.
_USUAL = late(r"[\x00-\x7f\u2010-\u2023\u3000-\u30ff\u4e00-\u9fff，。！？；：、（）]*+")


def flat(text: str) -> str:
    """Return `text` with plain digits and letters for full-width ones, and years in digits.

    One character for one: offsets are those of `text`. "二〇二五年" is read "2025年".
    """
    plain = text if _USUAL.fullmatch(text) else "".join(map(_plain, text))
    return _YEAR_OF.sub(lambda match: "".join(_DIGIT_OF[char] for char in match[0]), plain)


def _plain(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def figures(text: str) -> Iterator[tuple[Figure, int, int]]:
    """Yield every figure of `text`: ((kind, value), start, end), years left out.

    "九成", "nine out of ten" and 90% are one figure, 两周 and 14 days too. Offsets are those of
    `text`, the unit included.
    """
    plain = flat(text)
    taken = [match.span() for match in YEAR.finditer(plain)]
    for start, end, months in _lasting(plain):
        taken.append((start, end))
        yield ("lasting", months), start, end
    taken += [match.span() for match in _IDIOM.finditer(plain)]
    taken.sort()
    starts = [start for start, _end in taken]
    at = 0
    while match := _FIGURE.search(plain, at):
        nearest = bisect_right(starts, match.start()) - 1
        if nearest >= 0 and taken[nearest][1] > match.start():
            at = taken[nearest][1]
            continue
        figure, at = _figure(match, plain)
        if figure is not None:
            yield figure, match.start(), at


def lasting(text: str) -> int:
    """Return for how many months `text` says that something has held; 0 if it does not."""
    return int(max((months for _start, _end, months in _lasting(flat(text))), default=Fraction(0)))


def _lasting(plain: str) -> Iterator[tuple[int, int, Fraction]]:
    for match in _LASTING.finditer(plain):
        said = next(match[name] for name in "abcde" if match[name])
        length = next(match[name] for name in ("ua", "ub", "uc", "ud", "ue", "uf") if match[name])
        count = Fraction(1, 2) if said == "半" else value(said)
        if count is not None:
            yield match.start(), match.end(), count * _MONTHS.get(length.lower(), 1)


def _figure(match: re.Match[str], text: str) -> tuple[Figure | None, int]:
    """Return the figure of `match` and where it ends, its unit included."""
    end = match.end()
    if match["number"]:
        return _number(match, text)
    if match["full"]:
        return ("%", Fraction(100)), end
    if match["num"]:
        den = Fraction(100) if match["den"] in ("百", "") else value(match["den"])
        return _share(value(match["num"]), den), end
    if match["every"]:
        return _share(value(match["some"]), value(match["every"])), end
    if match["part"]:
        return _share(value(match["part"]), value(match["whole"])), end
    if match["shares"]:
        share = _SHARES[match["of"].lower().removesuffix("s")]
        return _share(value(match["shares"]), Fraction(share)), end
    if match["one"]:
        return ("%", Fraction(100, _SHARES[match["one"].lower()])), end
    if match["half"] or match["han_half"]:
        return ("%", Fraction(50)), end
    return _other(match, text), end


def _other(match: re.Match[str], text: str) -> Figure | None:
    if match["half_of"]:
        kind, ratio, _end = unit(text, match.start("half_of"))
        return kind, ratio / 2
    if match["multiple"]:
        return "times", Fraction(_MULTIPLES[match["multiple"].lower()])
    if match["month"]:
        return "date", Fraction(int(match["month"]) * 100 + int(match["day"]))
    rank = value(match["rank"])
    return ("rank", rank) if rank is not None else (f"~{match['rank']}", Fraction(0))


def _share(part: Fraction | None, whole: Fraction | None) -> Figure | None:
    """Return `part` of `whole` in percent; 3 in 1 is no share but a word for what does three jobs."""
    if part is None or not whole:
        return None
    return ("%", part / whole * 100) if part <= whole else ("?in", part)


def _number(match: re.Match[str], text: str) -> tuple[Figure | None, int]:
    said, end = match["number"], match.end()
    amount = value(said)
    kind, ratio, stop = unit(text, end)
    if not kind.startswith("?"):
        end = stop
    if _MONEY.search(text, max(0, match.start() - 3), match.start()):
        kind, ratio = "money", Fraction(1)
    if not said[0].isdigit() and not _counts(said, kind, amount):
        return None, match.end()
    if amount is None or match["vague"]:
        return (f"~{said}{kind}", Fraction(0)), end
    return (kind, amount * ratio), end


def _counts(said: str, kind: str, amount: Fraction | None) -> bool:
    """Tell whether a numeral in words counts anything: 一起, 万能, 四川 and "one of" do not."""
    unknown = not kind or kind.startswith("?")
    if said[0].isascii():
        return not unknown or (amount or 0) >= 100
    if len(said) == 1 and said in "百千万亿":
        return kind in ("person", "visit", "times", "money")
    if unknown:
        return len(said) > 1 and (amount or 0) >= 100
    return said != "一" or kind in ("second", "day", "month", "%", "times", "off")
