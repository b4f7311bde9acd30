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
    """The state of one candidate being written."""

    slots: tuple[Slot, ...]
    seed: int
    numbers: frozenset[str] = frozenset()
    values: list[str] = field(default_factory=list)
    cut: list[bool] = field(default_factory=list)
    current: list[int] = field(default_factory=list)
    text: str = ""
    queue: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    step: int = 0
    done: bool = False

    @property
    def slot(self) -> Slot:
        """The slot whose value is being written."""
        return self.slots[len(self.values)]


def soft_cap(slot: Slot) -> int:
    """Return the most characters to write for `slot`: half over its target, never over its limit."""
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
                self._close(row, row.text, cut=True)
                missing = len(row.slots) - len(row.values)
                row.values.extend([""] * missing)
                row.cut.extend([True] * missing)
                row.done = True

    def _ranked(self, scores: torch.Tensor) -> list[list[int]]:
        """Return the candidates of each row, best first after noise, outside the nucleus left out."""
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
        # Tokens outside the nucleus come last, likeliest first: taken only if all others are barred.
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
            token = self._choose(row, ranked)
            if token is not None:
                return token
        if not row.queue:
            row.done = True
            return self._end
        return row.queue.pop(0)

    def _choose(self, row: Row, ranked: list[int]) -> int | None:
        """Take the first allowed token of `ranked`; None when the value ends here instead."""
        if self._full(row):
            self._close(row, row.text, cut=True)
            return None
        if self._rounded(row):
            self._close(row, row.text)
            return None
        for token in ranked:
            text = self._text([*row.current, token])
            ends = token == self._end or "\n" in text
            head = text.split("\n", 1)[0] if token != self._end else row.text
            if ends and self._may_end(row, head):
                self._close(row, head)
                return None
            if not ends and self._allowed(row, token, text):
                row.current.append(token)
                row.written.append(token)
                row.text = text
                return token
        self._close(row, row.text, cut=True)
        return None

    def _full(self, row: Row) -> bool:
        """Whether there is no more room: the value must end here, in the middle of a thought or not."""
        cap, limit = soft_cap(row.slot), row.slot.limit
        if len(row.current) >= cap + 4 or row.step >= self._budget:
            return True
        return len(row.text) > cap or length(row.text, row.slot.counting) > limit

    def _rounded(self, row: Row) -> bool:
        """Whether a body is near its target and at the end of a sentence: a good place to stop."""
        target = row.slot.target
        if target <= _SHORT or len(row.text.strip()) < 0.75 * target:
            return False
        return _SENTENCE_END.search(row.text) is not None

    def _may_end(self, row: Row, head: str) -> bool:
        """Whether a newline may end the value: it says something, and a body not in its first words."""
        least = row.slot.target // 3 if row.slot.target > _SHORT else 2
        return len(head.strip()) >= least and self._numbers_known(row, head)

    def _allowed(self, row: Row, token: int, text: str) -> bool:
        fresh = text[len(row.text) :] if text.startswith(row.text) else text
        if _FORBIDDEN.search(text) or (not row.text and not fresh.strip() and len(row.current) > 1):
            return False
        if not self._numbers_known(row, text, open_end=True):
            return False
        tail = (*row.current[-_NO_REPEAT + 1 :], token)
        return len(tail) < _NO_REPEAT or not _contains(row.written, tail)

    def _numbers_known(self, row: Row, text: str, *, open_end: bool = False) -> bool:
        """Whether every number of `text` is one of the brief's; the last may still be growing."""
        for match in _NUMBER.finditer(text):
            growing = open_end and match.end() == len(text)
            if match[0] in row.numbers:
                continue
            if not (growing and any(known.startswith(match[0]) for known in row.numbers)):
                return False
        return True

    def _close(self, row: Row, text: str, *, cut: bool = False) -> None:
        """End the value with `text`, and queue what leads to the next one."""
        rest = text[len(row.text) :] if text.startswith(row.text) else ""
        row.values.append(text.replace(_UNFINISHED, ""))
        row.cut.append(cut)
        row.current, row.text = [], ""
        if len(row.values) < len(row.slots):
            row.queue = _ids(self._tokenizer, f"{rest}\n{row.slot.label}")

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
    """Return Gumbel(0, 1) noise as a hash of (seed, step, token): [rows], [rows], [rows, k] -> [rows, k].

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
    """Return the tokens of `text` as they follow other text: some tokenizers add a space at a start."""
    anchor = tokenizer.encode("a", add_special_tokens=False)
    both = tokenizer.encode(f"a{text}", add_special_tokens=False)
    if both[: len(anchor)] == anchor:
        return both[len(anchor) :]
    return tokenizer.encode(text, add_special_tokens=False)
