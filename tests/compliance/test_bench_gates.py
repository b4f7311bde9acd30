"""The measurements themselves, on small sizes: what is counted, not how fast it is."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from compliance.base import Copy
from compliance.bench import evading, gates
from compliance.bench.loading import loading
from compliance.bench.speed import linearity, speed
from compliance.bench.texts import ADVERSARIAL, clean_ads, flagged_ads, long_text, pseudo_terms
from compliance.engine import TEXT_CHECKS, check


def verdict(text: str) -> str:
    return check(Copy.of(text), checks=TEXT_CHECKS).verdict


def test_clean_ads_are_clean_different_and_of_the_length():
    ads = clean_ads(200)
    assert len(set(ads)) == 200 and {len(ad) for ad in ads} == {110}
    assert {verdict(ad) for ad in ads} == {"pass"}
    assert ads == clean_ads(200)


def test_flagged_ads_hold_a_term_at_the_same_length():
    ads = flagged_ads(clean_ads(50), ["全网最低价"])
    assert {len(ad) for ad in ads} == {110}
    assert {verdict(ad) for ad in ads} == {"block"}


def test_pseudo_terms_are_different_and_keep_out_of_the_ads():
    ads = clean_ads(50)
    terms = pseudo_terms(3_000, unlike=ads)
    assert len(set(terms)) == 3_000
    assert not any(term in ad for ad in ads for term in terms)
    assert terms == pseudo_terms(3_000, unlike=ads)


def test_long_texts_are_cut_at_the_length():
    assert long_text("7天", 5) == "7天7天7"
    assert len(ADVERSARIAL) >= 12


@pytest.mark.parametrize(("language", "least"), [("zh", 100), ("en", 60)])
def test_there_are_enough_blocked_terms(language, least):
    terms = evading.blocked_terms(language)
    assert len(terms) >= least and terms == sorted(set(terms))


def test_rules_for_some_categories_give_no_terms():
    terms = set(evading.blocked_terms("zh"))
    assert "全网最低价" in terms and "举杯" not in terms


def test_evasion_recall_counts_terms_times_carriers():
    result = evading.evasion_recall({"zh": 3, "en": 2}, misses=1)
    zh = result["zh"]
    assert zh["plain"]["of"] == 3 * 8 and result["en"]["plain"]["of"] == 2 * 8
    assert zh["evasions"]["zero_width"]["of"] == zh["plain"]["hits"]
    assert all(len(one["missed"]) <= 1 for one in zh["evasions"].values())
    assert zh["all_but_homophones"]["of"] == sum(
        one["of"] for name, one in zh["evasions"].items() if name != "homophones"
    )


def test_a_disguise_that_nothing_undoes_is_missed(monkeypatch):
    monkeypatch.setattr(evading, "EVASIONS", {"gone": lambda term, draw: "蓝色"})
    figure = evading.evasion_recall({"zh": 2})["zh"]["evasions"]["gone"]
    assert figure["value"] == 0.0 and figure["missed"] == ["蓝色"]


def test_a_hit_elsewhere_is_not_the_disguised_term():
    text = "全网最低价，这是蓝色"
    assert evading.seen(text, 0, 5, "zh")
    assert not evading.seen(text, 6, len(text), "zh")


def test_ordinary_copy_tells_which_rules_flag_it():
    result = evading.ordinary(["这件衬衫是蓝色的", "全网最低价", "a blue shirt"])
    assert (result["flagged"]["hits"], result["flagged"]["of"]) == (1, 3)
    assert sum(result["rules"].values()) >= 1
    assert result["examples"][0]["text"] == "全网最低价"


def test_speed_times_the_same_texts_on_both_sides():
    result = speed(terms=500, texts=10, rounds=2)
    assert result["list_terms"] == 500
    assert result["clean"]["positive"] == 0.0 and result["flagged"]["positive"] >= 0.5
    for kind in ("clean", "flagged"):
        assert result[kind]["texts"] == 10
        assert result[kind]["ratio_low"] <= result[kind]["ratio"] <= result[kind]["ratio_high"]


def test_linearity_measures_each_kind_at_each_length():
    result = linearity((100, 200))
    assert set(result) == {"clean", "flagged", *ADVERSARIAL}
    assert all(list(one["seconds"]) == [100, 200] for one in result.values())


def test_linearity_refuses_what_the_engine_refuses():
    with pytest.raises(ValueError, match="at most"):
        linearity((2_000_000,))


def test_loading_is_measured_in_processes_of_its_own():
    result = loading(terms=300, runs=1)
    assert set(result["warm"]["seconds"]) == {
        "import", "packs", "list", "english", "both", "spacy",
    }  # fmt: skip
    assert result["warm"]["verdict_seconds"] > 0
    assert result["memory_mb"]["python"] < result["peak_mb"]


def test_only_the_parts_that_were_asked_for():
    assert "copy" in gates.measure(["copy"], copy=["蓝色"])
    assert "copy" not in gates.measure(["copy"])
    with pytest.raises(ValueError, match="unknown part nothing"):
        gates.measure(["nothing"])


def test_the_command_prints_one_object_or_a_table(tmp_path):
    file = tmp_path / "copy.jsonl"
    file.write_text(json.dumps({"text": "全网最低价"}) + "\n\n" + json.dumps({"text": "蓝色"}))
    outs = []
    for form in (["--json"], []):
        out = StringIO()
        args = ["gates", "--only", "copy", "--copy", str(file), *form]
        call_command("bench", *args, stdout=out)
        outs.append(out.getvalue())
    assert json.loads(outs[0])["copy"]["flagged"]["value"] == 0.5
    assert outs[1].startswith("ordinary copy flagged: 0.500")


@pytest.mark.parametrize(("content", "why"), [("{", "not JSON"), ('{"a": 1}', "text is missing")])
def test_a_bad_line_of_ordinary_copy_is_named(tmp_path, content, why):
    file = tmp_path / "copy.jsonl"
    file.write_text('{"text": "a"}\n' + content)
    with pytest.raises(CommandError, match=rf"copy\.jsonl, line 2: .*{why}") as error:
        call_command("bench", "gates", "--only", "copy", "--copy", str(file))
    assert error.value.returncode == 2


def test_the_table_has_a_line_for_each_figure():
    result = {
        "evasions": evading.evasion_recall({"zh": 1}),
        "speed": speed(terms=50, texts=4, rounds=1),
        "linearity": linearity((50, 60)),
    }
    text = "\n".join(gates.lines(result))
    assert "all but homophones" in text and "spaced_han" in text and "spaCy" in text
