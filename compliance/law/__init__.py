"""What the rules refer to: articles in their own words, penalties, papers that prove, exemptions.

`statutes/*.toml` hold the text of articles, so that a finding can show the law itself; a rule whose
article is not there was not compared with it, and says `verified = false`. `penalty.toml`,
`evidence.toml` and `exemptions.toml` name what rules refer to by key.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).parent
Kind = Literal["penalty", "evidence", "exemptions"]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is published: its statute, number and text, and where that was read.

    `text` is in the language of the original. `source` is an address or a publication, `licence` says
    why the text may be shown.
    """

    statute: str
    number: str
    text: str
    source: str
    licence: str


@lru_cache(maxsize=8)
def words(kind: str) -> dict[str, dict[str, Any]]:
    """Return the entries of `penalty.toml`, `evidence.toml` or `exemptions.toml`, by key."""
    return tomllib.loads((ROOT / f"{kind}.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def statutes() -> dict[str, dict[str, Any]]:
    """Return the statutes whose text is here, by title: source, licence, and articles by number."""
    files = sorted((ROOT / "statutes").glob("*.toml"))
    found = (tomllib.loads(file.read_text("utf-8")) for file in files)
    return {statute["title"]: statute for statute in found}


def articles(statute: str, article: str) -> list[Article]:
    """Return the articles that a finding cites, "9(3)" or "3.7, 3.11", as far as they are here.

    A paragraph or item that has no entry of its own is shown with its whole article.
    """
    known = statutes().get(statute)
    if known is None:
        return []
    found = {}
    for number in re.split(r",\s*", article.strip()):
        shown = number
        while shown and shown not in known["articles"]:
            shorter = re.sub(r"\([^()]*\)$", "", shown).strip()
            shown = shorter if shorter != shown else ""
        if shown:
            found[shown] = Article(
                statute, shown, known["articles"][shown], known["source"], known["licence"]
            )
    return list(found.values())
