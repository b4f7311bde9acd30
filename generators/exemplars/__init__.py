"""Exemplars for few-shot prompts: data (`zh.toml`, `en.toml`), choosing, and spotting copies."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from generators.base import Brief

FOLDER = Path(__file__).parent
Kind = Literal["headlines", "descriptions", "post", "note", "article", "tags"]

_CLAUSES = re.compile(r"[。！？!?…；;：:，,、\n]+|\.(?=\s|$)")


class Exemplar(BaseModel):
    """One invented product: its brief, and copy of each kind written from that brief alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product: str = Field(min_length=1)
    category: str
    audience: str
    tone: str
    messages: tuple[str, ...] = Field(min_length=1)
    include: tuple[str, ...] = ()
    headlines: tuple[str, ...] = Field(min_length=5)
    descriptions: tuple[str, ...] = Field(min_length=2)
    post: str
    note: str
    article: str
    tags: tuple[str, ...] = Field(min_length=1)

    def values(self, kind: Kind) -> tuple[str, ...]:
        """Return this exemplar's texts of one kind; tags as one line."""
        if kind == "tags":
            return (" ".join(f"#{tag}" for tag in self.tags),)
        found: str | tuple[str, ...] = getattr(self, kind)
        return (found,) if isinstance(found, str) else found


@cache
def exemplars(language: str) -> tuple[Exemplar, ...]:
    """Return all exemplars of `language` ("zh" or "en")."""
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return tuple(Exemplar.model_validate(item) for item in data["exemplar"])


def choose(brief: Brief, *, seed: int, most: int) -> tuple[Exemplar, ...]:
    """Return up to `most` exemplars for `brief`, the same ones for the same seed.

    Never one of the brief's category, nor one whose product shares a name with it: shown its own
    kind of product, a small model copies the exemplar's last sentence.
    """
    others = [
        exemplar
        for exemplar in exemplars(brief.language)
        if exemplar.category != brief.category and not _alike(exemplar.product, brief)
    ]
    others.sort(key=lambda e: hashlib.sha256(f"{seed}\x1f{e.product}".encode()).digest())
    return tuple(others[:most])


def copies_exemplar(values: Sequence[str], language: str) -> bool:
    """Whether any of `values` repeats a clause of an exemplar, exactly or nearly.

    Nearly: at least six in ten of its character trigrams are those of one exemplar clause.
    Clauses too short to be anyone's own (under 5 Chinese characters, 16 letters) are not compared.
    """
    return any(
        _near(clause, known)
        for value in values
        for clause in _clauses(value)
        for known in _known(language)
    )


def _near(clause: str, known: frozenset[str]) -> bool:
    grams = _grams(clause)
    return len(grams & known) >= 0.6 * len(grams)


@cache
def _known(language: str) -> tuple[frozenset[str], ...]:
    texts = [
        text
        for exemplar in exemplars(language)
        for kind in ("headlines", "descriptions", "post", "note", "article")
        for text in exemplar.values(kind)  # type: ignore[arg-type]
    ]
    return tuple({_grams(clause) for text in texts for clause in _clauses(text)})


def _clauses(text: str) -> list[str]:
    folded = (_fold(part) for part in _CLAUSES.split(text))
    return [part for part in folded if len(part) >= (16 if part.isascii() else 5)]


def _fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 3] for i in range(len(text) - 2))


def _alike(name: str, brief: Brief) -> bool:
    """Whether an exemplar's name and the brief's share an English word or two characters."""
    return bool(_name_parts(name) & _name_parts(f"{brief.client} {brief.product}"))


def _name_parts(name: str) -> frozenset[str]:
    folded = unicodedata.normalize("NFKC", name).casefold()
    latin = set(re.findall(r"[a-z]{4,}", folded))
    chinese = re.findall(r"[\u3400-\u9fff]+", folded)
    return frozenset(latin | {run[i : i + 2] for run in chinese for i in range(len(run) - 1)})
