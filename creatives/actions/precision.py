"""How often a rule was right, by what people decided on its findings."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from compliance.clearing import FOUR_EYES
from compliance.intervals import wilson
from creatives.models import Clearance, Finding, Review
from creatives.models.evidence import Ground
from creatives.states import CandidateStatus, Decision, Severity


@dataclass(frozen=True, slots=True)
class Precision:
    """A rule's record in one agency.

    `upheld`: people exempted or substantiated the finding, or rejected copy that it held back: the rule
    was right to speak. `dismissed`: they said it was wrong there, two of them where it takes two. `low`
    and `high` bound the share upheld, a 95% Wilson interval.
    """

    rule: str
    upheld: int
    dismissed: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """The share upheld, None when nobody has judged a finding of the rule."""
        judged = self.upheld + self.dismissed
        return self.upheld / judged if judged else None


def precision() -> dict[str, Precision]:
    """Return the record of each rule on which people of the agency in force have decided.

    A finding is one rule on one span of one candidate, however often the gates found it again. Of copy
    that was rejected only what stood in its way counts, in the report that was decided on: a finding
    that asks for nothing may have had no part in the decision.
    """
    span = ("rule", "candidate", "field", "start", "end", "subject")
    spans = tuple(name if name == "candidate" else f"finding__{name}" for name in span)
    standing = Clearance.objects.filter(withdrawn_at=None)
    dismissed = _dismissed(standing.filter(ground=Ground.DISMISSED), spans)
    upheld = set(standing.exclude(ground=Ground.DISMISSED).values_list(*spans))
    decisions = Review.objects.filter(decision=Decision.REJECT)
    rejected = Finding.objects.filter(
        candidate__status=CandidateStatus.REJECTED, report__in=decisions.values("report"),
        severity__in=(Severity.BLOCK, Severity.EVIDENCE), cleared="",
    )  # fmt: skip
    upheld.update(rejected.values_list(*span))
    against = Counter(rule for rule, *_ in dismissed)
    in_favour = Counter(rule for rule, *_ in upheld - dismissed)
    return {
        rule: Precision(
            rule,
            in_favour[rule],
            against[rule],
            *wilson(in_favour[rule], in_favour[rule] + against[rule]),
        )
        for rule in sorted(against.keys() | in_favour.keys())
    }


def _dismissed(rows: Any, spans: tuple[str, ...]) -> set[tuple[Any, ...]]:
    """Return the spans that enough people dismissed: `FOUR_EYES` where the finding is absolute."""
    people: dict[tuple[Any, ...], set[int]] = {}
    absolute: set[tuple[Any, ...]] = set()
    for *place, by, strict in rows.values_list(*spans, "by", "finding__absolute"):
        people.setdefault(tuple(place), set()).add(by)
        if strict:
            absolute.add(tuple(place))
    return {
        place
        for place, who in people.items()
        if len(who) >= (FOUR_EYES if place in absolute else 1)
    }
