"""The gate of last resort: a small trained model reads clauses that no rule has words for.

It only adds. It never clears and never blocks: a clause that reads like a claim is asked for its
evidence, or shown to a person. It runs where nothing graver was found before it, on clauses with a
cue, so that clean copy and copy that is held anyway cost next to nothing.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from compliance.base import Copy, Hit, Localized, NotFlagged, PackRef, Severity
from compliance.normalize import HAN, normalized
from compliance.trained import card, cues_of, denied, judge

#: Where a clause ends. A point or a comma between digits is part of a number, one after "no" too, and
#: a point before a letter is part of an address.
_END = re.compile(  # a class first: `re` skips to it, which it does not to a choice
    r"[，。！？；：…!?;:\n\r\t、|,.](?:(?<![,.])|(?<!\bno[,.])(?:(?<!\.)(?:(?<!\d,)|(?!\d))|(?<!,)(?![^\W_])))"
)
#: Where a sentence ends: as far as a disclaimer reaches.
_STOP = re.compile(r"[。！？…!?;；\n\r.](?:(?<!\.)|(?![^\W_]))")
_HAN = re.compile(f"[{HAN}]")
_WORD = re.compile(r"[a-z']+")

#: The shortest clause that is scored: characters in Chinese, words in English.
_SHORTEST = {"zh": 4, "en": 3}
#: The longest part of a clause that is scored, in code points: linear on text without punctuation.
_LONGEST = 300

_CLASSES: dict[str, Localized] = {
    "health": {"zh": "功效、健康", "en": "health or effect"},
    "standing": {"zh": "地位、数据、推荐或保证", "en": "standing, figures, backing or guarantee"},
    "finance": {"zh": "收益、投资", "en": "gain or investment"},
    "education": {"zh": "教育、培训成效", "en": "education or career"},
    "property": {"zh": "房产", "en": "property"},
    "offer": {"zh": "价格、环保", "en": "price or green"},
}
#: The duty to be true and to hold proof, in each market.
_LAWS = {
    "cn": ("《中华人民共和国广告法》", "28"),
    "us": ("FTC Act", "5"),
    "uk": ("UK CAP Code", "3.1, 3.7"),
    "eu": ("Directive 2005/29/EC", "6"),
}
#: The articles of the Advertising Law that a claim of a class is measured by beside that duty; of
#: claims on health, by what is sold: Article 17 is for all goods that are not medical.
_CN_ARTICLES = {
    "health": "17", "standing": "11", "finance": "25", "education": "24", "property": "26",
}  # fmt: skip
_CN_HEALTH = {
    "medicine": "16", "medical_device": "16", "medical_service": "16", "health_food": "18",
}  # fmt: skip
_REASON = {
    "zh": "这段话像是{what}方面的主张，发布前须有依据；由统计模型判断，把握 {score:.0%}。",
    "en": "It reads like a {what} claim: hold evidence before it goes out. Judged by a statistical "
    "model, {score:.0%} sure.",
}
_SUGGESTION = {
    "zh": "删去，或改为可核实的事实并附依据；若并非主张，可由法务复核后驳回",
    "en": "Remove it, or state a fact that can be checked and hold the proof; if it claims nothing, "
    "have it dismissed by the legal reviewer",
}


@dataclass(frozen=True, slots=True)
class _Clause:
    field: int
    start: int
    end: int
    text: str


class TrainedCheck:
    """Asks the trained models about the clauses with a cue, each language by its own model."""

    id = "trained"
    #: The engine runs it only where no check before it found what blocks or needs evidence.
    last_resort = True

    def hits(self, copy: Copy) -> Iterable[Hit | NotFlagged]:
        """Yield the clauses that read like claims, at most as `evidence`."""
        texts_of_copy = tuple(field.text for field in copy.fields)
        for language in ("zh", "en"):
            clauses = _clauses(texts_of_copy, language)
            if not clauses:
                continue
            limits = card(language)
            texts = list(dict.fromkeys(clause.text for clause in clauses))
            judged = dict(zip(texts, judge(language, texts), strict=True))
            for clause in clauses:
                score, kind = judged[clause.text]
                if score >= limits.warn:
                    yield _hit(copy, clause, kind, score, limits.evidence)

    def packs(self, copy: Copy) -> Iterable[PackRef]:
        """Yield the models that this check has asked, or would ask, about `copy`."""
        for language in ("zh", "en"):
            if _clauses(tuple(field.text for field in copy.fields), language):
                yield card(language).ref


@lru_cache(maxsize=4)  # the copy at hand in both languages: it is asked about, and then named
def _clauses(texts: tuple[str, ...], language: str) -> tuple[_Clause, ...]:
    """Return the clauses of `language` with a cue; folding keeps the offsets of the original."""
    found = []
    for index, normal in enumerate(normalized(texts)):
        text = normal.folded
        if language == "en" and not _WORD.search(text):
            continue
        if not (cues := cues_of(language).at(text)):
            continue
        marks = [mark.span() for mark in _END.finditer(text)]
        stops, starts = [mark[0] for mark in marks], [mark[1] for mark in marks]
        end = -1
        for at in cues:
            if at < end:
                continue
            before, after = bisect_right(starts, at), bisect_left(stops, at)
            start = max(end, at - _LONGEST, starts[before - 1] if before else 0, 0)
            end = min(at + _LONGEST, stops[after] if after < len(stops) else len(text))
            clause = text[start:end].strip()
            if _long_enough(clause, language) and not denied(
                language, clause, _before(text, start)
            ):
                start = text.index(clause, start)
                found.append(_Clause(index, start, start + len(clause), clause))
            end = max(end, at + 1)
    return tuple(found)


def _before(text: str, start: int) -> str:
    """Return what stands before `start` in its sentence."""
    low = max(0, start - _LONGEST)
    for mark in _STOP.finditer(text, low, start):
        low = mark.end()
    return text[low:start]


def _long_enough(clause: str, language: str) -> bool:
    if language == "zh":
        return len(clause) >= _SHORTEST["zh"] and bool(_HAN.search(clause))
    return not _HAN.search(clause) and len(_WORD.findall(clause)) >= _SHORTEST["en"]


def _hit(copy: Copy, clause: _Clause, kind: str, score: float, evidence: float) -> Hit:
    severity: Severity = "evidence" if score >= evidence else "warn"
    statute, article = _law(copy, kind)
    what = _CLASSES[kind]
    return Hit(
        rule=f"trained.{kind}_claim",
        severity=severity,
        field=clause.field,
        start=clause.start,
        end=clause.end,
        text=copy.fields[clause.field].text[clause.start : clause.end],
        reason={key: said.format(what=what[key], score=score) for key, said in _REASON.items()},
        suggestion=_SUGGESTION,
        statute=statute,
        article=article,
    )


def _law(copy: Copy, kind: str) -> tuple[str, str]:
    """Return statute and articles for a claim of class `kind` in the market of `copy`."""
    statute, article = _LAWS[copy.market]
    own = _CN_ARTICLES.get(kind) if copy.market == "cn" else None
    if own and kind == "health":
        own = _CN_HEALTH.get(copy.category, own)
    return statute, f"{own}, {article}" if own else article
