"""The texts to measure with: our own, built from a seed, so that every run reads the same."""

import random
from collections.abc import Mapping, Sequence

#: Ordinary sentences that carry a term where {} stands; harmless without it.
CARRIERS: Mapping[str, tuple[str, ...]] = {
    "zh": (
        "新款到店，{}，欢迎来看看。",
        "{}，这个周末我们在店里等你。",
        "今天给大家带来的是{}",
        "布料柔软，做工细致，{}，日常穿着很舒服。",
        "很多朋友问起这一款，小编就用两个字介绍：{}！",
        "下班路上顺手带一份，{}，回家慢慢吃。",
        "#新品上架# {} 颜色有米白和浅灰两种",
        "【{}】满两件一起发货，周末照常有人值班",
    ),
    "en": (
        "New in store this week: {}. Come and have a look.",
        "{} - see you on Saturday.",
        "Today we would like to show you {}",
        "Soft cotton, neat seams, {}, and it goes in the wash.",
        "Many of you asked about this one, and we say: {}!",
        "Pick one up on your way home, {}, and take your time.",
        "#newin {} in cream and light grey",
        "[{}] Order two and we send them together.",
    ),
}

#: Sentences of clean Chinese ads; `clean_ads` strings them together.
_SENTENCES = (
    "纯棉面料摸起来很柔软", "领口做了一圈罗纹不容易变形", "宽松的版型遮住小肚子",
    "下摆开衩走路方便", "三种颜色可以慢慢挑", "口袋够深放得下手机和钥匙",
    "早上起来套上就能出门", "洗衣机轻柔档就可以洗", "搭一条牛仔裤去公园散步",
    "秋天里面加一件打底衫也好看", "鞋底有防滑纹路下雨天走路稳当", "包装里附一张洗护说明",
    "燕麦片用热水冲三分钟", "独立小袋装出差带几包", "配一点牛奶和蓝莓做早餐",
    "咬下去有谷物的颗粒感", "杯盖一按就开单手也能喝水", "杯身贴了硅胶垫放桌上声音小",
    "台灯有三档亮度", "灯臂可以弯折收进抽屉", "键盘的按键声音轻不吵室友",
    "背包分了四层电脑有单独的夹层", "拉链顺滑肩带加厚", "行李箱的轮子转向灵活",
    "周末带孩子去露营", "帐篷两个人十分钟搭好", "椅子折起来像一把雨伞",
    "收纳盒叠放在衣柜上层", "木头的纹理每块都不一样", "餐桌边角打磨得圆润",
    "茶叶泡开有淡淡的花香", "用八十度的水冲泡口感清爽", "面包当天烤当天送",
    "果酱里看得见果肉", "毛巾吸水以后依然蓬松", "拖鞋踩上去软软的",
)  # fmt: skip
_JOINTS = ("，", "，", "，", "。", "！")
#: What the ads of `clean_ads` are for.
PRODUCTS = (
    "纯棉T恤",
    "燕麦片",
    "保温杯",
    "台灯",
    "双肩包",
    "行李箱",
    "露营帐篷",
    "餐桌",
    "绿茶",
    "毛巾",
)

#: What a text of any length may repeat to make a naive matcher slow.
ADVERSARIAL: Mapping[str, str] = {
    "digits": "9", "most": "最", "spaces": " ", "not": "不", "letters": "a", "ordinal": "第",
    "spaced_letters": "a b ", "spaced_han": "最 佳 ", "zero_width": "\u200b", "emoji": "\U0001f525",
    "brackets": "（", "percents": "100%", "days": "7天", "than": "比", "newlines": "\n", "marks": "e\u0301",
    "money": "¥1,", "pinyin": "zui jia ", "nothing_han": "一", "dots": "...",
}  # fmt: skip


def clean_ads(count: int, *, length: int = 110, seed: int = 0) -> list[str]:
    """Return `count` different harmless ads of exactly `length` characters."""
    draw = random.Random(seed)
    ads: dict[str, None] = {}
    while len(ads) < count:
        parts: list[str] = []
        while sum(map(len, parts)) < length:
            parts += draw.choice(_SENTENCES), draw.choice(_JOINTS)
        ads["".join(parts)[:length]] = None
    return list(ads)


def flagged_ads(ads: Sequence[str], terms: Sequence[str], *, seed: int = 0) -> list[str]:
    """Return each ad with a term in it, after a joint, at the same length."""
    draw = random.Random(seed)
    flagged = []
    for ad in ads:
        term = draw.choice(terms)
        joints = [at + 1 for at, char in enumerate(ad) if char in _JOINTS]
        at = draw.choice([one for one in joints if one + len(term) < len(ad)] or [0])
        flagged.append(f"{ad[:at]}{term}，{ad[at:]}"[: len(ad)])
    return flagged


def product(at: int) -> str:
    """Return the product's name that goes with ad number `at`."""
    return PRODUCTS[at % len(PRODUCTS)]


def pseudo_terms(count: int, *, unlike: Sequence[str] = (), seed: int = 0) -> tuple[str, ...]:
    """Return `count` different Chinese strings of 2 to 6 characters, none of them in `unlike`.

    They stand in for an operator's list: common characters (GB 2312, first level), shorter ones
    more often, as in such lists.
    """
    draw = random.Random(seed)
    common = [
        char
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        if (char := bytes((row, cell)).decode("gb2312", "ignore"))
    ]
    taken = {text[at : at + n] for text in unlike for n in range(2, 7) for at in range(len(text))}
    terms: dict[str, None] = {}
    while len(terms) < count:
        size = draw.choices((2, 3, 4, 5, 6), weights=(2, 3, 4, 2, 1))[0]
        term = "".join(draw.choices(common, k=size))
        if term not in taken:
            terms[term] = None
    return tuple(terms)


def long_text(unit: str, length: int) -> str:
    """Return `unit` again and again, cut at `length` characters."""
    return (unit * (length // len(unit) + 1))[:length]
