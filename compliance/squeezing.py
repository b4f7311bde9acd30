"""Squeezing: a text without what is put between and into its words.

Zero-width, bidi and combining marks go, symbols and spaces inside words, and what sets characters
apart one by one. Linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from compliance.folding import SHAM_LETTERS, invisible

#: The inside of a regex class: Chinese characters, radicals, and the signs that stand for one.
HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_IS_HAN = re.compile(f"[{HAN}]")
_HAN_END = re.compile(f"[{HAN}]+")
# Punctuation that ends a thought: words on its two sides are not one word, unless every character
# is set apart by it.
_BARRIER = re.compile(
    r"[#\n\r\u2028\u2029,，。．.！!？?；;：:、…()（）\[\]【】{}<>《》〈〉「」『』\"“”'‘’]"
)
_SHAM = re.escape(SHAM_LETTERS)
# Letters that only look like signs count as signs between two Han characters.
_RUN = re.compile(rf"(?<=[{HAN}])[\W_{_SHAM}]+(?=[{HAN}])|[\W_]+")
# Words of two characters and more with single marks between them, as most texts are, have no noise.
CLEAN = re.compile(
    r"(?:[0-9a-z\u4e00-\u9fff]{2,}+[，。！？；：、,.!?;:“”（）《》]{1,2})*+[0-9a-z\u4e00-\u9fff]*+"
)
_STOP = ",，。．.！!？?；;：:、…()（）\\[\\]【】{}<>《》〈〉「」『』\\\"“”'‘’#"
_MARK = r"[^\w\s" + _STOP + "]"
# A text without any of these is its own squeezed form: one cheap search spares most texts the walk.
# Each alternative looks back from the first sign it needs, so that letters are passed over fast.
MAY_BE_NOISE = re.compile(
    rf"[\W_{_SHAM}](?:(?<![\w \n{_STOP}%+&$¥￥/*@~～=-])|(?<=[_{_SHAM}])|(?<=\s)\s"
    # Spaces and marks beside Han characters.
    rf"|(?<=[{HAN}][^\w{_STOP}\n])|(?<=\s)[^\w\s]*[{HAN}]|(?<=[{HAN}][^\w\s])[^\w\s]*[^\S\n]"
    # Marks between letters, one of them Latin.
    rf"|(?<=[^\W\d]{_MARK}){_MARK}*[^\W\d{HAN}]"
    # Characters that stand alone: between signs, after Han and signs, after a lone character.
    rf"|(?<=\W)[{HAN}]\W|(?<=[{HAN}][^\w\s])[^\w\s]*[^\W\d{HAN}]\W"
    rf"|(?<=[{HAN}][^\W{HAN}]\W)\W*\w(?!\w)|(?<=\w\W)(?<!\w\w\W)\W*\w(?!\w))"
)


def squeeze(text: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return `text` without noise, and the map back as cuts and origins."""
    pieces: list[str] = []
    cuts: list[int] = []
    origins: list[int] = []
    size = 0
    for begin, end in _kept(text):
        pieces.append(text[begin:end])
        cuts.append(size)
        origins.append(begin)
        size += end - begin
    return "".join(pieces), tuple(cuts) or (0,), tuple(origins) or (0,)


@dataclass(slots=True)
class _Run:
    """A run of non-word characters, and what becomes of it.

    keep; drop; one: a run of spaces becomes one; tight: only its spaces go; chain: see `_drop_chains`.
    """

    begin: int
    end: int
    fate: str


def _kept(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of `text` that are no noise, in order."""
    start = 0
    for run in _judged(text):
        shown = [at for at in range(run.begin, run.end) if not invisible(text[at])]
        if run.fate == "drop":
            shown = []
        elif run.fate == "one" and all(text[at].isspace() for at in shown):
            shown = shown[:1]
        elif run.fate == "tight":
            shown = [at for at in shown if text[at] not in " \t"]
        if len(shown) == run.end - run.begin:
            continue
        if start < run.begin:
            yield start, run.begin
        yield from ((at, at + 1) for at in shown)
        start = run.end
    if start < len(text):
        yield start, len(text)


def _judged(text: str) -> list[_Run]:
    runs = []
    for match in _RUN.finditer(text):
        begin, end = match.span()
        shown = "".join(char for char in match.group() if not invisible(char))
        before = text[begin - 1] if begin else ""
        after = text[end] if end < len(text) else ""
        runs.append(_Run(begin, end, _fate(before, shown, after)))
    _drop_chains(text, runs)
    return runs


def _fate(before: str, shown: str, after: str) -> str:
    """Judge a run by what it shows and the word characters on its two sides."""
    if not shown:
        return "drop"
    if not before or not after:
        return "keep"
    han = bool(_IS_HAN.match(before)), bool(_IS_HAN.match(after))
    if _BARRIER.search(shown):
        return "chain" if all(han) or _in_word(before, shown, after) else "keep"
    if any(han):
        # 一〇〇%有效: after a nought, the sign belongs to the number.
        inside = all(han) and not ("%" in shown and before in "零〇")
        return "drop" if inside or shown.isspace() else "tight"
    if shown.isspace():
        return "chain" if before.isalpha() and after.isalpha() else "one"
    return "drop" if _in_word(before, shown, after) else "keep"


def _in_word(before: str, shown: str, after: str) -> bool:
    """Tell whether a run stands between two letters with no space in it."""
    return before.isalpha() and after.isalpha() and not any(char.isspace() for char in shown)


def _drop_chains(text: str, runs: list[_Run]) -> None:
    """Settle the runs that may separate single characters: b e s t, 国，家，级.

    Two or more in a row with one character between them are a disguise and go; between words they
    stay. A Latin chain must be of single letters at its ends too ("I a m" is one, "We r here" not).
    """
    standing = [run for run in runs if run.fate != "drop"]
    words = _words(text, runs)
    chain: list[_Run] = []
    for at, run in enumerate(standing):
        if chain and (run.fate != "chain" or len(words[at]) != 1):
            _settle(text, chain)
            chain = []
        if run.fate != "chain":
            continue
        # What counts is the Latin word at the run: 本品b.e.s.t is a chain, too.
        before, after = _HAN_END.split(words[at])[-1], _HAN_END.split(words[at + 1])[0]
        if _IS_HAN.match(text[run.begin - 1]) or len(before) == len(after) == 1:
            chain.append(run)
        else:
            _settle(text, [run])
    _settle(text, chain)


def _words(text: str, runs: list[_Run]) -> list[str]:
    """Return the word characters before each standing run, and after the last."""
    words, start = [], 0
    pieces: list[str] = []
    for run in runs:
        pieces.append(text[start : run.begin])
        start = run.end
        if run.fate != "drop":
            words.append("".join(pieces))
            pieces = []
    return [*words, "".join([*pieces, text[start:]])]


def _settle(text: str, chain: list[_Run]) -> None:
    """Drop the runs of a chain; but in Latin the widest gaps stay: c.u.r.e.s c.a.n.c.e.r."""
    for run in chain:
        run.fate = "drop" if len(chain) > 1 else "one"
    gaps = [run for run in chain if not _IS_HAN.match(text[run.begin - 1])]
    width = {id(run): _gap(text[run.begin : run.end]) for run in gaps}
    narrowest = min(width.values(), default=(False, 0))
    for run in gaps:
        if width[id(run)] > narrowest and width[id(run)][0]:
            run.fate = "one"


def _gap(shown: str) -> tuple[bool, int]:
    """Return how wide a run is: one with a space is wider than any without."""
    blanks = sum(char.isspace() for char in shown)
    return blanks > 0, blanks
