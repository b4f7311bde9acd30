"""Places that copy and papers name, and what each lies in. Own list of plain geographic facts."""

#: Where no word says less.
WORLD = "world"

_PROVINCES = {
    "北京": "", "天津": "", "上海": "", "重庆": "",
    "河北": "石家庄 唐山 保定 廊坊 邯郸 秦皇岛",
    "山西": "太原 大同 临汾 运城",
    "内蒙古": "呼和浩特 包头 鄂尔多斯",
    "辽宁": "沈阳 大连 鞍山 锦州",
    "吉林": "长春 延边",
    "黑龙江": "哈尔滨 大庆 齐齐哈尔 牡丹江",
    "江苏": "南京 苏州 无锡 常州 徐州 南通 扬州 镇江 盐城 泰州",
    "浙江": "杭州 宁波 温州 嘉兴 绍兴 金华 台州 义乌 湖州",
    "安徽": "合肥 芜湖 蚌埠 阜阳 黄山",
    "福建": "福州 厦门 泉州 漳州 莆田",
    "江西": "南昌 赣州 九江 景德镇",
    "山东": "济南 青岛 烟台 潍坊 临沂 淄博 济宁 威海",
    "河南": "郑州 洛阳 开封 南阳 新乡",
    "湖北": "武汉 宜昌 襄阳 荆州",
    "湖南": "长沙 株洲 岳阳 常德 衡阳",
    "广东": "广州 深圳 佛山 东莞 珠海 中山 惠州 汕头 湛江 江门 潮州",
    "广西": "南宁 桂林 柳州 北海",
    "海南": "海口 三亚",
    "四川": "成都 绵阳 德阳 宜宾 泸州 乐山",
    "贵州": "贵阳 遵义",
    "云南": "昆明 大理 丽江 西双版纳",
    "西藏": "拉萨",
    "陕西": "西安 咸阳 宝鸡 榆林",
    "甘肃": "兰州 天水",
    "青海": "西宁",
    "宁夏": "银川",
    "新疆": "乌鲁木齐 喀什 伊犁",
    "香港": "", "澳门": "", "台湾": "台北 高雄",
}  # fmt: skip
_PARTS = {
    "华东": "中国", "华南": "中国", "华北": "中国", "华中": "中国", "西南": "中国", "西北": "中国",
    "东北": "中国", "长三角": "中国", "珠三角": "中国", "京津冀": "中国", "大湾区": "中国",
}  # fmt: skip

#: Place -> the place that it lies in.
PARENTS: dict[str, str] = {
    "中国": "Asia", "日本": "Asia", "韩国": "Asia", "Asia": WORLD,
    "US": "America", "America": WORLD,
    "UK": "Europe", "Germany": "Europe", "France": "Europe", "Italy": "Europe", "Spain": "Europe",
    "Ireland": "Europe", "Europe": WORLD,
    "England": "UK", "Scotland": "UK", "Wales": "UK", "London": "England",
    "California": "US", "Texas": "US", "New York": "US", "Florida": "US",
    **dict.fromkeys(_PROVINCES, "中国"), **_PARTS,
    **{city: province for province, cities in _PROVINCES.items() for city in cities.split()},
}  # fmt: skip

#: Word of a text -> place; "" is the country of the market. 全网 is a place of its own: no survey of
#: shops proves what all of the web holds.
WORDS: dict[str, str] = {
    **{place: place for place in PARENTS if place not in ("Asia", "America")},
    "全球": WORLD, "全世界": WORLD, "世界": WORLD, "worldwide": WORLD, "global": WORLD,
    "globally": WORLD, "world": WORLD,
    "全国": "", "国内": "", "全国各地": "", "nationwide": "", "nation": "", "country": "",
    "China": "中国", "Chinese": "中国", "中华": "中国", "亚洲": "Asia", "Asia": "Asia", "亚太": "Asia",
    "欧洲": "Europe", "欧盟": "Europe", "EU": "Europe", "European": "Europe", "英国": "UK",
    "United Kingdom": "UK", "Britain": "UK", "British": "UK", "U.K.": "UK",
    "美国": "US", "USA": "US", "United States": "US", "America": "US", "American": "US",
    "U.S.": "US", "德国": "Germany", "法国": "France", "意大利": "Italy",
    "全网": "全网", "互联网": "全网", "internet": "全网",
}  # fmt: skip
