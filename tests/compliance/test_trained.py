"""The trained models: what they may say, where they are asked, and that they fail closed."""

import hashlib
import json
from dataclasses import replace

import pytest

from compliance import trained
from compliance.base import AllowPhrase, Clearance, Copy, Hit
from compliance.checks.trained import TrainedCheck
from compliance.checks.trained import _clauses as clauses_of
from compliance.engine import check
from compliance.trained import KINDS, PLAIN, ROOT, ModelError, card, judge, labels
from compliance.trained.reading import features
from compliance.training import CorpusError, Row, corpus, measure, train, write

LANGUAGES = ("zh", "en")
ONLY = (TrainedCheck(),)
CLAIM = {
    "zh": "有效改善失眠，缓解关节炎",
    "en": "cured my arthritis with these gummies in two weeks",
}
PLAINLY = {"zh": "宽松版型，适合春秋两季", "en": "relaxed fit with two side pockets"}


@pytest.fixture
def forget():
    """Let no model or card outlive the test that meddles with them."""
    yield
    for cached in (trained.card, trained._pipeline, trained.cues_of):
        cached.cache_clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_corpus_is_large_varied_and_of_both_sorts(language: str) -> None:
    rows = corpus(language)
    assert sum(row.kind != PLAIN for row in rows) >= 1500
    assert sum(row.kind == PLAIN for row in rows) >= 1500
    assert sum(row.written for row in rows) >= 1500


def test_a_corpus_with_a_repeat_or_an_unknown_kind_is_refused(tmp_path) -> None:
    row = {"text": "三天见效", "kind": "efficacy", "group": "a"}
    path = tmp_path / "zh.jsonl"
    path.write_text(f"{json.dumps(row)}\n{json.dumps(row)}\n", "utf-8")
    with pytest.raises(CorpusError, match=r"zh.jsonl:2: .*line 1"):
        corpus("zh", tmp_path)
    path.write_text(json.dumps({**row, "kind": "magic"}), "utf-8")
    with pytest.raises(CorpusError, match="zh.jsonl:1: unknown kind 'magic'"):
        corpus("zh", tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_model_is_the_one_of_its_card_and_tells_a_claim(language: str) -> None:
    weights = (ROOT / f"{language}.model").read_bytes()
    assert card(language).weights == "sha256:" + hashlib.sha256(weights).hexdigest()
    (claim, kind), (plain, _) = judge(language, [CLAIM[language], PLAINLY[language]])
    assert kind in set(KINDS.values()) - {PLAIN}
    assert plain < 0.5 < claim


def test_all_weights_stay_small() -> None:
    kept = [*ROOT.glob("*.model"), *ROOT.glob("*.npz")]
    assert len(kept) == 2 * len(LANGUAGES)
    assert sum(path.stat().st_size for path in kept) < 5_000_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_claim_is_asked_for_evidence_or_shown_and_never_blocked(language: str) -> None:
    market = {"zh": "cn", "en": "uk"}[language]
    text = f"{PLAINLY[language]}. {CLAIM[language]}!"
    hits = check(Copy.of(text, language=language, market=market), checks=ONLY).hits
    assert hits
    for hit in hits:
        assert hit.severity in ("evidence", "warn")
        assert hit.rule.startswith("trained.")
        assert hit.statute and hit.article
        assert text[hit.start : hit.end] == hit.text
        assert PLAINLY[language] not in hit.text


def test_the_span_keeps_its_place_behind_full_width_letters() -> None:
    text = "Ａ款，保证三天见效，改善失眠。"
    for hit in check(Copy.of(text), checks=ONLY).hits:
        assert text[hit.start : hit.end] == hit.text


@pytest.mark.parametrize("text", ["宽松版型，适合春秋两季", "早安", "", "。，！", "a" * 4000])
def test_copy_without_a_cue_never_loads_a_model(text: str, monkeypatch) -> None:
    def loaded(*_: object) -> None:
        raise AssertionError("a model was asked")

    monkeypatch.setattr("compliance.checks.trained.judge", loaded)
    assert check(Copy.of(text), checks=ONLY).hits == ()


@pytest.mark.parametrize(
    "text", ["本产品不能代替药物治疗疾病", "not intended to cure or prevent any disease"]
)
def test_what_denies_a_claim_is_not_asked_about(text: str) -> None:
    assert check(Copy.of(text), checks=ONLY).hits == ()


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("不做手术，三天改善近视", "三天改善近视"),
        ("It's not a diet, you simply lose your belly fat", "you simply lose your belly fat"),
    ],
)
def test_a_not_in_another_clause_does_not_silence_it(text: str, clause: str) -> None:
    language = "en" if text.isascii() else "zh"
    assert clause in [one.text for one in clauses_of((text,), language)]


@pytest.mark.parametrize(
    "text",
    ["Not intended to diagnose, treat, cure or prevent any disease", "本品不用于预防、治疗疾病"],
)
def test_a_disclaimer_denies_its_whole_list(text: str) -> None:
    assert clauses_of((text,), "en" if text.isascii() else "zh") == ()


class Grave:
    """A check that finds the first character."""

    id = "grave"

    def hits(self, copy: Copy) -> list[Hit]:
        """Ask for evidence."""
        why = {"zh": "因", "en": "why"}
        return [Hit("x.y", "evidence", 0, 0, 1, copy.fields[0].text[:1], why, why)]


def test_it_is_not_asked_where_the_rules_have_found_something() -> None:
    report = check(Copy.of(CLAIM["zh"]), checks=(Grave(), TrainedCheck()))
    assert [hit.rule for hit in report.hits] == ["x.y"]


def _letting_go(text: str, how: str) -> Copy:
    """Return the copy of which people let every finding go, by clearances or by a phrase."""
    copy = Copy.of(text)
    if how == "allowed":
        return replace(copy, allowed=(AllowPhrase("全网最低价"),))
    hits = [hit for hit in check(copy).hits if hit.severity in ("block", "evidence")]
    cleared = [Clearance(h.rule, h.field, h.start, h.end, h.text, "dismissed") for h in hits]
    return replace(copy, clearances=tuple(cleared))


@pytest.mark.parametrize("how", ["dismissed", "allowed"])
@pytest.mark.parametrize("text", ["全网最低价！全国冠军", "全国冠军，全网最低价"])
def test_it_is_asked_about_the_rest_where_people_let_a_finding_go(text: str, how: str) -> None:
    report = check(_letting_go(text, how))
    assert report.verdict == "evidence"
    (hit,) = [hit for hit in report.hits if hit.rule.startswith("trained.")]
    assert hit.text == "全国冠军"
    assert text[hit.start : hit.end] == hit.text
    assert "trained_zh" in {pack.name for pack in report.packs}


@pytest.mark.parametrize("how", ["dismissed", "allowed"])
def test_it_is_not_asked_about_the_words_that_people_let_go(how: str) -> None:
    assert check(_letting_go("全网最低价", how)).verdict == "pass"


def test_what_it_found_can_be_let_go_too() -> None:
    copy = _letting_go("全网最低价！全国冠军", "dismissed")
    (hit,) = [hit for hit in check(copy).hits if not hit.cleared]
    own = Clearance(hit.rule, hit.field, hit.start, hit.end, hit.text, "dismissed")
    assert check(replace(copy, clearances=(*copy.clearances, own))).verdict == "pass"


def test_the_report_names_the_model_and_its_digest() -> None:
    packs = check(Copy.of(CLAIM["zh"]), checks=ONLY).packs
    assert card("zh").ref in packs
    assert card("zh").ref.name == "trained_zh"


@pytest.mark.parametrize("broken", ["missing", "altered"])
def test_a_model_that_cannot_be_trusted_blocks(broken: str, tmp_path, monkeypatch, forget) -> None:
    for name in ("zh.cues.txt", "zh.json", "zh.vectors.npz"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    if broken == "altered":
        (tmp_path / "zh.model").write_bytes((ROOT / "zh.model").read_bytes() + b"x")
    trained._pipeline.cache_clear()
    monkeypatch.setattr(trained, "ROOT", tmp_path)
    with pytest.raises(ModelError, match=r"trained/zh\.model"):
        judge("zh", ["三天见效"])
    report = check(Copy.of(CLAIM["zh"]), checks=ONLY)
    assert report.verdict == "block"
    assert {hit.rule for hit in report.hits} == {"gate.error"}


@pytest.mark.parametrize("clause", ["wǒmen de kāfēi hěn hǎo hē", "señor muñoz", "über zürich"])
def test_of_a_clause_whose_words_it_does_not_know_a_model_says_nothing(clause: str) -> None:
    assert judge("en", [clause])[0][0] == 0


def tiny() -> list[Row]:
    """Return a corpus in which every clause with 见效 claims something."""
    claims = [Row(f"{n}天见效第{n}款", "efficacy", f"a-{n}") for n in range(1, 40)]
    return claims + [Row(f"{n}厘米宽棉布，放心洗", PLAIN, f"b-{n}") for n in range(1, 40)]


def test_the_same_rows_and_seed_give_the_same_weights() -> None:
    first, second = (train("zh", tiny(), epochs=2).get_pipe("textcat").to_bytes() for _ in range(2))
    assert first == second


def test_measuring_asks_only_models_that_have_not_seen_the_group() -> None:
    measured = measure("zh", tiny(), epochs=120)
    assert (measured.claims, measured.plain) == (39, 39)
    assert measured.recall["warn"] > 0.9


def test_a_model_written_is_read_back(tmp_path, monkeypatch, forget) -> None:
    nlp = train("zh", tiny(), epochs=4)
    write("zh", nlp, measure("zh", tiny(), epochs=2), "9.9.9", tmp_path)
    (tmp_path / "zh.cues.txt").write_text("见效\n", "utf-8")
    for cached in (trained.card, trained._pipeline):
        cached.cache_clear()
    monkeypatch.setattr(trained, "ROOT", tmp_path)
    assert card("zh").ref.version == "9.9.9"
    ((score, _),) = judge("zh", ["8天见效第8款"])
    assert score == pytest.approx(1 - nlp(features("8天见效第8款")).cats[PLAIN], abs=1e-5)


def test_labels_are_those_of_the_kinds() -> None:
    assert labels() == ["education", "finance", "health", "offer", "plain", "property", "standing"]
