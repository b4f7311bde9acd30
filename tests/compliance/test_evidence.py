"""Substantiations clear what asks for evidence, and nothing else."""

import pytest

from compliance.base import Copy
from compliance.engine import check

TEXT = "不含任何人工添加剂，早安"
PROOF = {"text": "本品不含任何人工添加剂", "source": "检测报告 2026-17", "expires": "2026-12-31"}


def verdict(proof: dict, text: str = TEXT) -> str:
    return check(Copy.of(text, substantiations=(proof,), on="2026-06-01")).verdict


def test_evidence_in_force_lets_the_finding_go_and_says_whose_it_is() -> None:
    report = check(Copy.of(TEXT, substantiations=(PROOF,), on="2026-06-01"))
    assert report.verdict == "pass"
    assert "检测报告 2026-17" in report.not_flagged[0].because["zh"]


@pytest.mark.parametrize(
    "change",
    [
        {"expires": "2026-05-31"},
        {"source": " "},
        {"source": None},
        {"text": "不含防腐剂"},
        {"text": None},
        {"expires": 20261231},
        {"expires": 0},
        {"expires": False},
        {"expires": "31/12/2026"},
        {"expires": "2026-9-1"},
        {"expires": "never"},
        {"expires": "９９９９-12-31x"},
    ],
)
def test_evidence_that_is_expired_unsourced_or_about_something_else_clears_nothing(change) -> None:
    assert verdict({**PROOF, **change}) == "evidence"


def test_evidence_never_lifts_a_block() -> None:
    assert verdict({**PROOF, "text": "顶级"}, text="顶级燕麦") == "block"


def test_a_substantiation_of_the_wrong_shape_blocks() -> None:
    assert check(Copy.of(TEXT, substantiations=("proof",))).verdict == "block"


@pytest.mark.parametrize("expires", ["2026-06-01", "20260601", None, ""])
def test_evidence_is_in_force_through_its_last_day_and_without_one(expires) -> None:
    assert verdict({**PROOF, "expires": expires}) == "pass"
