"""The fixed words of the command line and of every record: what a language, market or category may be."""

from collections.abc import Collection

LANGUAGES = ("zh", "en")
MARKETS = ("cn", "us", "uk", "eu")
DEFAULT_MARKET = {"zh": "cn", "en": "us"}
CATEGORIES = (
    "food", "health_food", "cosmetics", "medicine", "medical_device", "medical_service",
    "infant", "education", "finance", "real_estate", "alcohol", "tobacco", "gambling",
    "agriculture", "pet", "apparel", "electronics", "home", "automotive", "travel", "services",
    "other",
)  # fmt: skip


class UnknownWord(ValueError):
    """A word outside its fixed list; the message names the list."""


def known(kind: str, word: object, valid: Collection[str]) -> str:
    """Return `word` if it is one of `valid`; raise `UnknownWord` with the valid list otherwise."""
    if isinstance(word, str) and word in valid:
        return word
    listed = ", ".join(entry for entry in valid if entry)
    raise UnknownWord(f"unknown {kind} {word!r}; valid: {listed}")
