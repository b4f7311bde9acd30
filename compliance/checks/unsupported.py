"""The gate of machine-written claims: figures, ranks, awards and quotations that nobody gave it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from compliance import reach
from compliance.base import Copy, Hit, Localized
from compliance.evidence import in_force
from compliance.figures import Figure, figures, flat
from compliance.late import late
from compliance.normalize import normalize
from compliance.numerals import NUMERAL, value
from compliance.spans import Spans

#: Since when 《广告引证内容执法指南》 (SAMR announcement 2026 No. 20) says whose claim it is.
_GUIDE_SINCE = "2026-06-12"
#: Market -> (statute, article, whether its original was compared, penalty).
_LAW = {
    "uk": ("UK CAP Code", "3.7", False, ""),
    "us": ("FTC Act", "5", False, ""),
    "eu": ("Directive 2005/29/EC", "12", False, ""),
}

#: A person who is quoted, by what people call each other.
_WHO = (
    r"(?:女士|先生|小姐|同学|阿姨|宝妈|妈妈|爸爸|博士|教授|医生|老师|主任|奶奶|用户|会员|顾客|网友|"
    r"读者|店主|达人|消费者)"
)

#: A rank, an award, a quotation or an unnamed study, as a claim of fact.
_TOLD: tuple[tuple[str, re.Pattern[str], Localized], ...] = (
    (
        "rank",
        late(
            r"(?:销量|销售额|口碑|人气|市占率|市场份额|复购率|好评|热卖|行业|全国|全球|全网)[^，。！？!?,\n]{0,6}?"
            r"(?:第一|第[二三]|冠军|榜首|前[三五十])|连续[^，。！？!?,\n]{1,4}年[^，。！？!?,\n]{0,8}?第一|"
            r"TOP\s{0,2}\d{1,3}|(?<![a-z])(?:no\.?\s{0,2}1|#1|number one|best[- ]?sell(?:er|ing)|"
            r"top[- ]rated|award[- ]winning)(?![a-z])",
            re.IGNORECASE,
        ),
        {"zh": "排名", "en": "rank"},
    ),
    (
        "award",
        late(
            r"(?:荣获|获得|斩获|摘得|入选|获评|荣膺)[^，。！？!?,\n]{1,20}?(?:奖|称号|认证|榜单?|名单|冠军)|"
            r"[\u4e00-\u9fff]{1,6}(?:金奖|银奖|大奖)|"
            r"(?:红点|设计|创新|质量|品质|科技|环保|产品|年度|发明|米其林|最佳[\u4e00-\u9fff]{1,6})[至佳]?奖(?![励金品券学池])|"
            r"(?<![A-Za-z])(?-i:(?:[A-Z]|i[A-Z])[A-Za-z&'’.]{0,15}\s(?:[A-Za-z&'’]{1,15}\s){0,4}?"
            r"(?:Awards?|Prizes?|AWARDS?))(?![A-Za-z])(?:\s{1,2}(?:19|20)\d\d)?|"
            r"(?<![a-z])(?:winner of|voted|awarded|recipient of)(?![a-z])[^.!?\n]{0,40}",
            re.IGNORECASE,
        ),
        {"zh": "奖项或者称号", "en": "award or title"},
    ),
    (
        "quote",
        late(
            r"(?:研究|实验|试验|调查|调研|数据|报告|临床|检测)(?:结果)?(?:表明|显示|证明|证实|发现)|"
            r"据[^，。！？!?,\n]{1,20}?(?:统计|调查|报告|报道|数据|研究)|"
            r"(?:专家|医生|营养师|权威机构|科学家|教授|用户)[^，。！？!?,\n]{0,6}?(?:推荐|认为|表示|说[:：]|评价|指出)|"
            # What is said in quotation marks, and by whom; or who says, and what.
            r"[“\"「『][^“”\"「」『』\n]{2,200}[”\"」』]\s{0,2}[-—–―~～]{1,3}\s{0,2}"
            rf"(?:[\u4e00-\u9fff]{{1,6}}?{_WHO}|[\u4e00-\u9fff]{{2,3}}(?=[，,、|｜\n]|\s{{0,2}}$)|@[\w-]{{2,20}}|"
            r"(?-i:[A-Z][a-z'’.]{0,15}(?:\s[A-Z][a-z'’.]{0,15}){0,2})(?=,|\s{0,2}$))|"
            rf"[\u4e00-\u9fff]{_WHO}(?:说|表示|反馈|评价|[:：])|"
            r"(?<![a-z])(?:studies|research|a study|surveys?|clinical trials?|tests?|data|experts?|doctors?|"
            r"dermatologists?|scientists?)\s(?:shows?|proves?|proven|confirms?|finds?|found|suggests?|says?|"
            r"agree|recommend(?:ed|s)?)(?![a-z])|according to [^.,!?\n]{2,40}",
            re.IGNORECASE,
        ),
        {"zh": "引用语或者研究结论", "en": "quotation or finding"},
    ),
)

#: Kinds of figure that say something to prove, however small.
_SHARES = frozenset({"%", "times", "off", "lasting"})
#: From how many on a numeral in words is a claim: 两天 and "two people" are how people talk.
_IN_WORDS = {"second": 2, "day": 3, "month": 3, "money": 2, "person": 10}
_PEOPLE = late(
    r"[\w\s]{0,30}?(?:people|users|customers|consumers|women|men|parents|mums|moms|dentists|doctors|"
    r"families|households|experts|adults|owners)(?![a-z])|"
    r"[\u4e00-\u9fff]{0,6}?(?:人|用户|妈妈|家庭|消费者|顾客|医生)",
    re.IGNORECASE,
)


class UnsupportedCheck:
    """Asks for evidence where a machine wrote a figure, rank, award or quotation of its own.

    It is supported when the product's facts, what the brief told it to say, or a substantiation in
    force say the same. What a machine makes up is the advertiser's own claim, with the burden of
    proof: 《广告引证内容执法指南》 article 17, and the substantiation rule of the other markets.
    """

    id = "unsupported"

    def hits(self, copy: Copy) -> Iterable[Hit]:
        """Yield what nobody gave the machine; nothing for copy that people wrote."""
        if not copy.generated:
            return
        given = list(_given(copy))
        known = {figure for text in given for figure, _start, _end in figures(text)}
        known |= {("", Fraction(year)) for text in given for year in reach.years(text)}
        told = [normalize(text).squeezed for text in given]
        for index, field in enumerate(copy.fields):
            make = partial(_hit, copy, index, field.text)
            for figure, start, end in figures(field.text):
                if _claims(figure, field.text, start, end) and not _supported(
                    figure, field.text[start:end], known
                ):
                    yield make("figure", {"zh": "数字", "en": "figure"}, start, end)
            for name, pattern, what in _TOLD:
                for match in pattern.finditer(field.text):
                    said = normalize(match.group()).squeezed
                    if said and not any(said in text for text in told):
                        yield make(name, what, match.start(), match.end())


def asked_once(hits: list[Hit]) -> list[Hit]:
    """Return `hits` without those of this check where a rule of the law asks for evidence already."""
    if not any(_own(hit) for hit in hits):
        return hits
    asked: dict[int, Spans] = defaultdict(Spans)
    ends: dict[int, int] = defaultdict(int)
    others = (hit for hit in hits if hit.severity == "evidence" and not _own(hit))
    for hit in sorted(others, key=lambda one: one.start):
        # What overlaps the spans before it adds only the part that is new.
        begin = max(hit.start, ends[hit.field])
        if begin < hit.end:
            asked[hit.field].add(begin, hit.end)
            ends[hit.field] = hit.end
    return [
        hit for hit in hits if not (_own(hit) and asked[hit.field].overlaps(hit.start, hit.end))
    ]


def _own(hit: Hit) -> bool:
    return hit.rule.startswith("unsupported.")


def _claims(figure: Figure, text: str, start: int, end: int) -> bool:
    """Tell whether the figure at text[start:end] is a claim; "3" or "24" says nothing to prove."""
    kind, amount = figure
    said = text[start:end]
    digits = unicodedata.normalize("NFKC", said)[0].isdigit()
    if kind in _SHARES:
        # A half or a third of a cup is no claim, one of the people is.
        portion = not digits and re.match(
            r"half|一半|对半|an?\s|(?:one|two|three)[\s-]", said, re.IGNORECASE
        )
        shared = re.search(r"\b(?:in|of)\b", said, re.IGNORECASE)
        if kind == "%" and portion and not shared:
            return bool(_PEOPLE.match(text, end))
        return kind != "lasting" or digits or amount >= 36
    if kind.startswith("~"):
        return len(kind) > 3 and any(scale in said for scale in "百千万亿")
    if not kind or kind.startswith("?"):
        return digits and not said[-1].isdigit() or amount >= 100 and not digits
    if kind in ("rank", "date"):
        return kind == "date"
    return digits or kind != "calendar" and amount >= _IN_WORDS.get(kind, 10)


def _supported(figure: Figure, said: str, known: set[Figure]) -> bool:
    """Tell whether the figure was given, or its number alone: a fact "净含量(ml)" has 500 for value."""
    if figure in known:
        return True
    bare = re.match(NUMERAL, flat(said), re.IGNORECASE)
    plain = value(bare.group()) if bare else None
    return plain is not None and ("", plain) in known


def _given(copy: Copy) -> Iterator[str]:
    """Yield all that the machine was given, and what papers in force say."""
    yield copy.product
    yield from copy.said
    yield from _texts(copy.facts)
    for terms in copy.required:
        yield from terms.terms
    for paper in copy.substantiations:
        if in_force(paper.get("expires"), copy.on):
            yield from (str(paper[key]) for key in ("text", "claim") if paper.get(key))


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in `value`, a fact or a list or mapping of facts."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif value is not None:
        yield str(value)


def _hit(
    copy: Copy, index: int, text: str, name: str, what: Localized, start: int, end: int
) -> Hit:
    statute, article, verified, penalty = _LAW.get(copy.market) or _china(copy.on)
    said = text[start:end]
    return Hit(
        rule=f"unsupported.{name}",
        severity="evidence",
        field=index,
        start=start,
        end=end,
        text=said,
        reason={
            "zh": f"机器写出的{what['zh']}“{said}”在产品资料、简报和在案依据中都没有，由广告主承担证明责任",
            "en": f"The {what['en']} “{said}” was written by a machine and stands in no product fact, "
            "brief or paper on file; the advertiser has to prove it",
        },
        suggestion={
            "zh": "删去；或先把有出处的数据写入产品资料，或登记证明文件",
            "en": "Leave it out; or enter the sourced fact in the product, or file the paper that proves it",
        },
        statute=statute,
        article=article,
        verified=verified,
        penalty=penalty,
        evidence=("source_document",),
    )


def _china(on: str) -> tuple[str, str, bool, str]:
    if on >= _GUIDE_SINCE:
        return "《广告引证内容执法指南》", "17", False, "cn_adlaw_59"
    return "《中华人民共和国广告法》", "11", True, "cn_adlaw_59"
