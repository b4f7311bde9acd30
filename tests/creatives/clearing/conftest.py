"""An office whose gates find what a test says, and the steps that people take there."""

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

import compliance.base as base
from creatives.actions import clear as steps
from creatives.errors import Refused
from creatives.models import (
    Candidate,
    Claim,
    Clearance,
    Finding,
    Report,
    Substantiation,
)
from tenants import scope
from tests import builders

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()  # by the agency's calendar
ORDER = ("field", "start", "id")
TEXT = "全国销量冠军，今天开卖。"
HIT = base.Hit("t.rank", "block", 0, 0, 6, "全国销量冠军", {"zh": "排名", "en": "rank"},
               {"zh": "改", "en": "mend"}, "《中华人民共和国广告法》", "9(3)",
               evidence=("market_study",), exemptions=("4",))  # fmt: skip


@pytest.fixture
def law(monkeypatch):
    """The gates as a test wants them: its hits, then what people cleared."""
    from compliance import engine

    found = SimpleNamespace(hits=[HIT])

    class Fixed:
        id = "fixed"

        def hits(self, copy):
            yield from (hit for hit in found.hits if hit.text in copy.fields[0].text)

    monkeypatch.setattr(engine, "CHECKS", (Fixed(),))
    return found


@pytest.fixture
def office(agency, law, settings, tmp_path):
    """lea and lou are lawyers; rex reviews and is none."""
    settings.FEED_ROOT, settings.MEDIA_ROOT = tmp_path / "feed", tmp_path / "media"
    for name in ("lea", "lou"):
        person = builders.member(agency.north, name, roles=["reviewer"], disciplines=["legal"])
        builders.assigned(agency.client, person)
        setattr(agency, name, person)
    brief = builders.brief(agency.client, by=agency.ann)
    agency.run = builders.run(brief, by=agency.ann)
    agency.product = brief.product
    agency.copy = builders.candidate(agency.run, TEXT)
    return agency


def paper(office, text="全国销量冠军", product=None, **rest):
    product = product or office.product
    claim, _made = Claim._base_manager.get_or_create(
        product=product, text=text, language="zh", **product.owners
    )
    columns = {"issuer": "甲研究院", "title": "市场报告", "region": "全国",
               "dated_on": TODAY, **rest}  # fmt: skip
    return Substantiation._base_manager.create(claim=claim, **columns, **product.owners)


def latest(candidate):
    return Report._base_manager.filter(candidate=candidate).latest("id")


def finding_of(candidate, at=0):
    return list(Finding._base_manager.filter(report=latest(candidate)).order_by(*ORDER))[at]


def clear(office, by, ground="dismissed", candidate=None, reason="规则在此不适用", **rest):
    with builders.acting(by):
        finding = rest.pop("finding", None) or finding_of(candidate or office.copy)
        return steps.clear(
            finding, by=by, ground=ground, reason=reason,
            **{"report_id": latest(finding.candidate).pk, **rest},
        )  # fmt: skip


def refused(expected, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        clear(*args, **kwargs)
    assert caught.value.code == expected
    assert not Clearance._base_manager.filter(ground=kwargs.get("ground", "dismissed")).exists()


def fresh(candidate):
    return Candidate._base_manager.get(pk=candidate.pk)


def status(candidate):
    return fresh(candidate).status


def support(row):
    with scope.organization(row.organization_id):
        return steps.support(row)


@pytest.fixture
def absolute(office, law):
    """A candidate with one finding under an absolute rule."""
    law.hits = [replace(HIT, absolute=True)]
    return builders.candidate(office.run, TEXT)
