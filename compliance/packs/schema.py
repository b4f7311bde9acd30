"""The shape of a rule pack's data. Unknown keys are refused, so a misspelt one is no silent gap."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from compliance.base import Severity
from compliance.regexes import valid
from compliance.words import CATEGORIES, LANGUAGES, MARKETS, known


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Data):
    """A text for people, in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


def _regex(source: str) -> str:
    try:
        valid(source)
    except re.error as error:
        raise ValueError(f"bad regular expression {source!r}: {error}") from error
    # An unbounded wildcard runs away on a megabyte of text and joins words of different sentences.
    if re.search(
        r"(?:\.|\]|\\[wWsSdD])(?:[*+]|\{\d*,\})",
        source.replace(r"\s*", "").replace(r"\d+", ""),
    ):
        raise ValueError(f"regular expression {source!r} has an unbounded repeat; write {{0,20}}")
    return source


Regex = Annotated[str, AfterValidator(_regex)]
Term = Annotated[str, Field(min_length=1, max_length=100)]


def _day(value: str) -> str:
    if value:
        date.fromisoformat(value)
    return value


#: An ISO 8601 date, or "" for none.
Day = Annotated[str, AfterValidator(_day)]


class Pattern(_Data):
    """A regular expression that is tried only where one of its trigger strings occurs."""

    regex: Regex
    triggers: list[Term] = Field(min_length=1)


class Tokens(_Data):
    """A spaCy `Matcher` pattern, tried on a Doc only where one of its trigger strings occurs."""

    language: Literal["zh", "en"]
    pattern: list[dict[str, Any]] = Field(min_length=1)
    triggers: list[Term] = Field(min_length=1)


class Exempt(_Data):
    """A context that lets a hit go, or lowers it. It must cover the hit, not stand elsewhere.

    `code` names the ground, such as "6.5" of the 广告绝对化用语执法指南. `severity` keeps the hit
    at a lower severity; without it the hit becomes a "not flagged, because".
    """

    code: str
    regexes: list[Regex] = Field(min_length=1)
    severity: Severity | None = None
    because: Text


class Scope(_Data):
    """Where a rule holds: `only` in these, or all `except` these; "" is an unknown place."""

    only: list[str] = []
    but: list[str] = Field(default=[], alias="except")

    def holds(self, word: str) -> bool:
        """Tell whether the scope takes in `word`."""
        return word in self.only if self.only else word not in self.but


class Law(_Data):
    """Where a rule stands: statute and article, section or rule number.

    `verified = false` says that the number is cited from memory or from a secondary text and was
    not compared with the original. `severity`, `penalty` and `reason` stand in for the rule's where
    this law gives another.
    """

    statute: str = Field(min_length=1, max_length=200)
    article: str = Field(pattern=r"^[0-9A-Za-z().,\- ]+$", max_length=60)
    verified: bool = True
    severity: Severity | None = None
    penalty: str = ""
    reason: Text | None = None


class Rule(_Data):
    """One rule: what it sees, how grave it is, what to do instead, and the law it stands in.

    `statute` and `article` are its law in every market that `laws` does not name. A rule that has
    only `laws` holds in the markets named there, and one with `markets` in those alone. It is in force
    from the day `since` to the end of the day `until`. An `absolute` rule can only be dismissed, by two
    people; the others may be cleared by the grounds `exemptions` or the papers `evidence`, keys of
    `compliance.law` like `penalty`. What a `supporting` rule asks evidence for is only a warning where
    another rule has found what blocks or needs evidence: a frame ("it changed my life") needs proof
    where it stands alone, and says nothing new beside the claim itself.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")
    kind: Literal["sensitive_words", "exaggeration", "required"]
    severity: Severity
    statute: str = ""
    article: str = ""
    verified: bool = True
    laws: dict[str, Law] = {}
    markets: list[str] = []
    reason: Text
    suggestion: Text
    terms: list[Term] = []
    patterns: list[Pattern] = []
    tokens: list[Tokens] = []
    require: list[Term] = []
    categories: Scope = Scope()
    channels: Scope = Scope()
    allow: list[Term] = []
    exempt: list[Exempt] = []
    yields: list[str] = []
    since: Day = ""
    until: Day = ""
    absolute: bool = False
    supporting: bool = False
    penalty: str = ""
    evidence: list[str] = []
    exemptions: list[str] = []

    @field_validator("categories")
    @classmethod
    def _known_categories(cls, scope: Scope) -> Scope:
        for word in (*scope.only, *scope.but):
            known("category", word, ("", *CATEGORIES))
        return scope

    @field_validator("markets")
    @classmethod
    def _known_markets(cls, markets: list[str]) -> list[str]:
        return [known("market", market, MARKETS) for market in markets]

    @field_validator("laws")
    @classmethod
    def _laws_of_known_markets(cls, laws: dict[str, Law]) -> dict[str, Law]:
        return {known("market", market, MARKETS): law for market, law in laws.items()}

    @model_validator(mode="after")
    def _stands_in_law(self) -> "Rule":
        if self.statute or self.article:
            Law(statute=self.statute, article=self.article)
        elif not self.laws:
            raise ValueError("needs statute and article, or laws by market")
        if self.supporting and self.severity != "evidence":
            raise ValueError("only a rule of severity evidence can be supporting")
        if idle := sorted(set(self.laws) - set(self.markets or MARKETS)):
            raise ValueError(f"laws for {', '.join(idle)}, where its markets do not let it hold")
        return self

    def law(self, market: str) -> Law | None:
        """Return the law of the rule in `market`, None where the rule does not hold."""
        if self.markets and market not in self.markets:
            return None
        if market in self.laws or not self.statute:
            return self.laws.get(market)
        return Law(statute=self.statute, article=self.article, verified=self.verified)

    def in_force(self, on: str) -> bool:
        """Tell whether the rule is in force on the day `on`, an ISO 8601 date; "" is any day."""
        return not on or (self.since <= on and (not self.until or on <= self.until))

    def severity_under(self, law: Law) -> Severity:
        """Return how grave the rule is under `law`: what nobody read in the original never blocks."""
        severity = law.severity or self.severity
        return "evidence" if severity == "block" and not law.verified else severity

    @model_validator(mode="after")
    def _sees_something(self) -> "Rule":
        sights = bool(self.terms or self.patterns or self.tokens)
        if self.kind == "required" and (sights or not self.require):
            raise ValueError("a rule of kind required has require, and nothing else to see")
        if self.kind != "required" and (not sights or self.require):
            raise ValueError("needs terms, a lexicon, patterns or tokens")
        if len(set(self.terms)) != len(self.terms):
            twice = sorted({term for term in self.terms if self.terms.count(term) > 1})
            raise ValueError(f"terms written twice: {', '.join(twice)}")
        return self


class PackMeta(_Data):
    """What a pack is: `pack.toml`.

    Its rules are in force from the day `effective`, where they do not say `since` when themselves.
    It takes over the rules of the packs that it names in `include`, as far as they hold in its markets,
    under its own name. A `library` is in force only where another pack includes it.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: Text
    markets: list[str] = Field(min_length=1)
    languages: list[str] = Field(min_length=1)
    effective: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    sources: list[str] = Field(min_length=1)
    library: bool = False
    include: list[str] = []

    @model_validator(mode="after")
    def _known_words(self) -> "PackMeta":
        for market in self.markets:
            known("market", market, MARKETS)
        for language in self.languages:
            known("language", language, LANGUAGES)
        return self


#: What a rule may say in a file and no longer says once it is loaded.
_WRITTEN = {
    "like": {"type": "string", "description": "a rule of this file whose sights it takes over"},
    "lexicon": {"type": "string", "description": "a file in lexicons/, one term a line"},
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a pack's files, as they are written.

    `$defs/pack` is that of `pack.toml`, `$defs/rules` that of a file of rules, whose [defaults] stand
    in for what a rule leaves out.
    """
    pack = PackMeta.model_json_schema(ref_template="#/$defs/{model}")
    rule = Rule.model_json_schema(ref_template="#/$defs/{model}")
    shared = {**pack.pop("$defs", {}), **rule.pop("$defs", {})}
    named = {"type": "string", "description": "a set of laws.toml"}
    rule["properties"]["laws"] = {"anyOf": [rule["properties"]["laws"], named]}
    rule["properties"] |= _WRITTEN
    # [defaults] and `like` may give the rest.
    rule["required"] = ["id"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Copydesk rule pack",
        "$defs": {
            **shared,
            "pack": pack,
            "rule": rule,
            "rules": {
                "type": "object",
                "additionalProperties": False,
                "required": ["rule"],
                "properties": {
                    "defaults": {"type": "object", "properties": rule["properties"]},
                    "rule": {"type": "array", "items": {"$ref": "#/$defs/rule"}},
                },
            },
        },
    }
