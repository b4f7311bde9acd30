"""The review queue: which candidates a person sees, in which order, and what each row says."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, QuerySet
from django.http import QueryDict

from creatives.actions.allowed import languages_of
from creatives.models import Candidate, Finding, Placement, Report
from creatives.models.brief import Language
from creatives.permissions import hands_of
from creatives.states import CandidateStatus, Severity
from creatives.workbench.paging import Page, number, page_of
from creatives.workbench.words import age
from tenants import scope
from tenants.models import Client

#: The tabs in order. What waits for a decision comes oldest first, what is decided newest first.
TABS = (
    CandidateStatus.IN_REVIEW, CandidateStatus.PROPOSED, CandidateStatus.APPROVED,
    CandidateStatus.BLOCKED, CandidateStatus.REJECTED,
)  # fmt: skip
WAITING = frozenset({CandidateStatus.IN_REVIEW, CandidateStatus.PROPOSED})
EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to; an unknown word in the address narrows nothing."""

    status: str = CandidateStatus.IN_REVIEW
    client: int | None = None
    placement: str = ""
    language: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Filter":
        """Read the filter from a page's address."""
        status, language = query.get("status", ""), query.get("language", "")
        placement = query.get("placement", "")
        return cls(
            status=status if status in TABS else CandidateStatus.IN_REVIEW,
            client=number(query, "client"),
            placement=placement if placement.replace("_", "").isalnum() else "",
            language=language if language in Language.values else "",
        )

    def address(self, **other: Any) -> str:
        """Return the filter as the query of an address, with `other` in place of its own."""
        mine = {
            "status": self.status, "client": self.client, "placement": self.placement,
            "language": self.language, **other,
        }  # fmt: skip
        return urlencode({key: value for key, value in mine.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    candidate: Candidate
    excerpt: str
    counts: list[tuple[str, str, int]]  # severity, its name, how many
    own: bool
    age: str


def readable(user: Any) -> QuerySet[Candidate]:
    """Return the candidates that `user` works on: a reviewer reads the membership's languages."""
    rows: QuerySet[Candidate] = Candidate.objects.all()
    view = scope.current()
    languages = languages_of(user) if view.may("review") and not view.may("write") else []
    return rows.filter(language__in=languages) if languages else rows


def narrowed(wanted: Filter, user: Any) -> QuerySet[Candidate]:
    """Return what `user` sees under `wanted`, whatever its status."""
    rows = readable(user)
    if wanted.client:
        rows = rows.filter(client=wanted.client)
    if wanted.placement:
        rows = rows.filter(placement=wanted.placement)
    if wanted.language:
        rows = rows.filter(language=wanted.language)
    return rows


def listed(wanted: Filter, query: QueryDict, user: Any) -> tuple[list[Row], Page]:
    """Return the rows of the page that `query` asks for, with a constant number of queries."""
    found = narrowed(wanted, user).filter(status=wanted.status)
    found = found.select_related("client", "placement", "run__brief__product").defer("run__inputs")
    page = page_of(found, query, oldest_first=wanted.status in WAITING)
    counts, hands = counts_of(page.rows), hands_of(page.rows)
    rows = [
        Row(row, row.text[:EXCERPT], counts[row.pk], user.pk in hands[row.pk], age(row.created_at))
        for row in page.rows
    ]
    return rows, page


def counts_of(candidates: list[Candidate]) -> dict[int, list[tuple[str, str, int]]]:
    """Return by candidate how many open findings of each severity its latest report has."""
    latest = (
        Report.objects.filter(candidate__in=candidates).order_by()
        .values("candidate").annotate(latest=Max("pk")).values("latest")
    )  # fmt: skip
    found = (
        Finding.objects.filter(report__in=latest, cleared="").order_by()
        .values_list("candidate", "severity").annotate(Count("pk"))
    )  # fmt: skip
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for candidate, severity, count in found:
        counts[candidate][severity] = count
    return defaultdict(list, {
        candidate: [
            (severity.value, str(severity.label), severities[severity])
            for severity in Severity
            if severity in severities
        ]
        for candidate, severities in counts.items()
    })  # fmt: skip


def tabs(wanted: Filter, user: Any) -> list[dict[str, Any]]:
    """Return the tabs with how many rows are behind each."""
    counted = narrowed(wanted, user).order_by().values_list("status").annotate(Count("pk"))
    counts = dict(counted)
    return [
        {
            "label": tab.label,
            "count": counts.get(tab.value, 0),
            "address": wanted.address(status=tab.value),
            "here": tab.value == wanted.status,
        }
        for tab in TABS
    ]


def choices() -> dict[str, Any]:
    """Return what the list can be narrowed to: only what the person may see."""
    return {
        "clients": list(Client.objects.all()),
        "placements": list(Placement.objects.filter(retired=False)),
        "languages": Language.choices,
    }


def beside(user: Any, wanted: Filter, at: int) -> tuple[int | None, int | None]:
    """Return the ids before and after the candidate `at` in the list under `wanted`."""
    ids = narrowed(wanted, user).filter(status=wanted.status).values_list("pk", flat=True)
    lower = ids.filter(pk__lt=at).order_by("-pk").first()
    higher = ids.filter(pk__gt=at).order_by("pk").first()
    return (lower, higher) if wanted.status in WAITING else (higher, lower)


def next_for(user: Any, wanted: Filter, *, after: int, look_at: int = 100) -> Candidate | None:
    """Return the next candidate in review that `user` may decide on, from `after` on and around."""
    waiting = narrowed(wanted, user).filter(status=CandidateStatus.IN_REVIEW)
    if languages := languages_of(user):
        waiting = waiting.filter(language__in=languages)
    waiting = waiting.select_related("run__brief").defer("run__inputs").order_by("pk")
    for part in (waiting.filter(pk__gt=after), waiting.filter(pk__lt=after)):
        rows = list(part[:look_at])
        hands = hands_of(rows)
        for row in rows:
            if user.pk not in hands[row.pk]:
                return row
    return None
