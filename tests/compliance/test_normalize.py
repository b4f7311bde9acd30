"""The normaliser: exact maps back, idempotence, and the name of each trick."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.folding import FULL, bare
from compliance.normalize import STEADY, normalize
from compliance.squeezing import MAY_BE_NOISE, squeeze

TRICKY = st.sampled_from(
    "国家级最佳best 12，。,.\n\t *·-_#%/|\u200b\u200d\ufe0f\u0332\ud800🔥㎏ﬁ①½ＡＢİ…´™'’"
    "ˉˇꞏーㆍǀáǖ々"
)
TEXTS = st.text(alphabet=st.one_of(TRICKY, st.characters()), max_size=60)


@pytest.mark.parametrize(
    ("text", "squeezed", "undone"),
    [
        ("ｂｅｓｔ", "best", ("width",)),
        ("１００％", "100%", ("width",)),
        ("国\u200b家\u200d级", "国家级", ("zero_width",)),
        ("国\u202e家级", "国家级", ("zero_width",)),
        ("国\ufe0f家\u0332级", "国家级", ("zero_width",)),
        ("国*家·级", "国家级", ("symbols",)),
        ("国🔥家🔥级", "国家级", ("symbols",)),
        ("国 家\u3000级", "国家级", ("spaces",)),
        ("国\n家\n级", "国家级", ("spaces",)),
        ("国，家，级", "国家级", ("symbols",)),
        ("b e s t", "best", ("spaces",)),
        ("b.e.s.t", "best", ("symbols",)),
        ("be\u00adst", "best", ("zero_width",)),
        ("gUaRanteed", "guaranteed", ("case",)),
        ("NO①", "no1", ("numbers",)),
        ("第㊀", "第一", ("numbers",)),
        ("Ⅻ", "12", ("numbers",)),
        ("國家級", "国家级", ("traditional",)),
        ("c.u.r.e.s c.a.n.c.e.r", "cures cancer", ("symbols",)),
        ("b e s t   p r i c e", "best price", ("spaces",)),
        ("最 c.u.r.e.s c.a.n.c.e.r 佳", "最cures cancer佳", ("symbols", "spaces")),
        ("100 % 有效", "100%有效", ("spaces",)),
        ("顶ˉ级", "顶级", ("symbols",)),
        ("国ˇ家ꞏ级", "国家级", ("symbols",)),
        ("国ー家ㆍ级", "国家级", ("symbols",)),
        ("国ｰ家ǀ级", "国家级", ("symbols",)),
        ("国ˉ*家", "国家", ("symbols",)),
    ],
)
def test_each_disguise_is_removed_and_named(text, squeezed, undone) -> None:
    normal = normalize(text)
    assert normal.squeezed == squeezed
    assert normal.undone_squeezed(0, len(squeezed)) == undone


@pytest.mark.parametrize(
    "text",
    ["面包，治愈系", "The best, I think", "Best", "BEST OFFER", "a cup of tea", "第一，质地轻薄。"]
    + ["人々", "日々是好日", "コーヒー", "顶ー"],
)
def test_plain_text_keeps_its_words_apart_and_shows_no_trick(text) -> None:
    normal = normalize(text)
    assert normal.squeezed == text.lower()
    assert normal.undone(0, len(text)) == ()


def test_offsets_lead_back_across_an_emoji_and_a_spelled_out_sign() -> None:
    normal = normalize("😀㎏国*家级")
    start = normal.squeezed.index("国家级")
    assert normal.original[slice(*normal.source(start, start + 3))] == "国*家级"


def test_a_lone_surrogate_becomes_one_replacement_character() -> None:
    assert normalize("a\ud800b").folded == "a\ufffdb"


@given(TEXTS)
def test_dropping_accents_moves_no_offset(text: str) -> None:
    normal = normalize(text)
    assert len(normal.bare) == len(normal.squeezed)
    assert normalize(normal.bare).bare == normal.bare


@given(TEXTS)
def test_folding_is_one_to_one(text: str) -> None:
    assert len(normalize(text).folded) == len(text)


@given(TEXTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize(text)
    assert normalize(once.squeezed).squeezed == once.squeezed
    assert normalize(once.folded).folded == once.folded


@given(TEXTS)
def test_every_squeezed_character_comes_from_one_place_in_order(text: str) -> None:
    normal = normalize(text)
    spans = [normal.source(at, at + 1) for at in range(len(normal.squeezed))]
    assert all(end == start + 1 for start, end in spans)
    assert spans == sorted(spans)
    for at, (start, _) in enumerate(spans):
        assert normal.squeezed[at] in FULL[ord(text[start])]


@given(st.text(alphabet=st.sampled_from("国家级最佳best ab 1，。,.\n*·-_#%/+|'"), max_size=40))
def test_the_shortcut_for_plain_text_never_hides_noise(text: str) -> None:
    full = text.translate(FULL)
    if not MAY_BE_NOISE.search(full):
        assert squeeze(full)[0] == full


def test_what_needs_no_table_folds_to_itself() -> None:
    steady = [chr(code) for code in range(0x110000) if STEADY.fullmatch(chr(code))]
    assert len(steady) > 15_000
    assert "".join(steady).translate(FULL) == "".join(steady)
    assert bare("".join(steady)) == "".join(steady)


@given(st.text(alphabet=st.sampled_from("国a1 ,，*\n"), max_size=14))
def test_lone_characters_set_apart_are_never_taken_for_plain_text(text: str) -> None:
    full = text.translate(FULL)
    assert normalize(text).squeezed == squeeze(full)[0]
