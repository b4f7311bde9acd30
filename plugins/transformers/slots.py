"""Guided decoding: a state machine a row, so that any causal model writes complete candidates.

In one `generate` call a row writes the value of its first slot until a newline, then the label of
the next slot is put in its mouth, and so on; after the last slot comes the end token. The model
chooses words, the machine keeps the form: every slot is written, lengths stay near their target,
numbers are only those of the brief.

Sampling is the Gumbel-max trick (Gumbel 1954; Maddison et al., arXiv 1411.0030) with noise that is
a hash of (seed, step, token), not a stream: a row draws the same noise alone, in a batch, on CPU
or on CUDA, so it writes the same text up to the rounding of its logits.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from transformers import LogitsProcessor, StoppingCriteria

from compliance.counting import length
from generators.base import Slot
from generators.fields import fit
from plugins.transformers.leads import Lead, Plan, packed

#: How many of the likeliest tokens are looked at where `top_k` is off, and at most.
_MOST_TOKENS = 1000
#: A run of this many tokens is not written twice in one candidate: small models loop.
_NO_REPEAT = 6
#: Fields with a longer target are bodies: they may not end in their first words.
_SHORT = 40
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SENTENCE_END = re.compile(r"[。！？!?…][”’」』）)\"']*\s*$|\.[”’)\"']*\s*$")
#: Marks of the prompt's own sections, and the sign of an undecodable byte.
_FORBIDDEN = re.compile(r"[【】\[\]<>{}|\\`]|https?:|www\.")
_UNFINISHED = "\ufffd"
#: Characters from here on are written without spaces between words.
_CJK = "\u2e80"
BLANKS = "，,、；;：:。.！!？? \t"


class Tokenizer(Protocol):
    """What is used of a Hugging Face tokenizer."""

    eos_token_id: int | None

    def encode(self, text: str, *, add_special_tokens: bool = True) -> list[int]:
        """Return token ids of `text`."""

    def decode(self, ids: Sequence[int], *, skip_special_tokens: bool = False) -> str:
        """Return the text of token ids."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a token is chosen: see `TransformersOptions`."""

    temperature: float = 0.8
    top_p: float = 0.92
    top_k: int = 50
    repetition_penalty: float = 1.1


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
    return frozenset(match[0] for text in texts for match in _NUMBER.finditer(text))


def token_budget(slots: Sequence[Slot]) -> int:
    """Return an upper bound of tokens for a candidate: a token a character, and its labels."""
    return sum(soft_cap(slot) + len(slot.label) + 4 for slot in slots)


class SlotProcessor(LogitsProcessor):
    """Choose each row's next token; greedy decoding over its output then follows the choice."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        rows: Sequence[Row],
        *,
        sampling: Sampling,
        end: int,
        budget: int,
    ) -> None:
        self._tokenizer = tokenizer
        self._rows = rows
        self._sampling = sampling
        self._end = end
        self._budget = budget
        for row in rows:
            self.open(row)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return scores in which each row's chosen token alone is possible."""
        choices = self._ranked(scores)
        chosen = [self._next(row, ranked) for row, ranked in zip(self._rows, choices, strict=True)]
        picked = torch.tensor(chosen, device=scores.device).unsqueeze(1)
        return torch.full_like(scores, float("-inf")).scatter_(1, picked, 0.0)

    def finish(self) -> None:
        """Close what was being written when decoding stopped at its token budget."""
        for row in self._rows:
            if not row.done:
                self._close(row, cut=True)
                missing = len(row.slots) - len(row.values)
                row.values.extend([""] * missing)
                row.cut.extend([True] * missing)
                row.done = True

    def _ranked(self, scores: torch.Tensor) -> list[list[int]]:
        """Return the candidate tokens of each row, best first after noise, the nucleus first."""
        how = self._sampling
        most = min(how.top_k or _MOST_TOKENS, _MOST_TOKENS, scores.shape[-1])
        logits, tokens = scores.float().topk(most, dim=-1)
        logits = self._penalised(logits, tokens)
        if how.temperature == 0:
            order = logits.argsort(dim=-1, descending=True, stable=True)
            return _rows(tokens.gather(1, order))
        logits = logits / how.temperature
        logits, order = logits.sort(dim=-1, descending=True, stable=True)
        tokens = tokens.gather(1, order)
        before = logits.softmax(-1).cumsum(-1) - logits.softmax(-1)
        noisy = logits + gumbel(
            torch.tensor([row.seed for row in self._rows], device=scores.device),
            torch.tensor([row.step for row in self._rows], device=scores.device),
            tokens,
        )
        # Outside the nucleus comes last, likeliest first: taken only if all others are barred.
        ranks = torch.arange(most, device=scores.device, dtype=noisy.dtype)
        noisy = torch.where(before < how.top_p, noisy, -1e9 - ranks)
        return _rows(tokens.gather(1, noisy.argsort(dim=-1, descending=True, stable=True)))

    def _penalised(self, logits: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """Push down what the row wrote itself; the prompt's words (the facts) are left alone."""
        penalty = self._sampling.repetition_penalty
        if penalty == 1.0:
            return logits
        seen = torch.zeros_like(tokens, dtype=torch.bool)
        for index, row in enumerate(self._rows):
            if row.current and not row.done:
                own = torch.tensor(sorted(set(row.current)), device=tokens.device)
                seen[index] = torch.isin(tokens[index], own)
        return torch.where(
            seen, torch.where(logits > 0, logits / penalty, logits * penalty), logits
        )

    def _next(self, row: Row, ranked: list[int]) -> int:
        row.step += 1
        if row.done:
            return self._end
        if not row.queue:
            token = self._forced(row) if row.lead else self._choose(row, ranked)
            if token is not None:
                return token
        if not row.queue:
            row.done = True
            return self._end
        token = row.queue.pop(0)
        if not row.queue:
            self.open(row)
        return token

    def open(self, row: Row) -> None:
        """Begin a stretch of the value: queue its lead, if the slot has one."""
        if row.stretch < len(row.leads):
            lead = row.leads[row.stretch]
            gap = "" if lead.text[:1] > _CJK or row.said[-1:] > _CJK else " "
            row.lead = _ids(self._tokenizer, gap + lead.text)
            row.sentences = lead.sentences

    def _forced(self, row: Row) -> int:
        token = row.lead.pop(0)
        row.current.append(token)
        row.text = self._text(row.current)
        row.opened = len(row.text)
        return token

    def _choose(self, row: Row, ranked: list[int]) -> int | None:
        """Take the first allowed token of `ranked`; None when something is forced instead."""
        if self._full(row):
            return self._close(row, cut=True)
        lead = row.leads[row.stretch] if row.stretch < len(row.leads) else None
        if lead is not None and lead.whole:
            return self._turn(row)
        if _SENTENCE_END.search(row.free) and self._rounded(row):
            return self._turn(row)
        if lead is not None and lead.sentences and len(row.free) > self._stretch_cap(row):
            return self._turn(row)
        for token in ranked:
            text = self._text([*row.current, token])
            if token == self._end or "\n" in text:
                if self._may_end(row):
                    return self._turn(row) if row.leads else self._close(row)
            elif self._allowed(row, token, text):
                row.current.append(token)
                row.written.append(token)
                row.text = text
                return token
        return self._close(row, cut=True)

    def _full(self, row: Row) -> bool:
        """Whether there is no more room: the value must end here, in mid-thought or not."""
        cap, limit = soft_cap(row.slot), row.slot.limit
        if row.step >= self._budget:
            return True
        return len(row.value) > cap or length(row.value, row.slot.counting) > limit

    def _rounded(self, row: Row) -> bool:
        """Whether the end of a sentence is a good place to leave this stretch."""
        if row.leads:
            row.sentences -= 1
            return row.sentences == 0
        target = row.slot.target
        return target > _SHORT and len(row.value.strip()) >= 0.75 * target

    def _stretch_cap(self, row: Row) -> int:
        """Return how far a sentence may run on from its lead, in characters."""
        return 36 if any(char > _CJK for char in row.text) else 110

    def _may_end(self, row: Row) -> bool:
        """Whether the line may end here: it says something, and a body not in its first words."""
        if not self._numbers_known(row, row.text, ended=True):
            return False
        if row.leads:
            return row.leads[row.stretch].stops or len(row.free.strip(BLANKS)) >= 2
        least = row.slot.target // 3 if row.slot.target > _SHORT else 2
        return len(row.value.strip()) >= least

    def _turn(self, row: Row) -> int | None:
        """Finish the stretch with a full stop, and go on to the slot's next lead or close it."""
        lead = row.leads[row.stretch] if row.leads else None
        if lead is not None and lead.sentences and not _SENTENCE_END.search(row.text):
            stop = "。" if any(char > _CJK for char in row.text) else "."
            whole = fit(row.text.rstrip(), max(0, len(row.text.rstrip()) - 1), "characters")
            kept = whole if len(whole) > row.opened else row.text.rstrip()
            row.text = kept.rstrip(BLANKS) + stop
        if row.stretch + 1 >= len(row.leads):
            return self._close(row)
        row.said, row.current, row.text, row.opened = row.value, [], "", 0
        row.stretch += 1
        self.open(row)
        return self._forced(row)

    def _allowed(self, row: Row, token: int, text: str) -> bool:
        free = text[row.opened :].lstrip()
        if _FORBIDDEN.search(text):
            return False
        if free and row.opened and free[0] in BLANKS and not row.leads[row.stretch].stops:
            return False
        if row.leads and any(char in free for char in "；;"):
            return False
        if not free and len(row.current) > len(row.text) + 2:
            return False
        folded = text.casefold()
        if any(word in folded and word not in row.text.casefold() for word in row.avoid):
            return False
        if row.opened and row.echo and self._echoes(row, folded[row.opened :]):
            return False
        if not self._numbers_known(row, text):
            return False
        tail = (*row.written[-_NO_REPEAT + 1 :], token)
        return len(tail) < _NO_REPEAT or not _contains(row.written, tail)

    def _echoes(self, row: Row, free: str) -> bool:
        """Whether what the model goes on with is what another lead says anyway."""
        said = packed(free)
        return any(scrap in said for scrap in row.echo)

    def _numbers_known(self, row: Row, text: str, *, ended: bool = False) -> bool:
        """Whether every number of `text` may stand there; the last may still be growing.

        After a lead only its own numbers may: "7 days" of one fact and "699" of another make a
        third that is false. Without leads, all numbers of the brief.
        """
        allowed = numbers([row.text[: row.opened]]) if row.opened else row.numbers
        for match in _NUMBER.finditer(text):
            growing = match.end() == len(text) and not ended
            if match[0] in allowed:
                continue
            if not (growing and any(known.startswith(match[0]) for known in allowed)):
                return False
        return True

    def _close(self, row: Row, *, cut: bool = False) -> int | None:
        """End the value, and queue what leads to the next one; the queue, not this, gives a token."""
        row.values.append(row.value.replace(_UNFINISHED, ""))
        row.cut.append(cut)
        row.said, row.current, row.text, row.opened, row.stretch = "", [], "", 0, 0
        if len(row.values) < len(row.slots):
            row.queue = _ids(self._tokenizer, f"\n{row.slot.label}")
        return None

    def _text(self, ids: Sequence[int]) -> str:
        return self._tokenizer.decode(ids, skip_special_tokens=True)


class Stopper(StoppingCriteria):
    """Stop every row once the run is cancelled; asked at each decoding step."""

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self.stopped = False

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **rest: Any) -> torch.Tensor:
        """Return True for all rows when cancelled."""
        self.stopped = self.stopped or self._cancelled()
        return torch.full((input_ids.shape[0],), self.stopped, device=input_ids.device)


def gumbel(seeds: torch.Tensor, steps: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Return Gumbel(0, 1) noise of shape [rows, k] as a hash of (seed, step, token).

    The hash is the finaliser of SplitMix64 (Steele, Lea, Flood 2014) applied to each in turn.
    """
    state = _mix(_mix(seeds.long()) + steps.long()).unsqueeze(1)
    bits = _mix(state + tokens.long())
    uniform = (_shift(bits, 11).double() + 0.5) / float(1 << 53)
    return -torch.log(-torch.log(uniform)).float()


def _mix(value: torch.Tensor) -> torch.Tensor:
    value = value + -0x61C8864680B583EB
    value = (value ^ _shift(value, 30)) * -0x40A7B892E31B1A47
    value = (value ^ _shift(value, 27)) * -0x6B2FB644ECCEEE15
    return value ^ _shift(value, 31)


def _shift(value: torch.Tensor, by: int) -> torch.Tensor:
    """Shift right without the sign: torch has no unsigned 64-bit arithmetic."""
    return (value >> by) & ((1 << (64 - by)) - 1)


def _rows(tokens: torch.Tensor) -> list[list[int]]:
    found: list[list[int]] = tokens.tolist()
    return found


def _contains(ids: Sequence[int], tail: Sequence[int]) -> bool:
    size = len(tail)
    return any(tuple(ids[i : i + size]) == tuple(tail) for i in range(len(ids) - size + 1))


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    """Return tokens of `text` as it follows other text: some tokenizers add a space at a start."""
    anchor = tokenizer.encode("a", add_special_tokens=False)
    both = tokenizer.encode(f"a{text}", add_special_tokens=False)
    if both[: len(anchor)] == anchor:
        return both[len(anchor) :]
    return tokenizer.encode(text, add_special_tokens=False)
