"""What a regulator has to approve goes out as it was approved, or not at all."""

import pytest
from django.core.exceptions import ValidationError

from creatives.models import ProductFact
from tenants import scope
from tests import builders
from tests.creatives.conftest import people

pytestmark = pytest.mark.django_db
APPROVED = "本品用于日常护理，请按说明书使用。"
NUMBER = "国药广审（文）第250101-00001号"


@pytest.fixture
def agency():
    return people()


def candidate(agency, text, **fact):
    product = builders.product(agency.client, "某某片", category="medicine", facts=[
        {"kind": "approval_number", "value": NUMBER, "expires_on": "2099-01-01", **fact}
    ])  # fmt: skip
    brief = builders.brief(agency.client, by=agency.ann, about=product)
    return builders.candidate(builders.run(brief, by=agency.ann), text)


def rules(row):
    with scope.organization(row.organization_id):
        return {finding.rule for finding in row.report.findings.all()}


def test_the_text_as_it_was_approved_has_no_such_finding(agency):
    row = candidate(agency, APPROVED, approved_text=APPROVED)
    assert not any(rule.endswith("text_changed") for rule in rules(row))


def test_a_changed_word_blocks(agency):
    row = candidate(agency, APPROVED.replace("日常", "每日"), approved_text=APPROVED)
    assert row.verdict == "block"
    assert any(rule.endswith("text_changed") for rule in rules(row))


def test_only_an_approval_number_has_an_approved_text(agency):
    product = builders.product(agency.client, "某某杯")
    fact = ProductFact(
        product=product, kind="feature", value="500 ml", approved_text="x", **product.owners
    )
    with pytest.raises(ValidationError, match="approved_text|Only|仅限"):
        fact.full_clean()
