"""The texts to measure with: our own, built from a seed, so that every run reads the same."""

import random
import re
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

#: Sentences of clean Chinese ads; `clean_ads` strings them together and fills the slots, so that few
#: clauses come twice in a thousand ads.
_SENTENCES = (
    "纯棉面料摸起来很柔软",
    "领口做了{n}圈罗纹不容易变形",
    "宽松的版型遮住小肚子",
    "下摆开衩走路方便",
    "{c}{c}{c}三种颜色可以慢慢挑",
    "口袋够深放得下手机和{t}",
    "早上起来套上就能去{p}",
    "洗衣机轻柔档就可以洗",
    "搭一条{c}牛仔裤去{p}散步",
    "秋天里面加一件{c}打底衫也好看",
    "鞋底有防滑纹路在{p}走路稳当",
    "包装里附一张{t}的说明",
    "燕麦片用热水冲{n}分钟",
    "独立小袋装去{p}带几包",
    "配一点牛奶和{t}做早餐",
    "咬下去有谷物的颗粒感",
    "杯盖一按就开单手也能喝水",
    "杯身贴了{c}硅胶垫放在{p}声音小",
    "台灯有{n}档亮度",
    "灯臂可以弯折收进{p}",
    "键盘的按键声音轻不吵室友",
    "背包分了{n}层{t}有单独的夹层",
    "拉链顺滑肩带加厚",
    "行李箱的轮子在{p}转向灵活",
    "周末带孩子去{p}",
    "帐篷两个人十分钟搭好",
    "椅子折起来像一把{t}",
    "收纳盒叠放在{p}",
    "{c}木头的纹理每块都不一样",
    "餐桌边角打磨得圆润",
    "茶叶泡开有淡淡的花香",
    "用八十度的水冲泡口感清爽",
    "面包当天烤当天送到{p}",
    "果酱里看得见果肉",
    "{c}毛巾吸水以后依然蓬松",
    "拖鞋踩上去软软的",
    "{c}的外壳配{c}的提手",
    "袖口收了{n}厘米的边",
    "里面装得下{t}和{t}",
    "放在{p}不占地方",
    "{p}和{p}都摆得下",
    "盒子里有{n}个格子放{t}",
    "{c}款和{c}款今天到货",
    "摆在{p}像一件小摆设",
    "出门前把{t}放进侧袋",
    "{n}支装附一个{c}布袋",
    "夜里在{p}开一盏小灯",
    "椅背的弧度托住腰",
    "{c}的绒面不粘毛",
    "桌板厚{n}厘米",
    "抽屉里分开放{t}和{t}",
    "雨天挂在{p}晾着",
    "边上缝了{c}的线",
    "盖子拧紧后倒放在{p}不漏水",
    "店里{n}种尺寸都有货",
    "{p}的门店可以自提",
    "客人常拿它装{t}",
    "一家{n}口人的饭菜刚好盛满",
    "豆子是{n}月采的",
    "汤底熬了{n}个小时",
    "切开以后切面是{c}的",
    "尝起来先甜后酸",
    "用{c}纸包好系上麻绳",
    "搭{c}裙子看着利落",
    "上身以后肩线正好",
    "裤脚卷{n}折露出脚踝",
    "孩子在{p}也坐得住",
    "把{t}卡进槽里即可",
    "撕开一角把{t}倒进碗里",
    "{n}米长的线够到{p}",
)
_SLOTS: Mapping[str, tuple[str, ...]] = {
    "c": ("米白", "浅灰", "墨绿", "藏青", "酒红", "驼色", "焦糖", "雾蓝", "奶油黄", "炭黑", "豆沙", "砖红",
          "湖蓝", "卡其", "藕粉", "姜黄", "象牙白", "深棕", "薄荷绿", "石墨灰"),
    "t": ("钥匙", "雨伞", "水杯", "耳机", "蓝莓", "笔记本", "充电线", "纸巾", "橘子", "饼干", "零钱", "铅笔",
          "手套", "围巾", "眼镜", "剪刀", "胶带", "相机", "口罩", "发圈", "坚果", "葡萄干", "门票", "地图"),
    "p": ("公园", "办公室", "阳台", "书房", "衣柜上层", "玄关", "厨房", "河边", "车站", "后备箱", "床头",
          "楼下", "山里", "学校门口", "客厅", "菜市场", "图书馆", "餐边柜", "地铁里", "院子"),
    "n": tuple("两三四五六七八"),
}  # fmt: skip
_SLOT = re.compile(r"\{(\w)\}")
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
            sentence = _SLOT.sub(lambda slot: draw.choice(_SLOTS[slot[1]]), draw.choice(_SENTENCES))
            parts += sentence, draw.choice(_JOINTS)
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
