"""Texts that hurt a backtracking regex, made from the regex itself."""

import random
import re
from collections.abc import Callable, Iterator
from functools import partial
from re import _constants as op
from re import _parser as parser

#: Characters that many rules repeat.
COMMON = ("9", " ", "最", "a", "，", "%", "第", "\n")
_ANY = "x一9 -"


class _Writer:
    """Writes a text that a parsed regex matches, and notes what it could repeat on the way."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.pumps: list[tuple[str, str]] = []  # what stands before, what may be repeated
        self.literals: set[str] = set()

    def text(self, items: object, before: str = "") -> str:
        written = ""
        for name, value in items:
            written += self.one(name, value, before + written)
        return written

    def one(self, name: object, value: object, before: str) -> str:
        if name is op.LITERAL:
            self.literals.add(chr(value))
            return chr(value)
        if name is op.IN:
            return self.chosen(value)
        if name in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, most, body = value
            unit = self.text(body, before)
            if most > 1 and unit:
                self.pumps.append((before, unit))
            return unit * min(most, least + 1)
        if name is op.BRANCH:
            return self.draw.choice([self.text(branch, before) for branch in value[1]])
        if name is op.SUBPATTERN:
            return self.text(value[-1], before)
        if name is op.ATOMIC_GROUP:
            return self.text(value, before)
        if name is op.ASSERT and value[0] > 0:
            self.text(value[1], before)
        return "x" if name in (op.ANY, op.NOT_LITERAL) else ""

    def chosen(self, options: list[tuple[object, object]]) -> str:
        if options[0][0] is op.NEGATE:
            return "一"
        kind, value = self.draw.choice(options)
        if kind is op.LITERAL:
            return chr(value)
        if kind is op.RANGE:
            return chr(value[0])
        words = {op.CATEGORY_DIGIT: "9", op.CATEGORY_SPACE: " ", op.CATEGORY_WORD: "a"}
        return words.get(value, "-")


def attacks(regex: re.Pattern[str], *, seed: int = 0) -> Iterator[Callable[[int], str]]:
    """Yield writers of texts that make `regex` begin, go on and fail; each is told how long.

    Few are worth their text at its full length, so that nobody writes it before it is asked for.
    """
    units: dict[tuple[str, str], None] = {}
    literals: set[str] = set()
    parsed = parser.parse(regex.pattern, regex.flags)
    for round in range(3):
        writer = _Writer(random.Random(f"{seed} {round}"))
        whole = writer.text(parsed)
        for pump in writer.pumps:
            units[pump] = None
        if whole:
            units["", whole] = None
            units["", whole[:-1] or whole] = None  # begins over and over, never ends
        literals |= writer.literals
    chars = [*COMMON, *sorted(literals)[:6], *_ANY]
    for before, unit in [*units, *(("", char) for char in dict.fromkeys(chars))]:
        yield partial(_attack, before, unit)


def _attack(before: str, unit: str, length: int) -> str:
    return before + unit * (length // len(unit)) + "!"
