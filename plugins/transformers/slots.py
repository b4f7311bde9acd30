"""Guided decoding: a state machine a row, so that any causal model writes complete candidates.

In one `generate` call a row writes the value of its first slot until a newline, then the label of
the next slot is put in its mouth, and so on; after the last slot comes the end token. The model
chooses words, the machine keeps the form: every slot is written, lengths stay near their target,
numbers are only those of the brief.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch
from transformers import LogitsProcessor, StoppingCriteria

from compliance.counting import length
from generators.fields import fit
from plugins.transformers.leads import packed, scraps
from plugins.transformers.rows import NUMBER, Row, numbers, soft_cap
from plugins.transformers.sampling import Sampling, ranked

#: A run of this many tokens is not written twice in one candidate: small models loop.
_NO_REPEAT = 6
#: Fields with a longer target are bodies: they may not end in their first words.
_SHORT = 40
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
        choices = ranked(
            scores,
            self._sampling,
            seeds=[row.seed for row in self._rows],
            steps=[row.step for row in self._rows],
            own=[frozenset(() if row.done else row.current) for row in self._rows],
        )
        chosen = [self._next(row, best) for row, best in zip(self._rows, choices, strict=True)]
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

    def _next(self, row: Row, best: list[int]) -> int:
        row.step += 1
        if row.done:
            return self._end
        if not row.queue:
            token = self._forced(row) if row.lead else self._choose(row, best)
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

    def _choose(self, row: Row, best: list[int]) -> int | None:
        """Take the first allowed token of `best`; None when something is forced instead."""
        if self._full(row):
            return self._close(row, cut=True)
        lead = row.leads[row.stretch] if row.stretch < len(row.leads) else None
        if lead is not None and lead.whole:
            return self._turn(row)
        if _SENTENCE_END.search(row.free) and self._rounded(row):
            return self._turn(row)
        if lead is not None and lead.sentences and len(row.free) > self._stretch_cap(row):
            return self._turn(row)
        barred = False
        for token in best:
            text = self._text([*row.current, token])
            if token == self._end or "\n" in text:
                if self._may_end(row):
                    # A line that ends because its next word was barred ends in mid-thought.
                    whole = not barred or (lead is not None and lead.sentences > 0)
                    return self._turn(row) if whole and lead else self._close(row, cut=not whole)
            elif not self._allowed(row, token, text):
                barred = True
            else:
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
        row.echo |= scraps(row.free, characters=4, words=3)
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
        for match in NUMBER.finditer(text):
            growing = match.end() == len(text) and not ended
            if match[0] in allowed:
                continue
            if not (growing and any(known.startswith(match[0]) for known in allowed)):
                return False
        return True

    def _close(self, row: Row, *, cut: bool = False) -> int | None:
        """End the value and queue what leads to the next one. Gives no token: the queue does."""
        row.values.append(row.value.replace(_UNFINISHED, ""))
        row.cut.append(cut)
        if row.opened:
            row.echo |= scraps(row.free, characters=4, words=3)
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
