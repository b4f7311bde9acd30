"""Regular expressions that are compiled when first asked: most verdicts never need them."""

import re
from typing import Any, cast


class _Late:
    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is not there yet: afterwards the pattern's own methods are.
        if name.startswith("__"):
            raise AttributeError(name)
        pattern = re.compile(self._source, self._flags)
        for kept in ("search", "match", "fullmatch", "finditer", "findall", "split", "sub"):
            setattr(self, kept, getattr(pattern, kept))
        return getattr(pattern, name)


def late(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return what is used as the compiled `source` would be; a bad one raises `re.error` at first use."""
    return cast("re.Pattern[str]", _Late(source, flags))
