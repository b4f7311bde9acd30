"""Sampling that does not depend on the batch: the Gumbel-max trick over hashed noise.

Gumbel-max (Gumbel 1954; Maddison et al., arXiv 1411.0030) draws from a softmax by adding noise and
taking the best. The noise here is a hash of (seed, step, token), not a stream: a row draws the same
noise alone, in a batch, on CPU or on CUDA, so it writes the same text up to the rounding of its
logits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

#: How many of the likeliest tokens are looked at where `top_k` is off, and at most.
_MOST_TOKENS = 1000


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a token is chosen: see `TransformersOptions`."""

    temperature: float = 0.7
    top_p: float = 0.9
    top_k: int = 50
    repetition_penalty: float = 1.1


def ranked(
    scores: torch.Tensor,
    how: Sampling,
    *,
    seeds: Sequence[int],
    steps: Sequence[int],
    own: Sequence[frozenset[int]],
) -> list[list[int]]:
    """Return the candidate tokens of each row, best first after noise, the nucleus first.

    `scores` are logits [rows, vocabulary]; `own` the tokens that each row wrote itself, which the
    repetition penalty pushes down (the prompt's words, the facts, are left alone).
    """
    most = min(how.top_k or _MOST_TOKENS, _MOST_TOKENS, scores.shape[-1])
    logits, tokens = scores.float().topk(most, dim=-1)
    logits = _penalised(logits, tokens, own, how.repetition_penalty)
    if how.temperature == 0:
        order = logits.argsort(dim=-1, descending=True, stable=True)
        return _rows(tokens.gather(1, order))
    logits = logits / how.temperature
    logits, order = logits.sort(dim=-1, descending=True, stable=True)
    tokens = tokens.gather(1, order)
    before = logits.softmax(-1).cumsum(-1) - logits.softmax(-1)
    noisy = logits + gumbel(
        torch.tensor(seeds, device=scores.device),
        torch.tensor(steps, device=scores.device),
        tokens,
    )
    # Outside the nucleus comes last, likeliest first: taken only if all others are barred.
    ranks = torch.arange(most, device=scores.device, dtype=noisy.dtype)
    noisy = torch.where(before < how.top_p, noisy, -1e9 - ranks)
    return _rows(tokens.gather(1, noisy.argsort(dim=-1, descending=True, stable=True)))


def _penalised(
    logits: torch.Tensor, tokens: torch.Tensor, own: Sequence[frozenset[int]], penalty: float
) -> torch.Tensor:
    if penalty == 1.0:
        return logits
    seen = torch.zeros_like(tokens, dtype=torch.bool)
    for index, written in enumerate(own):
        if written:
            held = torch.tensor(sorted(written), device=tokens.device)
            seen[index] = torch.isin(tokens[index], held)
    return torch.where(seen, torch.where(logits > 0, logits / penalty, logits * penalty), logits)


def gumbel(seeds: torch.Tensor, steps: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Return Gumbel(0, 1) noise of shape [rows, k] as a hash of (seed, step, token).

    The hash is the finaliser of SplitMix64 (Steele, Lea, Flood 2014) applied to each in turn.
    """
    state = _mix(_mix(seeds.long()) + steps.long()).unsqueeze(1)
    bits = _mix(state + tokens.long())
    # 52 bits, so that the half is exact and the uniform number is never 0 or 1.
    uniform = (_shift(bits, 12).double() + 0.5) / float(1 << 52)
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
