"""Words of denial and warning let go what denies or warns, and are no cover for a claim beside them."""

import pytest

from compliance.base import Copy
from compliance.engine import TEXT_CHECKS, check

COVERED = {
    "zh": (
        "三天治愈糖尿病，欢迎拨打400热线",
        "不做手术也能治愈鼻炎",
        "银行提示：本理财保本保息，年化收益12%",
        "防范心梗脑梗，首选本品溶解血栓",
        "三天治愈糖尿病，绝不是骗局",
        "本品根治痛风，绝无虚假宣传",
        "让糖尿病已成历史，本品根治糖尿病",
        "凡以旧换新的客户，承诺三个月根治风湿",
        "不承诺空话，只保证三天治愈湿疹",
        "警惕血栓就喝它，七天溶解血栓",
        "并非手术也能根治近视",
        "不提供假药，只提供根治糖尿病的秘方",
        "他们都是骗局，只有我们根治糖尿病",
        "消费者协会提醒：认准本品，治愈率98%",
        "您得了糖尿病吗？不一定要打针，本品根治",
        "如何避免癌症？每天一杯，防癌抗癌",
    ),
    "en": (
        "Not only does it cure arthritis, it prevents cancer too.",
        "This doesn't guarantee weight loss - it forces it: lose 10lb in 2 weeks, guaranteed",
        "It is not a medicine but it cures diabetes in 30 days",
        "Does it cure eczema? Yes, in three days.",
        "Don't believe them: our capsules cure depression",
        "Unlike scams, our fund guarantees 12% returns with no risk",
        "We do not sell snake oil. Our drops reverse hearing loss.",
        "Never worry about cancer again - our tea kills tumours",
        "The charity says: our magnets cure arthritis",
    ),
}
DENIED = {
    "zh": (
        "凡宣称三天治愈糖尿病的，都是骗局，请勿相信",
        "警方提醒：宣称保本高收益的理财都是诈骗，切勿轻信",
        "本品为普通食品，不具有疾病预防、治疗功能",
    ),
    "en": ("This food supplement is not intended to diagnose, treat, cure or prevent any disease",),
}


@pytest.mark.parametrize(
    ("language", "text"), [(key, text) for key, texts in COVERED.items() for text in texts]
)
def test_a_denial_beside_a_claim_does_not_cover_it(language: str, text: str) -> None:
    market = "cn" if language == "zh" else "uk"
    report = check(Copy.of(text, language=language, market=market), checks=TEXT_CHECKS)
    assert report.verdict in ("block", "evidence")


@pytest.mark.parametrize(
    ("language", "text"), [(key, text) for key, texts in DENIED.items() for text in texts]
)
def test_a_denial_or_a_warning_is_let_go(language: str, text: str) -> None:
    market = "cn" if language == "zh" else "uk"
    report = check(Copy.of(text, language=language, market=market), checks=TEXT_CHECKS)
    assert report.verdict in ("pass", "warn")
