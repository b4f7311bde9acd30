"""The category of goods, inferred where nobody gave it, and what a guess may do."""

import pytest

from compliance import categories, engine
from compliance.base import Copy, Hit
from compliance.categories import CategoryError, infer
from compliance.engine import check
from compliance.render import render

NAMES = [
    ("氨糖软骨素胶囊", "health_food"),
    ("海欣胶囊(保健食品)", "health_food"),
    ("玫瑰补水面膜 5片装", "cosmetics"),
    ("家用红外理疗仪", "medical_device"),
    ("人参枸杞口服液", "health_food"),
    ("53度酱香型白酒 500ml", "alcohol"),
    ("滨江商品房", "real_estate"),
    ("教师资格证培训班", "education"),
    ("稳健型理财", "finance"),
    ("城东口腔诊所", "medical_service"),
    ("一次性电子烟", "tobacco"),
    ("婴儿配方奶粉 3段", "infant"),
    ("草甘膦除草剂", "agriculture"),
    ("体育彩票", "gambling"),
    ("鸡肉味猫粮 2kg", "pet"),
    ("羊毛外套（男款）", "apparel"),
    ("Collagen gummies, 60 pack", "health_food"),
    ("disposable vape", "tobacco"),
    ("Ghanaian lager", "alcohol"),
    ("London dry gin 70cl", "alcohol"),
    ("brightening face serum", "cosmetics"),
    ("rosewater toner", "cosmetics"),
    ("Harley dental clinic", "medical_service"),
    ("lip filler", "medical_service"),
    ("Botox", "medical_service"),
    ("budgeting app with crypto", "finance"),
    ("online coding course", "education"),
    ("dog food for puppies", "pet"),
]


@pytest.mark.parametrize(("name", "category"), NAMES)
def test_a_name_tells_the_goods(name: str, category: str) -> None:
    found = infer(name, ())
    assert found is not None
    assert found.category == category


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("红酒杯", "home"),
        ("奶粉盒", "home"),
        ("wine glass", "home"),
        ("wine investment", "finance"),
        ("胶囊咖啡", "food"),
        ("laundry capsules", "home"),
        ("bottle of wine for home cooks", "alcohol"),
        ("药膏", "medicine"),
        ("酒店", "travel"),
    ],
)
def test_the_head_of_a_name_counts(name: str, category: str) -> None:
    found = infer(name, ())
    assert found is not None
    assert found.category == category


@pytest.mark.parametrize(
    "name", ["", "如意", "Aurora 3", "酒泉之夜", "plumage", "\ud800", "()", "美容院"]
)
def test_a_name_that_tells_nothing_infers_nothing(name: str) -> None:
    assert infer(name, ()) is None


def test_it_says_what_it_was_read_from() -> None:
    declared = infer("海欣胶囊(保健食品)", ())
    named = infer("ＶＩＴＡＭＩＮ tablets", ())
    told = infer("", ("一款补水面膜，温和不刺激",))
    assert declared is not None and (declared.evidence, declared.certainty) == (
        "保健食品",
        "declared",
    )
    assert named is not None and (named.evidence, named.certainty) == ("vitamin tablet", "product")
    assert told is not None and (told.category, told.certainty) == ("cosmetics", "text")


def test_copy_that_speaks_of_two_classes_infers_nothing() -> None:
    assert infer("", ("买面膜送红酒",)) is None


def test_ordinary_copy_infers_nothing() -> None:
    assert (
        infer(
            "", ("这款针织衫柔软亲肤，搭配牛仔裤，秋天出门很合适。", "A chair for slow mornings.")
        )
        is None
    )


@pytest.mark.parametrize(
    ("category", "certainty", "releases"),
    [
        ("apparel", "product", True),
        ("medicine", "product", False),
        ("health_food", "product", False),
        ("health_food", "declared", True),
        ("cosmetics", "text", False),
    ],
)
def test_what_a_guess_may_let_go(category: str, certainty: str, releases: bool) -> None:
    guess = categories.Inference(category, "x", certainty)  # type: ignore[arg-type]
    assert guess.releases is releases


@pytest.mark.parametrize("product", ["", "手机", "零食", "羊毛外套", "胶囊", "食品"])
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("茅台白酒，喝出健康", "cn_alcohol_tobacco_minors.alcohol_health"),
        ("名师押题保过", "cn_education.guarantee"),
        ("精装三居楼盘，投资回报有保障，升值无忧", "cn_real_estate.appreciation"),
    ],
)
def test_a_name_does_not_hide_what_the_text_says_of_other_goods(
    text: str, rule: str, product: str
) -> None:
    report = check(Copy.of(text, product=product))
    assert report.verdict == "block"
    assert rule in {hit.rule for hit in report.hits}


def test_other_goods_in_the_text_hide_nothing_either() -> None:
    alone = {hit.rule for hit in check(Copy.of("茅台白酒，喝出健康")).hits}
    mixed = {hit.rule for hit in check(Copy.of("茅台白酒，喝出健康。满额送口红")).hits}
    assert alone <= mixed


def test_a_name_that_the_text_agrees_with_is_judged_once() -> None:
    asked: list[str] = []

    class Counting:
        id = "counting"

        def hits(self, copy: Copy) -> list[Hit]:
            """Note the category that is asked about."""
            asked.append(copy.category)
            return []

    check(Copy.of("酱香型白酒，口感醇厚", product="白酒"), checks=(Counting(),))
    assert asked == ["alcohol"]


class ByCategory:
    """A check like the rules: one for the category medicine, one for all that is no medicine."""

    id = "by_category"

    def hits(self, copy: Copy) -> list[Hit]:
        """Find the first two characters under the rule of the copy's category."""
        rule = "x.medicine" if copy.category == "medicine" else "x.ordinary"
        severity = "warn" if copy.category == "medicine" else "block"
        why = {"zh": "因", "en": rule}
        return [Hit(rule, severity, 0, 0, 2, copy.fields[0].text[:2], why, why)]


def test_a_guess_adds_the_rules_of_its_category() -> None:
    report = check(Copy.of("治疗头痛", product="止痛片"), checks=(ByCategory(),))
    assert "x.medicine" in {hit.rule for hit in report.hits}
    assert (report.category, report.inferred) == ("medicine", "止痛片")


def test_a_guess_into_a_licensed_category_hides_no_finding() -> None:
    report = check(Copy.of("治疗头痛", product="止痛片"), checks=(ByCategory(),))
    assert "x.ordinary" in {hit.rule for hit in report.hits}
    assert report.verdict == "block"


def test_a_given_category_is_not_guessed() -> None:
    report = check(Copy.of("治疗头痛", product="止痛片", category="food"), checks=(ByCategory(),))
    assert (report.category, report.inferred) == ("food", "")


def test_words_found_under_the_nearer_law_are_not_found_twice() -> None:
    class Grave(ByCategory):
        def hits(self, copy: Copy) -> list[Hit]:
            """Find the same words, as grave in either category."""
            (hit,) = super().hits(copy)
            why = {"zh": "因", "en": hit.rule}
            return [Hit(hit.rule, "block", 0, 0, 2, hit.text, why, why)]

    report = check(Copy.of("治疗头痛", product="止痛片"), checks=(Grave(),))
    assert [hit.rule for hit in report.hits] == ["x.medicine"]


def test_an_inference_that_fails_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise CategoryError("zh.toml: gone")

    monkeypatch.setattr(engine, "infer", broken)
    report = check(Copy.of("今天天气好"))
    assert report.verdict == "block"
    assert "gate.error" in {hit.rule for hit in report.hits}


def test_the_rendered_report_names_the_category_and_the_word() -> None:
    copy = Copy.of("每日一粒", product="氨糖软骨素胶囊")
    assert "商品类别（由“胶囊”推断）: health_food" in render(copy, check(copy), language="zh")
    assert "inferred from “胶囊”" in render(copy, check(copy), language="en")


def test_a_word_of_two_categories_is_refused() -> None:
    owner: dict[tuple[str, str], str] = {}
    table = {"declared": [], "nouns": ["胶囊"], "text": []}
    categories._checked("zh.toml", "food", table, owner)
    with pytest.raises(CategoryError, match=r"\[medicine\]: '胶囊' is in \[food\] too"):
        categories._checked("zh.toml", "medicine", table, owner)
