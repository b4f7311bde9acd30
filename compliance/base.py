"""The words the gates speak: `Copy` in, `Report` out, and the contract of a check.

Offsets are code points of the original text of one field, `start` inclusive, `end` exclusive.
Everything here is plain, immutable data, so it pickles, compares and goes into JSON.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from compliance.counting import length

Severity = Literal["block", "evidence", "warn", "info"]
Verdict = Literal["block", "evidence", "warn", "pass"]

#: Highest first. `info` never raises a verdict above `pass`.
SEVERITIES: tuple[Severity, ...] = ("block", "evidence", "warn", "info")
VERDICTS: tuple[Verdict, ...] = ("block", "evidence", "warn", "pass")

#: A text in the languages of the interface, e.g. {"zh": "…", "en": "…"}.
Localized = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One named field of a placement, e.g. the headline of a search ad.

    `limit` is the most one value may hold and `floor` the least, both in units of `counting`;
    `most`/`least` say how many values there may and must be. A limit that is not `firm` is advice of
    the platform: longer text is accepted, and cut off in the display.
    """

    name: str
    label: Localized
    limit: int
    counting: str = "characters"
    least: int = 1
    most: int = 1
    floor: int = 0
    firm: bool = True

    def over(self, text: str) -> int:
        """Return by how many units `text` is over the limit, 0 when it fits."""
        return max(0, length(text, self.counting) - self.limit)


@dataclass(frozen=True, slots=True)
class PlacementSpec:
    """A slot in a channel with its format: ordered fields, where and when the limits were read."""

    slug: str
    channel: str
    label: Localized
    fields: tuple[FieldSpec, ...]
    source: str
    checked_on: str  # ISO 8601 date

    def spec(self, name: str) -> FieldSpec | None:
        """Return the spec of field `name`, None if the placement has no such field."""
        return next((spec for spec in self.fields if spec.name == name), None)


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a copy: its name in the placement's schema, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TermList:
    """Words that a person, not a law, forbids or demands: `source` is "client" or "brief"."""

    source: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """What is checked: the fields of one piece of copy and all that its lawfulness depends on."""

    fields: tuple[Field, ...]
    language: str = "zh"
    market: str = "cn"
    category: str = ""
    product: str = ""
    channel: str = ""
    placement: PlacementSpec | None = None
    banned: tuple[TermList, ...] = ()
    required: tuple[TermList, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    substantiations: tuple[Mapping[str, Any], ...] = ()
    on: str = ""  # ISO 8601 date of publication, against which approvals expire; "" means today

    @classmethod
    def of(cls, text: str, **rest: Any) -> "Copy":
        """Return a copy of one field named "text"."""
        return cls(fields=(Field("text", text),), **rest)


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check saw, as a value: which field, where, under which rule and law, and what to do.

    `field` is the index into `Copy.fields` (names repeat: a search ad has 15 headlines).
    A hit on the copy as a whole, such as a missing required word, has start = end = 0.
    `undone` names each disguise that the normaliser removed to see it, e.g. ("zero_width",).
    """

    rule: str
    severity: Severity
    field: int
    start: int
    end: int
    text: str
    reason: Localized
    suggestion: Localized
    statute: str = ""
    article: str = ""
    undone: tuple[str, ...] = ()
    pack: str = ""


@dataclass(frozen=True, slots=True)
class NotFlagged:
    """A span that looked like a hit and was let go, and why."""

    field: int
    start: int
    end: int
    text: str
    because: Localized
    rule: str = ""


@dataclass(frozen=True, slots=True)
class PackRef:
    """Which rules were in force: name, semantic version and digest of their canonical JSON."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of all gates over one copy."""

    hits: tuple[Hit, ...]
    not_flagged: tuple[NotFlagged, ...]
    packs: tuple[PackRef, ...]

    @property
    def verdict(self) -> Verdict:
        """The highest severity among the hits; `info` alone leaves "pass"."""
        found = {hit.severity for hit in self.hits}
        return next((v for v in VERDICTS if v in found), "pass")

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON-ready data, verdict included."""
        return {"verdict": self.verdict, **asdict(self)}


@runtime_checkable
class Check(Protocol):
    """A gate. Pure: no clock, no network, no records; the same copy gives the same hits.

    Raising is safe: the engine turns any exception into a `block` (gates fail closed).
    """

    id: str

    def hits(self, copy: Copy) -> Iterable[Hit | NotFlagged]:
        """Yield what is wrong with `copy`, and what looked wrong and is not."""
        ...
