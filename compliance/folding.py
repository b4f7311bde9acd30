"""Folding one code point at a time: width, case, compatibility forms, and what nobody sees."""

import unicodedata

REPLACEMENT = "\ufffd"

# Full-width punctuation is how Chinese is written, no disguise: folding leaves it alone.
_KEPT_WIDE = frozenset("，。！？；：、（）［］｛｝“”《》〈〉「」『』【】…～")


def _expand(char: str) -> str:
    """Return the fixpoint of compatibility folding and lower-casing of one code point."""
    if "\ud800" <= char <= "\udfff":
        return REPLACEMENT
    if char in "‘’":
        return "'"
    while (step := unicodedata.normalize("NFKC", char).lower()) != char:
        char = step
    return char


class _Table(dict[int, str]):
    """A `str.translate` table that fills itself; bounded by the number of code points."""

    def __init__(self, *, one_to_one: bool) -> None:
        super().__init__()
        self.one_to_one = one_to_one

    def __missing__(self, code: int) -> str:
        char = chr(code)
        target = char if char in _KEPT_WIDE else _expand(char)
        # A sign that spells out to no letter or digit ("…", "´") stays as it is: it is noise or a
        # barrier either way.
        if len(target) > 1 and (self.one_to_one or not any(c.isalnum() for c in target)):
            target = char
        self[code] = target
        return target


#: Keeps the number of code points: a sign that spells out to several stays as it is.
ONE = _Table(one_to_one=True)
#: Spells such signs out, "㎏" as "kg".
FULL = _Table(one_to_one=False)


def invisible(char: str) -> bool:
    """Tell whether a reader sees nothing of `char`, or only a mark on its neighbour."""
    if char in "\n\r\t":
        return False
    return (
        unicodedata.category(char) in ("Cf", "Cc", "Mn", "Me") or char in "\u3164\u115f\u1160\uffa0"
    )
