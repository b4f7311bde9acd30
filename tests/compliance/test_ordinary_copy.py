"""Ordinary copy passes, disguised claims do not: lines written for this test, one law or idiom each."""

import pytest

from compliance.base import Copy
from compliance.engine import TEXT_CHECKS, check

ORDINARY_ZH = """
最近天气转凉，来一杯热燕麦奶
最后三天，全场八折
第一步打开盖子，第二步倒入牛奶
第一次露营就上手
我们的第一家门店开在大理
最佳赏味期为七天
国家级自然保护区旁的民宿
面包 治愈你的下午
小面包😋治愈每个清晨
确保本周发货
面包过期请勿食用
背包过安检更轻松
书包过年新款
保过敏提示：本品含坚果
书包包邮
保本色面料
绝对值计算器，学生专用
这款手表支持心率监测、睡眠监测，续航十四天
智能手表，您的健康管家！
办公室久坐提醒，让你起身走一走
血氧饱和度测量，仅供参考，不用于医疗诊断
新鲜燕麦，膳食纤维丰富，早餐好搭档
配料只有水和燕麦
不添加蔗糖，喝起来清甜
通勤、约会、旅行，一件搞定
亲肤透气的棉质面料，四季可穿
百搭显瘦的高腰裤
时尚潮流，尽在本季新款
唯美画风，独特气质
全新一代处理器，性能提升
支持快充，半小时充到一半
本课程共二十节，含课后练习
贷款有风险，借款需谨慎
小区绿化率高，步行可到公园
粮食酿造，酒香醇厚，理性饮酒
儿童座椅，符合国家标准
用完请密封保存，置于阴凉处
买二件打八折
七天无理由退换
孕妇及婴幼儿请在医生指导下使用
如有过敏请停止使用
京东自营，次日达
第二杯半价
宝宝辅食，分阶段选择
顶针工艺，针脚细密
一级能效，省电静音
高级感十足的配色
最高温度不超过六十度
最大支持256GB存储卡
万里长城脚下的民宿
单手开合，轻便好带
免费停车两小时
会员积分可兑换礼品
在线客服二十四小时在线
降压阀自动泄压，更安心
防晒衣，轻薄透气
家用投影，画面清晰
让每一天都值得期待
把春天穿在身上
给最爱的人一份心意
送给最好的朋友
极简设计，极地蓝配色
极具设计感的外套
全网通手机，双卡双待
独立包装，方便携带
首发优惠，限量一千台
老师耐心细致，孩子爱上阅读
高血压患者慎用
本品为普通食品，不能代替药物
真皮内饰，座椅加热
满电续航五百公里
百公里加速4.9秒
提升家居质感
国货之光，了不起的设计
金秋十月，丰收好礼
第一时间为您处理
第一财经报道
绝不错过每个瞬间
治愈系香薰，点亮夜晚
医用外科口罩
驾校学员专属通道
月入住率高的民宿
年入伏天，注意防暑
大麻烦，小办法
测试版本，欢迎体验
管理后台，一目了然
转运仓发货
分享最美的风景
世界杯观赛指南
孩子最喜欢的绘本
""".split("\n")[1:-1]

ORDINARY_EN = """
A smooth oat drink for your morning coffee
Track your sleep, steps and heart rate
Best before: see lid
Your best friend on long runs
The day is yours
Smart watch with a 14-day battery
Free delivery over $30
Gluten free, dairy free
Cured ham, sliced thin
Treat yourself to something warm
Fight hunger with a crunchy snack
Beat the heat this summer
First come, first served
Our first store opened in 1998
Made in small batches in Ireland
20% off this week
30-day money-back guarantee
Two-year guarantee on all parts
Soft cotton tee, five colours
Wear it to work, wear it out
Charges to half in 30 minutes
Water resistant to 50 metres
Not intended to diagnose, treat, cure or prevent any disease.
One of the first watches to use this strap
You'll love how it pours
Contains oats
Recycled paper box
Learn at your own pace
Investing involves risk. You may lose money.
Drink responsibly
Do your best work
Only the good stuff
A better way to start the day
Rich, creamy and simple
Save up to 40% in the spring sale
Sign up for our newsletter
Number one on the list: socks
Stop worrying about chargers
See a colder side of summer
The best way to store it is in the fridge
Ends of the earth boots
Stroke of genius design
Cold brew, cold days
Made with natural ingredients
Perfect for picnics
Fresh from the farm
Kids eat free on Tuesdays
Most people add milk first
The only limit is you
World's Fair posters
What makes it different? Oats.
""".split("\n")[1:-1]

DISGUISED = [
    ("国\u200b家级品质", "zero_width"),
    ("顶\u2060级成分", "zero_width"),
    ("国 家 级品质", "spaces"),
    ("极\u3000致体验", "spaces"),
    ("国*家*级品质", "symbols"),
    ("顶|级成分", "symbols"),
    ("最🔥佳选择", "symbols"),
    ("全-网-最-低", "symbols"),
    ("纯·天·然", "symbols"),
    ("第，一，品，牌", "symbols"),
    ("保\n本\n保\n息", "spaces"),
    ("１００％有效", "width"),
    ("ｎｏ．１品牌", "width"),
    ("100 % 有 效", "spaces"),
    ("治\u200d疗糖尿病", "zero_width"),
    ("Gu\u200baranteed results", "zero_width"),
    ("c l i n i c a l l y proven", "spaces"),
    ("ｃａｒｂｏｎ ｎｅｕｔｒａｌ", "width"),
    ("b-i-o-degradable", "symbols"),
]


@pytest.mark.parametrize("text", ORDINARY_ZH)
@pytest.mark.parametrize("category", ["", "food", "electronics", "apparel"])
def test_ordinary_chinese_copy_passes(text: str, category: str) -> None:
    report = check(Copy.of(text, category=category), checks=TEXT_CHECKS)
    assert [(hit.rule, hit.text) for hit in report.hits] == []


@pytest.mark.parametrize("text", ORDINARY_EN)
@pytest.mark.parametrize("category", ["", "food", "electronics"])
def test_ordinary_english_copy_passes(text: str, category: str) -> None:
    copy = Copy.of(text, language="en", market="us", category=category)
    report = check(copy, checks=TEXT_CHECKS)
    assert [(hit.rule, hit.text) for hit in report.hits] == []


@pytest.mark.parametrize(("text", "trick"), DISGUISED)
def test_a_disguised_claim_is_caught_and_the_disguise_named(text: str, trick: str) -> None:
    language = "en" if text[0].isalpha() and ord(text[0]) < 128 or text[0] == "ｃ" else "zh"
    market = {"zh": "cn", "en": "us"}[language]
    report = check(Copy.of(text, language=language, market=market), checks=TEXT_CHECKS)
    assert report.verdict in ("block", "evidence")
    assert any(trick in hit.undone for hit in report.hits)
