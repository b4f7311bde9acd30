"""Terms in disguise are found, ordinary words that only sound or look so are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.base import Copy
from compliance.disguise import Disguises
from compliance.engine import TEXT_CHECKS, check
from compliance.normalize import TRICKS, normalize
from compliance.restoring import Restored
from compliance.vocabulary import spelled
from compliance.wordlists import words

TERMS = ["国家级", "最佳", "第一", "唯一", "治疗", "极致", "no.1", "100%有效", "缠着妈妈买", "国旗"]
WORDS = ["guaranteed", "cures cancer", "free", "lose weight", "muslims"]
SEEN = Disguises([*TERMS, *WORDS])


def _read(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what of the original was read as what, and the tricks."""
    normal = normalize(text)
    edits = SEEN.edits(normal.bare, foreign=normal.bare != normal.squeezed)
    spans = [normal.source(edit.start, edit.end) for edit in edits]
    return [
        (text[slice(*span)], edit.instead, tuple(sorted(edit.tricks)))
        for edit, span in zip(edits, spans, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "said", "term", "trick"),
    [
        ("本品zui佳选择", "zui佳", "最佳", "pinyin"),
        ("国jia级品质", "国jia级", "国家级", "pinyin"),
        ("guojiaji的", "guojiaji", "国家级", "pinyin"),
        ("真正guo jia ji 品质", "guo jia ji", "国家级", "pinyin"),
        ("zui4jia1的", "zui4jia1", "最佳", "pinyin"),
        ("国加级品质", "国加级", "国家级", "homophones"),
        ("最加选择", "最加", "最佳", "homophones"),
        ("弟一品牌", "弟一", "第一", "homophones"),
        ("囗玉家级品质", "囗玉家级", "国家级", "split"),
        ("最亻圭选择", "最亻圭", "最佳", "split"),
        ("氵台疗", "氵台疗", "治疗", "split"),
        ("最隹选择", "最隹", "最佳", "look_alikes"),
        ("国国家家级级", "国国家家级级", "国家级", "repeats"),
        ("缠着着着妈妈买", "缠着着着妈妈买", "缠着妈妈买", "repeats"),
        ("第1品牌", "第1", "第一", "numbers"),
        ("第①品牌", "第①", "第一", "numbers"),
        ("第壹品牌", "第壹", "第一", "numbers"),
        ("no.壹品牌", "no.壹", "no.1", "numbers"),
        ("治.疗", "治.疗", "治疗", "symbols"),
        ("缠著妈妈买", "缠著妈妈买", "缠着妈妈买", "traditional"),
        ("gu4ranteed", "gu4ranteed", "guaranteed", "leet"),
        ("fr€€ gift", "fr€€", "free", "leet"),
        ("it cur3s!", "cur3s", "cures", "leet"),
        ("guaraaanteed", "guaraaanteed", "guaranteed", "repeats"),
        ("mυѕІims", "mυѕІims", "muslims", "look_alikes"),
    ],
)
def test_a_disguise_is_read_as_the_term(text: str, said: str, term: str, trick: str) -> None:
    assert _read(text) == [(said, term, (trick,))]


@pytest.mark.parametrize(
    "text",
    [
        "位移传感器",
        "作为一款好产品",
        "集美观为一身",
        "台湾",
        "各国国旗卡片",
        "机制和及至",
        "made in china, he can change",
        "不大不小的嘴角",
        "loose tea, a 5g SIM and an A4 sheet",
        "品质担保。第二，一切如常",
        "最佳 国家级 guaranteed free",
    ],
)
def test_ordinary_words_are_read_as_they_are(text: str) -> None:
    assert _read(text) == []


PIECES = st.sampled_from(
    [
        "国",
        "家",
        "级",
        "最",
        "佳",
        "加",
        "zui",
        "jia",
        "guo",
        " ",
        ".",
        "1",
        "①",
        "囗玉",
        "人",
        "圭",
    ]
    + ["最最", "第", "壹", "free", "fr33", "cur3s", "🔥", "\u200b", "é", "，", "%", "\ud800", "א"]
)


@given(st.one_of(st.lists(PIECES, max_size=20).map("".join), st.text(max_size=40)))
def test_edits_are_in_order_apart_and_name_their_tricks(text: str) -> None:
    read = normalize(text).bare
    at = 0
    for edit in SEEN.edits(read):
        assert at <= edit.start < edit.end <= len(read)
        assert edit.instead != read[edit.start : edit.end]
        assert edit.tricks and edit.tricks <= set(TRICKS)
        at = edit.end


@given(st.lists(PIECES, max_size=20).map("".join))
def test_every_place_of_a_restored_text_leads_back(text: str) -> None:
    read = normalize(text).bare
    edits = SEEN.edits(read)
    view = Restored(read, edits)
    for at in range(len(view.text)):
        start, end = view.source(at, at + 1)
        if view.undone(at, at + 1):
            assert any((edit.start, edit.end) == (start, end) for edit in edits)
        else:
            assert read[start:end] == view.text[at]


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_harmless_sentence_removes_no_reading(text: str) -> None:
    alone = [edit.instead for edit in SEEN.edits(normalize(text).bare)]
    more = [edit.instead for edit in SEEN.edits(normalize(f"{text}。\n今天天气不错").bare)]
    assert alone == more


def test_a_pattern_is_spelled_out_as_far_as_it_goes() -> None:
    assert spelled("第(?:一|1(?!\\d))品[牌质]") == {"第一品牌", "第一品质", "第1品牌", "第1品质"}
    assert spelled("治疗[^，]{0,4}(?:癌|瘤)") == {"治疗", "癌", "瘤"}
    assert spelled(r"no\.?\s?1") == {"no1", "no.1", "no 1", "no. 1"}


@pytest.mark.parametrize(
    ("text", "trick"),
    [
        ("本品zui佳选择", "pinyin"),
        ("国加级品质", "homophones"),
        ("國家級品質", "traditional"),
        ("弟一品牌", "homophones"),
        ("这茶c.u.r.e.s c.a.n.c.e.r", "symbols"),
        ("It cures c@ncer", "leet"),
        ("It сures саncer", "look_alikes"),
    ],
)
def test_rules_see_through_it_and_name_it(text: str, trick: str) -> None:
    report = check(Copy.of(text), checks=TEXT_CHECKS)
    assert any(trick in hit.undone for hit in report.hits if hit.severity in ("block", "evidence"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rosé wine", []),
        ("rose\u0301 wine", []),
        ("wǒmen de", []),
        ("Rose", ["Rose"]),
        ("guáranteed, gua\u0301ranteed", ["guáranteed", "gua\u0301ranteed"]),
        ("frее, fr€€", ["frее", "fr€€"]),
        ("国jia级", ["国jia级"]),
    ],
)
def test_a_banned_word_hides_in_no_disguise_but_is_no_other_word(text, found) -> None:
    banned = words(("rose", "guaranteed", "国家级", "women", "free"))
    finds = banned.find(normalize(text), disguised=True)
    assert [text[one.start : one.end] for one in finds] == found


def test_a_demanded_word_does_not_count_when_it_only_sounds_right() -> None:
    assert words(("国家级",)).find(normalize("国加级")) == []
