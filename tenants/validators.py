"""What a field may hold, said once for the admin, the command line and the models."""

import unicodedata
import zoneinfo
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def known_time_zone(name: str) -> None:
    """Refuse a name that the time zone database does not have."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Unknown time zone: %(name)s"), params={"name": name})


def clean_text(text: str) -> None:
    """Refuse what no copy needs and no file survives: control characters and lone surrogates.

    Newline, carriage return and tab are fine.
    """
    for at, char in enumerate(text):
        kind = unicodedata.category(char)
        if kind == "Cs" or (kind == "Cc" and char not in "\n\r\t"):
            raise ValidationError(
                _("Character %(at)d is U+%(code)s, which is not text: remove it."),
                params={"at": at + 1, "code": f"{ord(char):04X}"},
                code="not_text",
            )


#: Drawn as nothing though letters, signs or marks by category: fillers, the blank of Braille.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_INKLESS = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Mn", "Mc", "Me"})


def visible(text: str) -> bool:
    """Return whether a reader sees anything of `text`: one character that leaves ink by itself.

    Spaces, control and format characters do not, nor marks without a letter under them.
    """
    return any(char not in _BLANK and unicodedata.category(char) not in _INKLESS for char in text)


def clean_line(name: str, text: str) -> None:
    """Refuse a field `name` that is not one line of real text: names go into lists, logs and prompts.

    No line end of Unicode, no tab, no control character, no lone surrogate, and something to see.
    """
    for at, char in enumerate(text):
        if unicodedata.category(char) in ("Cs", "Cc", "Zl", "Zp"):
            raise ValidationError(
                {
                    name: _("Character %(at)d is U+%(code)s, which no name may hold: remove it.")
                    % {"at": at + 1, "code": f"{ord(char):04X}"}
                },
                code="not_a_line",
            )
    if text and not visible(text):
        raise ValidationError({name: _("There is nothing to see in it.")}, code="blank")


def clean_words(row: Any, name: str, valid: Collection[str], *, required: bool = False) -> None:
    """Refuse a list field of `row` that holds anything but the words of `valid`."""
    words = getattr(row, name)
    if not isinstance(words, list) or any(word not in valid for word in words):
        raise ValidationError(
            {name: _("Choose from: %(valid)s") % {"valid": ", ".join(valid)}}, code="unknown_word"
        )
    if required and not words:
        raise ValidationError({name: _("Choose at least one.")}, code="required")


MAX_ITEMS = 50
MAX_ITEM = 200
#: A client's banned and required words: the lists of big brands are long.
MAX_CLIENT_WORDS = 1000


def clean_long_text(name: str, text: str, most: int) -> None:
    """Refuse a text field `name` of more than `most` characters, or that is no text.

    Django checks the length of a TextField in forms only.
    """
    if len(text) > most:
        raise ValidationError({name: _("Longer than %d characters.") % most}, code="too_long")
    try:
        clean_text(text)
    except ValidationError as error:
        raise ValidationError({name: error}) from error


def clean_items(name: str, items: object, *, most: int = MAX_ITEMS) -> None:
    """Refuse a list field `name` that is not a list of at most `most` short, real texts."""
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ValidationError({name: _("Write a list of texts.")}, code="not_a_list")
    if len(items) > most:
        raise ValidationError({name: _("At most %d entries.") % most}, code="too_many")
    for item in items:
        if not item.strip():
            raise ValidationError({name: _("An entry is empty.")}, code="empty")
        clean_long_text(name, item, MAX_ITEM)
