"""Units of figures: the word behind a number, what kind of figure it makes, and in which ratio."""

import re
from fractions import Fraction

from compliance.late import late

#: Kind -> words of it with their ratio. Weeks are days and kilograms grams: exact, no doubt in it.
_KINDS: dict[str, dict[str, str]] = {
    "second": {"1": "秒钟 秒 second seconds sec secs", "60": "分钟 minute minutes min mins",
               "3600": "个小时 小时 个钟头 钟头 hour hours hr hrs h"},
    "day": {"1": "天 日 夜 晚 day days night nights",
            "7": "周 个星期 星期 个礼拜 week weeks wk wks"},
    "month": {"1": "个月 month months", "12": "年 year years yr yrs"},
    "calendar": {"1": "月 月份"},
    "age": {"1": "岁 周岁"},
    "%": {"1": "% ％ percent 百分点 个百分点", "10": "成"},
    "times": {"1": "倍 times x fold"},
    "off": {"1": "折"},
    "person": {"1": "人 名 位 口 用户 个用户 消费者 顾客 妈妈 宝妈 受试者 志愿者 样本 会员 粉丝 "
                    "people person "
                    "persons user users customer customers consumer consumers shopper shoppers "
                    "subject subjects participant participants volunteer volunteers respondent "
                    "respondents woman women man men adult adults child children kid kids parent parents "
                    "mum mums mom moms dentist dentists doctor doctors expert experts dermatologist "
                    "dermatologists vet vets owner owners patient patients student students reader "
                    "readers guest guests member members player players teacher teachers baby babies"},
    "home": {"1": "个家庭 家庭 户 household households family families home homes"},
    "visit": {"1": "人次"},
    "money": {"1": "元 块钱 块 yuan rmb dollar dollars pound pounds euro euros"},
    "gram": {"1": "克 g gram grams", "1/1000": "毫克 mg", "1/1000000": "微克 mcg μg",
             "1000": "千克 公斤 kg", "500": "斤"},
    "ml": {"1": "毫升 ml", "1000": "升 l litre litres liter liters"},
    "cm": {"1": "厘米 cm", "1/10": "毫米 mm", "100": "米 m metre metres meter meters",
           "100000": "公里 千米 km"},
    "cal": {"1": "卡", "1000": "千卡 大卡 kcal calories"},
}  # fmt: skip
#: Words that are a kind of their own.
_OWN = (
    "家 国 个国家 个国 城 款 座 项 次 单 件 瓶 盒 袋 杯 份 支 台 辆 套 平方米 平米 亩 度 ℃ "
    "层 重 种 道 步 片 粒 颗 条 张 本 届 代 星 oz lb lbs inch inches w mah gb tb hz spf star stars "
    "review reviews country countries store stores shop shops ingredient ingredients award awards "
    "step steps"
)
_SAME = {"个国家": "国", "个国": "国", "平米": "平方米", "inches": "inch", "lbs": "lb",
         "countries": "国", "country": "国", "stores": "store", "stars": "star", "星": "star",
         "reviews": "review", "ingredients": "ingredient", "shops": "shop", "awards": "award",
         "steps": "step"}  # fmt: skip

UNITS: dict[str, tuple[str, Fraction]] = {
    **{word: (_SAME.get(word, word), Fraction(1)) for word in _OWN.split()},
    **{
        word: (kind, Fraction(ratio))
        for kind, ratios in _KINDS.items()
        for ratio, words in ratios.items()
        for word in words.split()
    },
    "per cent": ("%", Fraction(1)),
}
_LATIN = sorted((word for word in UNITS if re.match("[a-zμ]", word)), key=len, reverse=True)
_SIGNS = sorted((word for word in UNITS if not re.match("[a-zμ]", word)), key=len, reverse=True)
_NAMED = "用户|消费者|顾客|妈妈|宝妈|受试者|志愿者|会员|粉丝|家庭"
#: What stands behind a number: a unit, or one after a word ("happy customers", "忠实用户").
UNIT = late(
    rf"\s{{0,2}}[多余]?(?P<sign>{'|'.join(map(re.escape, _SIGNS))})|"
    rf"[\s-]{{0,2}}(?P<latin>{'|'.join(_LATIN)})(?![A-Za-z])|"
    rf"[多余]?[\u4e00-\u9fff]{{1,4}}?(?P<named>{_NAMED})|"
    rf"\s(?!(?:in|of|for|and|or|to|with|the|a|at|on|by|per|is|are)\s)[A-Za-z]{{2,14}}\s(?P<after>people|"
    r"users|customers|consumers|subjects|participants|volunteers|women|men|adults|parents|dentists|"
    r"doctors|experts|dermatologists|vets|owners|patients)(?![A-Za-z])",
    re.IGNORECASE,
)
#: Nothing known: the next word is the kind, so that 12 recipes are not 12 nations.
NEXT = late(r"[多余]?\s{0,2}个?([A-Za-z]{2,20}|[\u4e00-\u9fff]{1,2})")


def unit(text: str, at: int) -> tuple[str, Fraction, int]:
    """Return the kind, ratio and end of the unit at text[at:]; a kind not known begins with "?"."""
    if match := UNIT.match(text, at):
        word = next(said for said in match.groups() if said).lower()
        kind, ratio = UNITS[word]
        return kind, ratio, match.end()
    if match := NEXT.match(text, at):
        return f"?{match[1].lower()}", Fraction(1), at
    return "", Fraction(1), at
