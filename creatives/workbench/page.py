"""The review page: one candidate with all that a person needs to decide on it."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Q, When

from compliance.base import FieldSpec
from compliance.counting import length
from creatives.models import Candidate, Event, Finding, Placement, Publication, Report, Review
from creatives.states import Decision, Severity, Verdict
from creatives.words import VERBS, here
from creatives.workbench.diff import Part, diff, pairs
from creatives.workbench.highlight import ghosts, segments
from creatives.workbench.words import DENIED, UNDONE, UNITS, said

SIBLINGS = 60
EVENTS = 200
HITS = 500
#: Highest first; what was cleared comes last.
_RANK = {shade: rank for rank, shade in enumerate([*Severity.values, "cleared"])}


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding as the page lists it; `number` ties it to its marks in the copy."""

    number: int
    finding: Finding
    where: str
    reason: str
    suggestion: str
    undone: list[str]
    stakes: Any = None  # `stakes.Stakes`, where the page shows them
    rewrites: Any = ()  # of `rewrites.Offer`, where the page offers them

    @property
    def rank(self) -> int:
        """Return how grave it is, 0 the gravest."""
        return _RANK[self.shade]

    @property
    def key(self) -> str:
        """Return the finding's id as a form carries it."""
        return str(self.finding.pk)

    @property
    def shade(self) -> str:
        """Return how it is marked: by its severity, or as "cleared"."""
        return "cleared" if self.finding.cleared else self.finding.severity

    @property
    def whole(self) -> bool:
        """Whether it is about the copy as a whole: nothing to mark."""
        return self.finding.start == self.finding.end


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a field: under which findings, and which of them end with it."""

    parts: list[tuple[str, str]]  # text, and its code point when nobody would see it
    severity: str = ""
    numbers: str = ""
    ending: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of the copy with its label and its length in the placement's way of counting."""

    name: str
    label: str
    text: str
    pieces: list[Piece]
    length: int
    limit: int | None
    counting: str
    unit: str

    @property
    def unseen(self) -> list[str]:
        """The code points in it that nobody would see, in order."""
        return [code for piece in self.pieces for _text, code in piece.parts if code]

    @property
    def over(self) -> bool:
        """Whether it is longer than the placement allows."""
        return self.limit is not None and self.length > self.limit


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one field since the parent."""

    label: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the history."""

    at: Any
    who: Any
    what: str
    note: str = ""
    verdict: str = ""
    discipline: str = ""
    sha256: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The names of a candidate's fields in the language of the interface."""

    placement: Placement
    fields: list[list[str]] = field(default_factory=list)

    def spec(self, name: str) -> FieldSpec | None:
        """Return the spec of field `name`; None when this release no longer has it."""
        return None if self.placement.retired else self.placement.spec.spec(name)

    def name(self, name: str) -> str:
        """Return the label of field `name`."""
        spec = self.spec(name)
        return here(spec.label) if spec else name

    def at(self, index: int) -> str:
        """Return the label of the field at `index`, numbered when the name repeats."""
        if index >= len(self.fields):
            return ""
        names = [name for name, _text in self.fields]
        label = self.name(names[index])
        if names.count(names[index]) == 1:
            return label
        return f"{label} {names[: index + 1].count(names[index])}"


def labels_of(candidate: Candidate) -> Labels:
    """Return the labels of `candidate`'s fields."""
    return Labels(candidate.placement, candidate.fields)


def hits_of(report: Report, labels: Labels) -> list[Hit]:
    """Return the findings of `report`, numbered in the order of the copy.

    Of more than `HITS` the gravest: nobody reads them all, and none of those may be missed.
    """
    cleared = ~Q(cleared="")
    whens = [When(cleared, then=98)]
    whens += [When(severity=word, then=place) for word, place in _RANK.items()]
    rank = Case(*whens, default=99)
    order = ("field", "start", "end", "pk")
    gravest = report.findings.order_by(rank, *order)[:HITS]
    listed = sorted(gravest, key=lambda row: tuple(getattr(row, name) for name in order))
    return [
        Hit(
            number, finding, labels.at(finding.field), here(finding.reason),
            here(finding.suggestion), [said(UNDONE, trick) for trick in finding.undone],
        )
        for number, finding in enumerate(listed, 1)
    ]  # fmt: skip


def unlisted_of(report: Report, hits: list[Hit]) -> int:
    """Return how many findings of `report` are not among `hits`, the list of `hits_of`."""
    return 0 if len(hits) < HITS else report.findings.count() - len(hits)


def fields_of(candidate: Candidate, labels: Labels, hits: list[Hit]) -> list[FieldView]:
    """Return the fields of `candidate` with `hits` marked in their places."""
    return [
        field_view(labels, index, text, [hit for hit in hits if hit.finding.field == index])
        for index, (_name, text) in enumerate(candidate.fields)
    ]


def field_view(labels: Labels, index: int, text: str, hits: list[Hit]) -> FieldView:
    """Return the field at `index` holding `text`, with `hits` marked."""
    name = labels.fields[index][0]
    spec = labels.spec(name)
    counting = spec.counting if spec else "characters"
    return FieldView(
        name=name, label=labels.at(index), text=text, pieces=pieces(text, hits),
        length=length(text, counting), limit=spec.limit if spec else None,
        counting=counting, unit=said(UNITS, counting),
    )  # fmt: skip


def pieces(text: str, hits: list[Hit]) -> list[Piece]:
    """Return `text` cut at the edges of `hits`; a piece under several shows the gravest."""
    found = []
    for segment in segments(text, [(hit.finding.start, hit.finding.end) for hit in hits]):
        over = [hits[index] for index in segment.over]
        gravest = min((hit.shade for hit in over), key=_RANK.__getitem__, default="")
        numbers = " ".join(str(hit.number) for hit in over)
        ending = tuple(hits[index] for index in segment.ending)
        found.append(Piece(list(ghosts(segment.text)), gravest, numbers, ending))
    return found


def not_flagged_of(report: Report, labels: Labels) -> list[dict[str, str]]:
    """Return what looked like a finding and was let go, with the reason."""
    return [
        {
            "text": span["text"],
            "where": labels.at(span["field"]),
            "because": here(span["because"]),
            "rule": span.get("rule", ""),
        }
        for span in report.not_flagged
    ]


def changes_of(candidate: Candidate, parent: Candidate | None, labels: Labels) -> list[Change]:
    """Return field by field what changed since `parent`."""
    if parent is None:
        return []
    return [
        Change(labels.name(name), diff(old, new))
        for name, old, new in pairs(parent.fields, candidate.fields)
        if old != new
    ]


def history_of(candidate: Candidate) -> list[Moment]:
    """Return what happened to `candidate` and its publications, newest first.

    A decision is told by its review, which knows more than its event.
    """
    publications = Publication.objects.filter(candidate=candidate).values_list("pk", flat=True)
    events = Event.objects.filter(subject_type="candidate", subject_id=candidate.pk)
    events |= Event.objects.filter(subject_type="publication", subject_id__in=publications)
    moments = [
        _moment(event)
        for event in events.select_related("actor").order_by("-pk")[:EVENTS]
        if event.verb not in ("approved", "rejected")
    ]
    reviews = Review.objects.filter(candidate=candidate).select_related("reviewer")
    moments += [_decided(review) for review in reviews]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _moment(event: Event) -> Moment:
    subject = f"{event.subject_id}" if event.subject_type == "publication" else ""
    note = event.note
    if event.verb == "denied":
        note = " · ".join(said(DENIED, word) for word in note.split(": "))
    return Moment(
        at=event.created_at, who=event.actor, what=said(VERBS, event.verb), note=note,
        verdict=event.data.get("verdict", ""), subject=subject,
    )  # fmt: skip


def _decided(review: Review) -> Moment:
    approved = review.decision == Decision.APPROVE
    return Moment(
        at=review.created_at, who=review.reviewer,
        what=said(VERBS, "approved" if approved else "rejected"), note=review.reason,
        discipline=review.get_discipline_display() if review.discipline else "",
        sha256=review.sha256,
    )  # fmt: skip


def verdict_label(verdict: str) -> str:
    """Return the verdict's name in the language of the interface."""
    return str(Verdict(verdict).label) if verdict in Verdict.values else verdict


def siblings_of(candidate: Candidate) -> list[Candidate]:
    """Return the candidates of the same run, this one included."""
    rows = Candidate.objects.filter(run=candidate.run_id).select_related("placement")
    return list(rows.order_by("placement", "slot", "pk")[:SIBLINGS])
