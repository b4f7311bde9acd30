"""Frames of a claim: they need proof where they stand alone, and only warn beside the claim itself."""

from dataclasses import replace

import pytest

from compliance.base import Clearance, Copy, Hit
from compliance.engine import check
from compliance.packs.schema import Rule

WHY = {"zh": "因", "en": "why"}
FRAME = Hit("t.frame", "evidence", 0, 0, 2, "亲测", WHY, WHY, supporting=True)
CLAIM = Hit("t.claim", "evidence", 0, 2, 4, "有效", WHY, WHY)
TEXT = Copy.of("亲测有效")


class Fixed:
    """A check that finds what it is given."""

    id = "fixed"

    def __init__(self, *found: Hit) -> None:
        self.found = found

    def hits(self, copy: Copy) -> list[Hit]:
        """Return the hits."""
        return list(self.found)


def severities(*found: Hit, copy: Copy = TEXT) -> dict[str, str]:
    """Return what the engine says of each rule."""
    return {hit.rule: hit.severity for hit in check(copy, checks=(Fixed(*found),)).hits}


def test_alone_it_asks_for_evidence() -> None:
    other = replace(FRAME, rule="t.other", start=2, end=4, text="有效")
    assert severities(FRAME, other) == {"t.frame": "evidence", "t.other": "evidence"}


@pytest.mark.parametrize("severity", ["block", "evidence"])
def test_beside_a_claim_it_only_warns(severity: str) -> None:
    graver = replace(CLAIM, severity=severity)
    assert severities(FRAME, graver) == {"t.frame": "warn", "t.claim": severity}


@pytest.mark.parametrize("severity", ["warn", "info"])
def test_what_only_warns_does_not_speak_for_it(severity: str) -> None:
    assert severities(FRAME, replace(CLAIM, severity=severity))["t.frame"] == "evidence"


def test_once_the_claim_is_cleared_it_asks_again() -> None:
    said = Clearance("t.claim", 0, 2, 4, "有效", "dismissed")
    assert severities(FRAME, CLAIM, copy=replace(TEXT, clearances=(said,)))["t.frame"] == "evidence"


RULE = {
    "id": "t.frame", "kind": "exaggeration", "severity": "evidence", "statute": "FTC Act",
    "article": "5", "terms": ["亲测"], "reason": WHY, "suggestion": WHY, "supporting": True,
}  # fmt: skip


def test_a_rule_says_that_it_is_supporting() -> None:
    assert Rule.model_validate(RULE).supporting


@pytest.mark.parametrize("severity", ["block", "warn", "info"])
def test_only_a_rule_that_asks_for_evidence_can_be(severity: str) -> None:
    with pytest.raises(ValueError, match="only a rule of severity evidence"):
        Rule.model_validate(RULE | {"severity": severity})
