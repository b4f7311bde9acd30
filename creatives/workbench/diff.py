"""What an edit changed, in units that people read: a Chinese character, a Latin word. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "out", "in"]

#: The most pairs of equal units that are compared. difflib looks at each of them again and again:
#: a text that repeats one word 1,000 times costs minutes. Prose of 3,000 characters stays below.
MAX_PAIRS = 100_000

#: What joins the character before it: combining marks, variation selectors, skin tones, tags.
_EXTEND = (
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f"
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u20d0-\u20ff\u302a-\u302f"
    r"\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
    r"\U000e0100-\U000e01ef]"
)
_JOINED = rf"{_EXTEND}*(?:\u200d.{_EXTEND}*)*"
#: One grapheme cluster, after Unicode Standard Annex #29: line ends, flags, Hangul from its
#: letters, or any character; with marks, and what a joiner ties to it.
_CLUSTER = (
    r"(?:\r\n|[\U0001f1e6-\U0001f1ff]{2}|[\u1100-\u115f]+[\u1160-\u11a7]*[\u11a8-\u11ff]*|.)"
    + _JOINED
)
#: Letters and digits of scripts that write words apart; a word keeps its inner ' ’ - . ,
_LETTER = r"[0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f]"
_WORD = rf"(?:{_LETTER}{_EXTEND}*)+"
_SPACES = rf"[ \t]+(?!{_EXTEND}|\u200d)"
_TOKEN = re.compile(
    rf"{_WORD}(?:['’.,-]{_WORD})*(?:\u200d.{_EXTEND}*)*|{_SPACES}|{_CLUSTER}", re.DOTALL
)
_LINE = re.compile(rf"[^\n。！？!?]*(?:\n|[。！？!?]+|\Z)(?:{_EXTEND}|\u200d.)*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text that stayed, went out or came in."""

    kind: Kind
    text: str


def tokens(text: str) -> list[str]:
    """Return `text` in units that a diff may exchange; joined, they are the text."""
    return _TOKEN.findall(text)


def diff(old: str, new: str) -> list[Part]:
    """Return how `old` became `new`.

    Without what came in the parts are `old`, without what went out they are `new`. Very long texts
    are compared by sentences, and what repeats itself without end is exchanged whole.
    """
    left, right = tokens(old), tokens(new)
    head = _common(left, right)
    tail = _common(left[head:][::-1], right[head:][::-1])
    middle = left[head : len(left) - tail], right[head : len(right) - tail]
    if _costly(*middle):
        middle = _sentences(middle[0]), _sentences(middle[1])
    if _costly(*middle):
        middle = ["".join(middle[0])], ["".join(middle[1])]
    parts: list[tuple[Kind, str]] = [("same", "".join(left[:head]))]
    parts += _compared(*middle)
    parts.append(("same", "".join(left[len(left) - tail :])))
    return list(_joined(parts))


def pairs(
    old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield (field name, old text, new text) of two lists of [name, text].

    Equal fields meet each other; between them, fields of one name meet in order. What is only on
    one side has "" on the other.
    """
    before, after = [tuple(field) for field in old], [tuple(field) for field in new]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _tag, i, i_end, j, j_end in matcher.get_opcodes():
        gone, come = list(before[i:i_end]), list(after[j:j_end])
        for name, text in come:
            match = next((field for field in gone if field[0] == name), None)
            if match is not None:
                gone.remove(match)
            yield name, match[1] if match else "", text
        for name, text in gone:
            yield name, text, ""


def _common(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _costly(left: list[str], right: list[str]) -> bool:
    one, other = Counter(left), Counter(right)
    return sum(count * other[unit] for unit, count in one.items()) > MAX_PAIRS


def _sentences(units: list[str]) -> list[str]:
    return [line for line in _LINE.findall("".join(units)) if line]


def _compared(left: list[str], right: list[str]) -> list[tuple[Kind, str]]:
    parts: list[tuple[Kind, str]] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            parts.append(("same", "".join(left[i:i_end])))
            continue
        parts += [("out", "".join(left[i:i_end])), ("in", "".join(right[j:j_end]))]
    return parts


def _joined(parts: list[tuple[Kind, str]]) -> Iterator[Part]:
    """Drop empty parts, and join neighbours of one kind."""
    kept: list[tuple[Kind, str]] = []
    for kind, text in parts:
        if not text:
            continue
        if kept and kept[-1][0] == kind:
            kept[-1] = (kind, kept[-1][1] + text)
        else:
            kept.append((kind, text))
    for kind, text in kept:
        yield Part(kind, text)
