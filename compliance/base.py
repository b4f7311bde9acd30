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


@dataclass(frozen=True, slots=True, eq=False)
class WordList:
    """A list of words that an operator brought in: data with the version and digest of its own.

    `terms` may hold a hundred thousand strings, so a list is compared by its digest, and its automaton
    is built once a digest. `channels`, `markets` and `languages` narrow where it holds; empty is
    everywhere.
    """

    name: str
    version: str
    digest: str
    terms: tuple[str, ...]
    severity: Severity
    reason: Localized
    suggestion: Localized
    statute: str = ""
    article: str = ""
    markets: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WordList) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@dataclass(frozen=True, slots=True)
class AllowPhrase:
    """A phrase that a person approved as harmless: a hit of `rule` inside it is let go.

    `rule` is a rule id, a prefix of ids that ends in ".", or "" for every rule of law that is not
    absolute. Bans of a client or a brief and limits of a placement are let go by their full id alone.
    After the day `expires` (ISO 8601, "" is never) it lets nothing go.
    """

    phrase: str
    rule: str = ""
    because: str = ""
    approved_by: str = ""
    expires: str = ""


#: The three ways in which a person lets a finding go.
Ground = Literal["dismissed", "exempt", "substantiated"]


@dataclass(frozen=True, slots=True)
class Clearance:
    """A finding that was cleared: this rule on this span of this field, or this `subject`.

    `ref` names what it rests on: a code of the law ("6.5"), or the `id` of a substantiation. It holds
    to the end of the day `expires` (ISO 8601, "" is for good). `people` is how many different persons
    said so, `severity` the gravest that they saw: a finding that has become graver is not cleared.
    """

    rule: str
    field: int
    start: int
    end: int
    text: str
    ground: Ground
    ref: str = ""
    expires: str = ""
    people: int = 1
    severity: Severity = "block"
    subject: str = ""


@dataclass(frozen=True)  # without slots: `under` is in the way of every verdict
class Copy:
    """What is checked: the fields of one piece of copy and all that its lawfulness depends on.

    `generated` says that a machine wrote it, and `said` is what it was told to say: a figure that
    stands in neither `said`, the facts nor a substantiation is then nobody's.
    """

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
    lists: tuple[WordList, ...] = ()
    allowed: tuple[AllowPhrase, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    generated: bool = False
    said: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()  # rule ids and pack names that the organization switched off
    guessed: bool = False  # nobody gave the category: it was read from the name or the text

    @classmethod
    def of(cls, text: str, **rest: Any) -> "Copy":
        """Return a copy of one field named "text"."""
        return cls(fields=(Field("text", text),), **rest)

    def under(self, category: str, *, on: str, guessed: bool) -> "Copy":
        """Return this copy under a category, on a day: `dataclasses.replace` in a seventh of its time."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, category=category, on=on, guessed=guessed)
        return other


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check saw, as a value: which field, where, under which rule and law, and what to do.

    `field` is the index into `Copy.fields` (names repeat: a search ad has 15 headlines).
    A hit on the copy as a whole, such as a missing required word, has start = end = 0; `subject` is
    what it is about, the missing word itself, where a rule may find several.
    `undone` names each disguise that the normaliser removed to see it, e.g. ("zero_width",).
    `verified` is false where the article was cited without reading its original. `penalty`, `evidence`
    and `exemptions` are keys of `compliance.law`: what is at stake, which papers would prove the claim,
    on which grounds it may be exempt. An `absolute` hit can only be dismissed, by two people. A
    `supporting` one only warns beside an open finding that is none. `cleared`
    says on which ground a person cleared it; a cleared hit counts for no verdict.
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
    verified: bool = True
    absolute: bool = False
    penalty: str = ""
    evidence: tuple[str, ...] = ()
    exemptions: tuple[str, ...] = ()
    supporting: bool = False
    cleared: str = ""
    subject: str = ""


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
    """The outcome of all gates over one copy.

    `category` is the product category it was judged under; `inferred` is the word from which that was
    taken, "" where the copy named its category itself.
    """

    hits: tuple[Hit, ...]
    not_flagged: tuple[NotFlagged, ...]
    packs: tuple[PackRef, ...]
    category: str = ""
    inferred: str = ""

    @property
    def verdict(self) -> Verdict:
        """The highest severity among the hits that nobody cleared; `info` alone leaves "pass"."""
        found = {hit.severity for hit in self.hits if not hit.cleared}
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
