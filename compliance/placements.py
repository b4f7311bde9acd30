"""Placement schemas: `PLACEMENTS`, read from `placements.toml` and checked at import."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compliance.base import FieldSpec, PlacementSpec
from compliance.counting import COUNTINGS
from compliance.words import known

DATA = Path(__file__).with_name("placements.toml")


class PlacementError(ValueError):
    """A placement file that cannot be used; the message names file, entry and reason."""


class _Label(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class _Field(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: _Label
    limit: int = Field(gt=0)
    counting: str = "characters"
    least: int = Field(default=1, ge=0)
    most: int = Field(default=1, ge=1)
    floor: int = Field(default=0, ge=0)
    firm: bool

    def spec(self) -> FieldSpec:
        known("counting", self.counting, COUNTINGS)
        if self.least > self.most or self.floor > self.limit:
            raise ValueError(f"field {self.name!r}: least > most, or floor > limit")
        data = self.model_dump(exclude={"label"})
        return FieldSpec(label=self.label.model_dump(), **data)


class _Placement(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: str
    label: _Label
    source: str = Field(min_length=1)
    checked_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    note: str = ""
    fields: list[_Field] = Field(min_length=1)


def read_placements(path: Path) -> dict[str, PlacementSpec]:
    """Read placement schemas from a TOML file.

    Raises `PlacementError` when the file cannot be read or an entry is wrong.
    """
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlacementError(f"{path.name}: {error}") from error
    return {slug: _placement(path, slug, entry) for slug, entry in entries.items()}


def _placement(path: Path, slug: str, entry: object) -> PlacementSpec:
    try:
        data = _Placement.model_validate(entry)
        fields = tuple(field.spec() for field in data.fields)
    except (ValidationError, ValueError) as error:
        raise PlacementError(f"{path.name}: [{slug}]: {error}") from error
    return PlacementSpec(
        slug=slug,
        channel=data.channel,
        label=data.label.model_dump(),
        fields=fields,
        source=f"{data.source} ({data.note})" if data.note else data.source,
        checked_on=data.checked_on,
    )


#: Every placement that the fixed words allow, by slug.
PLACEMENTS: Mapping[str, PlacementSpec] = MappingProxyType(read_placements(DATA))
