"""The gate of the word lists: what a client or a brief bans, and what it demands."""

from collections.abc import Iterable, Iterator, Sequence

from compliance.base import Copy, Hit, TermList
from compliance.matching import words
from compliance.normalize import Normal, normalized

_WHO = {
    "client": {"zh": "客户", "en": "the client"},
    "brief": {"zh": "简报", "en": "the brief"},
}


class ListCheck:
    """Finds banned words, disguised ones too, and misses required ones."""

    id = "lists"

    def hits(self, copy: Copy) -> Iterable[Hit]:
        """Yield a hit for each banned word present and each required word absent."""
        if not copy.banned and not copy.required:
            return
        normals = normalized(tuple(field.text for field in copy.fields))
        for terms in copy.banned:
            yield from _banned(terms, normals)
        for terms in copy.required:
            yield from _missing(terms, normals)


def _who(source: str) -> dict[str, str]:
    return _WHO.get(source, {"zh": source, "en": source})


def _banned(terms: TermList, normals: Sequence[Normal]) -> Iterator[Hit]:
    who = _who(terms.source)
    for index, normal in enumerate(normals):
        for found in words(terms.terms).find(normal):
            yield Hit(
                rule=f"{terms.source}.banned",
                severity="block",
                field=index,
                start=found.start,
                end=found.end,
                text=normal.original[found.start : found.end],
                reason={
                    "zh": f"{who['zh']}禁用词“{found.term}”",
                    "en": f"“{found.term}” is banned by {who['en']}",
                },
                suggestion={
                    "zh": "删去该词，或换一种不含该词的说法",
                    "en": "Remove the word, or say it without the word",
                },
                undone=found.undone,
            )


def _missing(terms: TermList, normals: Sequence[Normal]) -> Iterator[Hit]:
    who = _who(terms.source)
    for term in terms.terms:
        if not term.strip() or any(words((term,)).find(normal) for normal in normals):
            continue
        yield Hit(
            rule=f"{terms.source}.required",
            severity="block",
            field=0,
            start=0,
            end=0,
            text="",
            reason={
                "zh": f"缺少{who['zh']}要求的“{term}”",
                "en": f"“{term}”, which {who['en']} requires, is missing",
            },
            suggestion={"zh": f"加入“{term}”", "en": f"Add “{term}”"},
        )
