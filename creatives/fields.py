"""A candidate's fields as bytes: the one canonical form, its digest and its plain rendering."""

import hashlib
import json
from collections.abc import Iterable

Fields = list[list[str]]  # [[name, text], …], names may repeat


def as_lists(fields: Iterable[tuple[str, str]]) -> Fields:
    """Return `fields` in the form in which they are stored."""
    return [[name, text] for name, text in fields]


def canonical(fields: Fields) -> bytes:
    """Return the canonical JSON of `fields` as UTF-8: no spaces, no escapes beyond JSON's own.

    Raises UnicodeEncodeError on a lone surrogate, which no candidate may hold.
    """
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def digest(fields: Fields) -> str:
    """Return the SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(fields)).hexdigest()


def plain(fields: Fields) -> str:
    """Return the texts, one field a line."""
    return "\n".join(text for _, text in fields)
