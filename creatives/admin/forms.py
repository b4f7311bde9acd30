"""Forms over the records: lists typed one entry a line, words ticked in boxes, owners set first."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tenants import scope
from tenants.validators import MAX_ITEM, MAX_ITEMS, clean_text

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm

#: Columns that the server sets and that constraints speak of.
SERVER_SET = frozenset({"organization", "client", "user", "sha256"})


def titled(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return a field's arguments with its label as Django writes those of columns: "Key messages"."""
    return {**kwargs, "label": capfirst(kwargs["label"])} if kwargs.get("label") else kwargs


class LinesField(forms.CharField):
    """A list of short texts, typed one entry a line. Empty lines and repeats are left out."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})

    def __init__(self, *, most: int = MAX_ITEMS, longest: int = MAX_ITEM, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("One entry a line."))
        # Enough for every entry at its longest: more cannot be right, and is refused unread.
        super().__init__(max_length=most * (longest + 2), **titled(kwargs))
        self.most, self.longest = most, longest

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        if len(lines) > self.most:
            raise ValidationError(_("At most %d entries.") % self.most, code="too_many")
        for at, line in enumerate(lines, 1):
            if len(line) > self.longest:
                raise ValidationError(
                    _("Entry %(at)d is longer than %(most)d characters."),
                    params={"at": at, "most": self.longest},
                    code="too_long",
                )
            clean_text(line)
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        old = self.prepare_value(initial) or ""
        return [line.strip() for line in old.splitlines()] != [
            line.strip() for line in (data or "").splitlines() if line.strip()
        ]


class WordsField(forms.MultipleChoiceField):
    """Some of a fixed set of words, ticked in boxes, kept as a list in the order of the set."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        known = list(choices)
        super().__init__(choices=known, **titled(kwargs))
        self.words = [word for word, _label in known]

    def clean(self, value: Any) -> list[str]:
        ticked = super().clean(value)
        return [word for word in self.words if word in ticked]


class DeskForm(_ModelForm):
    """A model form whose row belongs to the organization in force before anything is validated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: Any = self.instance
        if hasattr(row, "organization_id") and row.organization_id is None:
            row.organization_id = scope.current().organization_id

    def _post_clean(self) -> None:
        """Check what the database holds, the columns that the server sets included."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        exclude = set(self._get_validation_exclusions()) - SERVER_SET  # type: ignore[attr-defined]
        try:
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as error:
            self._update_errors(error)

    def _update_errors(self, errors: ValidationError) -> None:
        """Show what a model says of a column without an input at the top of the form."""
        if hasattr(errors, "error_dict"):
            found: dict[str, list[Any]] = {}
            for name, texts in errors.error_dict.items():
                found.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).extend(
                    texts
                )
            errors = ValidationError(found)
        super()._update_errors(errors)  # type: ignore[misc]
