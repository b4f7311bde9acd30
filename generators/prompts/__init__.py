"""Prompts: Jinja templates per language and placement, rendered in a sandbox over a brief's text.

The templates are the operator's; every text of a brief is data in them, never a template, and is
flattened to one line so that it cannot forge a field or a second brief.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, FileSystemLoader, StrictUndefined, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict

from compliance.base import FieldSpec, PlacementSpec
from compliance.words import LANGUAGES, known
from generators.base import Brief, GenerationError, Repeats, Slot
from generators.exemplars import FOLDER as EXEMPLARS
from generators.exemplars import Exemplar, Kind, choose

FOLDER = Path(__file__).parent
#: Exemplars shown: more fill the context of a small model and slow it, fewer lose the pattern.
SHOTS = 3

_COLON = {"zh": "：", "en": ":"}
_MARKS = re.compile(r"[【】\[\]]")
_SPACES = re.compile(r"\s+")


class Shape(BaseModel):
    """How a field is usually written: the exemplar kind that shows it, and its usual length."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    first: int = 0
    zh: int
    en: int

    def target(self, language: str) -> int:
        """Return the usual length in characters of `language`."""
        return self.zh if language == "zh" else self.en


def slots(
    placement: PlacementSpec,
    language: str,
    *,
    counts: Mapping[str, int] | None = None,
    repeats: Repeats = "some",
) -> tuple[Slot, ...]:
    """Return the values to ask for, in the placement's order; repeated fields are numbered.

    `repeats` says how many values of a repeated field (a profile's option), `counts` overrides it
    by field name, within what the placement takes. Hashtags are one line, split afterwards.
    """
    known("language", language, LANGUAGES)
    found: list[Slot] = []
    for spec in placement.fields:
        shape = shape_of(placement, spec)
        wanted = (counts or {}).get(spec.name, _how_many(spec, repeats))
        wanted = max(spec.least, min(spec.most, wanted), 1)
        if shape.kind == "tags":
            found.append(_slot(spec, shape, language, number=0, split=wanted))
            continue
        numbers = range(1, wanted + 1) if spec.most > 1 else (0,)
        found.extend(_slot(spec, shape, language, number=number) for number in numbers)
    return tuple(found)


def render(
    brief: Brief,
    placement: PlacementSpec,
    *,
    slots: Sequence[Slot],
    feedback: Sequence[str] = (),
    seed: int = 0,
) -> str:
    """Return the prompt, ending right where the value of the first slot begins.

    `seed` chooses the exemplars, so candidates of one run see different ones. Raises
    `GenerationError` ("bad_template") when an operator's template is wrong.
    """
    language = known("language", brief.language, LANGUAGES)
    labels = [slot.label for slot in slots]
    shown = [
        {**exemplar.model_dump(), "written": _shown_copy(exemplar, placement, slots)}
        for exemplar in choose(brief, seed=seed, most=SHOTS)
    ]
    text: str = _template(language, placement.slug).render(
        placement=placement.label[language],
        exemplars=shown,
        brief=_flat_brief(brief, labels),
        feedback=[flat(line, labels) for line in feedback],
        slots=slots,
    )
    return text.rstrip("\n")


def template_version() -> str:
    """Return "sha256:…" over all templates, shapes and exemplars, for a run's snapshot."""
    digest = hashlib.sha256()
    for folder in (FOLDER, EXEMPLARS):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in {".jinja", ".toml"}):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(path.read_bytes() + b"\0")
    return f"sha256:{digest.hexdigest()}"


def shape_of(placement: PlacementSpec, spec: FieldSpec) -> Shape:
    """Return how `spec` is written: as `shapes.toml` says, else by its limit."""
    found = _shapes().get(placement.slug, {}).get(spec.name)
    if found is not None:
        return found
    if spec.limit <= 60:
        return Shape(kind="headlines", zh=15, en=30)
    return Shape(kind="descriptions" if spec.limit <= 130 else "post", zh=60, en=120)


def flat(text: str, labels: Sequence[str] = ()) -> str:
    """Return `text` as one line that looks like no label, section mark or control character."""
    line = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text)
    line = _SPACES.sub(" ", _MARKS.sub(" ", line)).strip()
    names = [re.escape(label.rstrip(":： ")) for label in labels]
    if names:
        line = re.sub(rf"({'|'.join(names)})\s*[:：]\s*", r"\1 ", line, flags=re.IGNORECASE)
    return line


@cache
def _shapes() -> dict[str, dict[str, Shape]]:
    data = tomllib.loads((FOLDER / "shapes.toml").read_text("utf-8"))
    return {
        slug: {name: Shape.model_validate(shape) for name, shape in fields.items()}
        for slug, fields in data.items()
    }


def _how_many(spec: FieldSpec, repeats: Repeats) -> int:
    return {"least": spec.least, "some": -(-spec.most // 3), "all": spec.most}[repeats]


def _slot(spec: FieldSpec, shape: Shape, language: str, *, number: int, split: int = 0) -> Slot:
    name = spec.label[language]
    numbered = f"{name} {number}" if language == "en" else f"{name}{number}"
    return Slot(
        field=spec.name,
        label=(numbered if number else name) + _COLON[language],
        limit=spec.limit * max(1, split),
        counting=spec.counting,
        optional=spec.least == 0,
        split=bool(split),
        most=max(1, split),
        target=shape.target(language),
        kind=shape.kind,
    )


def _shown_copy(
    exemplar: Exemplar, placement: PlacementSpec, slots: Sequence[Slot]
) -> list[tuple[Slot, str]]:
    """Return the exemplar's value for each slot, of those that fit, as many as it has."""
    used: dict[str, int] = {}
    copy: list[tuple[Slot, str]] = []
    for slot in slots:
        spec = placement.spec(slot.field)
        if spec is None:
            raise GenerationError(
                f"slot {slot.field!r} is no field of {placement.slug}",
                permanent=True,
                code="bad_request",
            )
        shape = shape_of(placement, spec)
        found = exemplar.values(shape.kind)[shape.first :]
        values = [text for text in found if slot.split or spec.over(text) == 0]
        index = used.get(slot.field, 0)
        used[slot.field] = index + 1
        if index < len(values):
            copy.append((slot, values[index]))
    return copy


def _flat_brief(brief: Brief, labels: Sequence[str]) -> Brief:
    def many(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(line for text in texts if (line := flat(text, labels)))

    facts: Any = many([fact_line(fact) for fact in brief.facts])
    return replace(
        brief,
        client=flat(brief.client, labels),
        product=flat(brief.product, labels),
        audience=flat(brief.audience, labels),
        tone=flat(brief.tone, labels),
        brand_voice=flat(brief.brand_voice, labels),
        facts=facts,
        key_messages=many(brief.key_messages),
        must_include=many(brief.must_include),
        must_avoid=many(brief.must_avoid),
    )


def fact_line(fact: Mapping[str, str]) -> str:
    """Return a product fact as a line: its name and value, with the unit if it has one."""
    name = fact.get("name") or fact.get("label") or fact.get("kind") or ""
    if "value" in fact:
        return f"{name} {fact['value']}{fact.get('unit', '')}".strip()
    return "，".join(str(value) for value in fact.values())


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    loader: BaseLoader = FileSystemLoader(FOLDER)
    return ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(language: str, slug: str) -> Any:
    environment = _environment()
    try:
        return environment.select_template(
            [f"{language}/{slug}.jinja", f"{language}/default.jinja"]
        )
    except TemplateNotFound as error:
        raise GenerationError(
            f"no prompt template for language {language!r}: {error}",
            permanent=True,
            code="bad_template",
        ) from error
