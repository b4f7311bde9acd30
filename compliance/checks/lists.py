"""The gate of the word lists: what a client or a brief bans or demands, and operators' own lexicons."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from compliance.base import Copy, Hit, PackRef, TermList, WordList
from compliance.normalize import Normal, normalized
from compliance.wordlists import Words, words

_WHO = {
    "client": {"zh": "客户", "en": "the client"},
    "brief": {"zh": "简报", "en": "the brief"},
}


class ListCheck:
    """Finds banned and listed words, disguised ones too, and misses required ones."""

    id = "lists"

    def hits(self, copy: Copy) -> Iterable[Hit]:
        """Yield a hit for each banned or listed word present and each required word absent."""
        listed = lists_in_force(copy)
        if not (copy.banned or copy.required or listed):
            return
        normals = normalized(tuple(field.text for field in copy.fields))
        for terms in copy.banned:
            yield from _banned(terms, normals)
        for terms in copy.required:
            yield from _missing(terms, normals)
        for one in listed:
            yield from _listed(one, normals)


def lists_in_force(copy: Copy) -> list[WordList]:
    """Return the operators' lists that hold for `copy` by market, channel, language and switch."""
    return [
        one
        for one in copy.lists
        if (not one.markets or copy.market in one.markets)
        and (not one.channels or copy.channel in one.channels)
        and (not one.languages or copy.language in one.languages)
        and rule_id(one) not in copy.off
    ]


def rule_id(one: WordList) -> str:
    """Return the id under which findings of a list are reported and switched off."""
    return f"list.{one.name}"


def refs(copy: Copy) -> tuple[PackRef, ...]:
    """Return what a report says of the lists it was made by: id, version and digest."""
    return tuple(PackRef(rule_id(one), one.version, one.digest) for one in lists_in_force(copy))


@lru_cache(maxsize=64)  # a process's lists at two versions each; a list of 65,000 terms takes 12 MB
def _automaton(one: WordList) -> Words:
    return Words(one.terms)


def _listed(one: WordList, normals: Sequence[Normal]) -> Iterator[Hit]:
    automaton = _automaton(one)
    for index, normal in enumerate(normals):
        for found in automaton.find(normal, disguised=True):
            yield Hit(
                rule=rule_id(one),
                severity=one.severity,
                field=index,
                start=found.start,
                end=found.end,
                text=normal.original[found.start : found.end],
                reason=one.reason,
                suggestion=one.suggestion,
                statute=one.statute,
                article=one.article,
                undone=found.undone,
                pack=rule_id(one),
                verified=False,
            )


def _who(source: str) -> dict[str, str]:
    return _WHO.get(source, {"zh": source, "en": source})


def _banned(terms: TermList, normals: Sequence[Normal]) -> Iterator[Hit]:
    who = _who(terms.source)
    for index, normal in enumerate(normals):
        for found in words(terms.terms).find(normal, disguised=True):
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
            subject=term,
        )
