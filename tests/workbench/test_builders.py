"""The builders make what they say they make."""

import pytest

from creatives.states import CandidateStatus, Verdict
from tests import builders

pytestmark = pytest.mark.django_db


def test_candidates_go_where_their_verdict_sends_them() -> None:
    agency = builders.organization()
    writer = builders.member(agency, "writer", roles=["writer"])
    run = builders.run(builders.brief(builders.client(agency), by=writer), by=writer)
    clean = builders.candidate(run, builders.CLEAN)
    evidence = builders.candidate(run, builders.EVIDENCE)
    blocked = builders.candidate(run, builders.BLOCKED)
    assert (clean.verdict, clean.status) == (Verdict.PASS, CandidateStatus.IN_REVIEW)
    assert (evidence.verdict, evidence.status) == (Verdict.EVIDENCE, CandidateStatus.IN_REVIEW)
    assert (blocked.verdict, blocked.status) == (Verdict.BLOCK, CandidateStatus.BLOCKED)
