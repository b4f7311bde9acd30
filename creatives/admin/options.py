"""A plugin's options as form fields, read from its pydantic JSON schema."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import (
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    RegexValidator,
)
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from creatives.admin.forms import LinesField
from generators.base import Options
from tenants.validators import clean_text

PREFIX = "option_"


def fields_of(schema: type[Options], values: Mapping[str, Any]) -> dict[str, forms.Field]:
    """Return one form field an option, with its default, bounds and description.

    `values` are what is set now. An option whose type has no input of its own is typed as JSON.
    """
    described = schema.model_json_schema()
    fields = {}
    for name, spec in described.get("properties", {}).items():
        spec = _resolved(spec, described.get("$defs", {}))
        required = name in described.get("required", ())
        field = _field(spec, required=required)
        field.label = _said(spec, "title") or name
        field.initial = values.get(name, spec.get("default"))
        field.help_text = _help(spec)
        fields[PREFIX + name] = field
    return fields


def values_of(schema: type[Options], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that differ from their defaults; the others follow the plugin's own."""
    values = {}
    for name, field in schema.model_fields.items():
        value = cleaned.get(PREFIX + name)
        if value in (None, "") and not field.is_required():
            continue
        if field.is_required() or value != field.default:
            values[name] = value
    return values


def faults_of(schema: type[Options], values: Mapping[str, Any]) -> dict[str | None, list[str]]:
    """Return what the plugin's own schema says of `values`, by form field; None: of the whole."""
    try:
        schema.model_validate(dict(values))
    except ValidationError as error:
        faults: dict[str | None, list[str]] = {}
        for item in error.errors(include_url=False, include_input=False):
            name = str(item["loc"][0]) if item["loc"] else ""
            key = PREFIX + name if name in schema.model_fields else None
            faults.setdefault(key, []).append(item["msg"])
        return faults
    return {}


def _field(spec: Mapping[str, Any], *, required: bool) -> forms.Field:
    kind = spec.get("type")
    if "enum" in spec or "const" in spec:
        words = spec.get("enum") or [spec["const"]]
        return forms.TypedChoiceField(
            choices=[(json.dumps(word), str(word)) for word in words],
            required=required,
            coerce=json.loads,
            empty_value=None,
            widget=_JsonSelect,
        )
    if kind == "boolean":
        return forms.BooleanField(required=False)
    if kind in ("integer", "number"):
        number = forms.IntegerField if kind == "integer" else forms.FloatField
        return number(
            required=required,
            min_value=spec.get("minimum"),
            max_value=spec.get("maximum"),
            validators=_open_bounds(spec),
            widget=forms.NumberInput(attrs={"step": "any"}),
        )
    if kind == "string":
        checks: list[Any] = [clean_text]
        if spec.get("minLength"):
            checks.append(MinLengthValidator(spec["minLength"]))
        if spec.get("pattern"):
            checks.append(RegexValidator(spec["pattern"]))
        return forms.CharField(
            required=required,
            max_length=spec.get("maxLength", 4000),
            validators=checks,
            widget=forms.TextInput(attrs={"class": "vTextField"}),
        )
    if kind == "array" and spec.get("items", {}).get("type") == "string":
        return LinesField(required=required)
    return forms.JSONField(required=required)


class _JsonSelect(forms.Select):
    """A choice among JSON values: what is set now is found by its JSON form."""

    def format_value(self, value: Any) -> Any:
        known = {key for key, _label in self.choices}
        return [value if isinstance(value, str) and value in known else json.dumps(value)]


def _open_bounds(spec: Mapping[str, Any]) -> list[Any]:
    """Return validators of bounds that are not themselves allowed."""
    checks: list[Any] = []
    if (low := spec.get("exclusiveMinimum")) is not None:
        checks.append(_Above(low))
    if (high := spec.get("exclusiveMaximum")) is not None:
        checks.append(_Below(high))
    return checks


class _Above(MinValueValidator):
    message = _("Must be more than %(limit_value)s.")

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a <= b)


class _Below(MaxValueValidator):
    message = _("Must be less than %(limit_value)s.")

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a >= b)


def _resolved(spec: Mapping[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
    """Return `spec` with a reference, or an optional type, put in place."""
    found = dict(spec)
    if "$ref" in found:
        found = {**defs.get(str(found.pop("$ref")).rpartition("/")[2], {}), **found}
    real = [part for part in found.get("anyOf", ()) if part.get("type") != "null"]
    if len(real) == 1:
        found = {**_resolved(real[0], defs), **{k: v for k, v in found.items() if k != "anyOf"}}
    return found


def _said(spec: Mapping[str, Any], key: str) -> str:
    """Return the option's `key` in the language of the interface, where its plugin says it there."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    if own := spec.get(f"{key}_{language}"):
        return str(own)
    return gettext(str(spec[key])) if spec.get(key) else ""


def _help(spec: Mapping[str, Any]) -> str:
    description = _said(spec, "description")
    parts = [description] if description else []
    low, high = spec.get("minimum", spec.get("exclusiveMinimum")), spec.get("maximum")
    if low is not None and high is not None:
        parts.append(gettext("From %(low)s to %(high)s.") % {"low": low, "high": high})
    if spec.get("default") not in (None, "", []):
        parts.append(gettext("Default: %s") % spec["default"])
    return " ".join(parts)
