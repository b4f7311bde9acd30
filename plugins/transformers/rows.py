"""The state of a candidate while it is written, and how much room its slots have."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from generators.base import Slot
from plugins.transformers.leads import Lead, Plan

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(slots=True)
class Row:
    """The state of one candidate being written.

    A value is `said` (finished stretches) and `text` (the tokens of `current` decoded), whose first
    `opened` characters were the stretch's lead. `lead` and `queue` are tokens still to be put in
    the model's mouth: into the value, and between values. `avoid` are words that no value may
    hold, `echo` scraps of the leads that need not be said again; both are case-folded.
    """

    slots: tuple[Slot, ...]
    seed: int
    plan: Plan
    numbers: frozenset[str] = frozenset()
    avoid: tuple[str, ...] = ()
    echo: frozenset[str] = frozenset()
    values: list[str] = field(default_factory=list)
    cut: list[bool] = field(default_factory=list)
    said: str = ""
    current: list[int] = field(default_factory=list)
    text: str = ""
    opened: int = 0
    stretch: int = 0
    sentences: int = 0
    lead: list[int] = field(default_factory=list)
    queue: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    step: int = 0
    done: bool = False

    @property
    def slot(self) -> Slot:
        """The slot whose value is being written."""
        return self.slots[len(self.values)]

    @property
    def leads(self) -> tuple[Lead, ...]:
        """The leads of the slot being written."""
        return self.plan[len(self.values)]

    @property
    def value(self) -> str:
        """What has been written of the value so far."""
        return self.said + self.text

    @property
    def free(self) -> str:
        """What the model itself wrote of the present stretch."""
        return self.text[self.opened :]


def soft_cap(slot: Slot) -> int:
    """Return the most characters to write for `slot`: half over its target, within its limit."""
    usual = slot.target or slot.limit
    return max(1, min(slot.limit, usual + usual // 2))


def numbers(texts: Iterable[str]) -> frozenset[str]:
    """Return the numbers that occur in `texts`: all that a candidate may state."""
    return frozenset(match[0] for text in texts for match in NUMBER.finditer(text))


def token_budget(slots: Sequence[Slot]) -> int:
    """Return an upper bound of tokens for a candidate: a token a character, and its labels."""
    return sum(soft_cap(slot) + len(slot.label) + 4 for slot in slots)
