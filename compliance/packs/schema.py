"""The shape of a rule pack's data. Unknown keys are refused, so a misspelt one is no silent gap."""

import re
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
from compliance.words import CATEGORIES, LANGUAGES, MARKETS, known


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Data):
    """A text for people, in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


def _regex(source: str) -> str:
    try:
        compiled = re.compile(source, re.ASCII)
    except re.error as error:
        raise ValueError(f"bad regular expression {source!r}: {error}") from error
    if compiled.search(""):
        raise ValueError(f"regular expression {source!r} matches the empty text")
    # An unbounded wildcard runs away on a megabyte of text and joins words of different sentences.
    if re.search(
        r"(?:\.|\]|\\[wWsSdD])(?:[*+]|\{\d*,\})",
        source.replace(r"\s*", "").replace(r"\d+", ""),
    ):
        raise ValueError(f"regular expression {source!r} has an unbounded repeat; write {{0,20}}")
    return source


Regex = Annotated[str, AfterValidator(_regex)]
Term = Annotated[str, Field(min_length=1, max_length=100)]


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
    not compared with the original. `reason` stands in for the rule's where this law gives another.
    """

    statute: str = Field(min_length=1, max_length=200)
    article: str = Field(pattern=r"^[0-9A-Za-z().,\- ]+$", max_length=60)
    verified: bool = True
    reason: Text | None = None


class Rule(_Data):
    """One rule: what it sees, how grave it is, what to do instead, and the law it stands in.

    `statute` and `article` are its law in every market that `laws` does not name. A rule that has
    only `laws` holds in the markets named there, and one with `markets` in those alone.
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
    """What a pack is: `pack.toml`."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: Text
    markets: list[str] = Field(min_length=1)
    languages: list[str] = Field(min_length=1)
    effective: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    sources: list[str] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_words(self) -> "PackMeta":
        for market in self.markets:
            known("market", market, MARKETS)
        for language in self.languages:
            known("language", language, LANGUAGES)
        return self
