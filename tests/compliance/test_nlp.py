"""The spaCy components: the engine's findings, as spans on a Doc."""

import subprocess
import sys

import pytest
import spacy

from compliance import nlp
from compliance.base import Copy
from compliance.checks.rules import PackCheck
from compliance.engine import check

TEXTS = [
    ("zh", "采用顶级天然成分，不含任何人工添加剂，纯天然"),
    ("zh", "😀 人民大会堂同款，NO.1 品牌，治\u200b疗糖尿病"),
    ("zh", "早安，来一杯热燕麦"),
    ("zh", ""),
    ("en", "The softest sofa in the world, 100% safe. This shit cures cancer!"),
    ("en", "A smooth  oat drink"),
]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_the_components_find_what_the_engine_finds(language: str, text: str) -> None:
    market = {"zh": "cn", "en": "us"}[language]
    report = check(Copy.of(text, language=language, market=market), checks=[PackCheck()])
    doc = nlp.build(language)(text)
    found = {(hit["rule"], hit["start"], hit["end"]) for hit in doc.spans["findings"].attrs["hits"]}
    assert found == {(hit.rule, hit.start, hit.end) for hit in report.hits}
    for span, hit in zip(doc.spans["findings"], doc.spans["findings"].attrs["hits"], strict=True):
        assert span.label_ == hit["rule"]
        assert span.start_char <= hit["start"]
        assert hit["end"] <= span.end_char


def test_each_component_finds_its_own_kind() -> None:
    pipeline = nlp.build("zh")
    pipeline.disable_pipe("exaggeration")
    doc = pipeline("顶级品质，人民大会堂同款")
    assert [span.label_ for span in doc.spans["findings"]] == ["cn_adlaw.state.organ"]


def test_chinese_is_cut_into_characters() -> None:
    assert [token.text for token in nlp.build("zh").make_doc("顶级品质")] == list("顶级品质")


def test_a_pipeline_goes_to_disk_and_back(tmp_path) -> None:
    nlp.build("zh", category="food").to_disk(tmp_path / "gates")
    again = spacy.load(tmp_path / "gates")
    assert again.pipe_names == ["sensitive_words", "exaggeration"]
    doc = again("预防糖尿病")
    assert {span.label_ for span in doc.spans["findings"]} >= {"cn_food_health.food.disease"}


def test_a_gate_error_is_raised_and_not_written_as_a_clean_doc() -> None:
    with pytest.raises(RuntimeError, match="unknown category"):
        nlp.build("zh", category="toys")("早安")


def test_importing_it_neither_imports_torch_nor_bars_it() -> None:
    script = "import sys, compliance.nlp\nassert 'torch' not in sys.modules\n"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_plain_check_does_not_import_spacy() -> None:
    script = (
        "import sys\n"
        "from compliance.engine import check\n"
        "from compliance.base import Copy\n"
        "assert check(Copy.of('顶级')).verdict == 'block'\n"
        "assert 'spacy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
