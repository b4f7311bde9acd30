"""Sampling: the noise is a fair Gumbel, and depends on seed, step and token alone."""

import math

import pytest

torch = pytest.importorskip("torch")

from plugins.transformers.sampling import Sampling, gumbel, ranked  # noqa: E402


def _noise(seeds, steps, tokens):
    return gumbel(torch.tensor(seeds), torch.tensor(steps), torch.tensor(tokens))


def test_noise_has_the_mean_and_spread_of_a_gumbel():
    noise = _noise([1, 2], [0, 0], [list(range(200_000))] * 2)
    assert noise.mean().item() == pytest.approx(0.5772, abs=0.01)
    assert noise.std().item() == pytest.approx(math.pi / math.sqrt(6), abs=0.01)
    assert torch.isfinite(noise).all()


def test_noise_depends_on_seed_step_and_token_and_nothing_else():
    alone = _noise([7], [3], [[10, 20]])
    batch = _noise([9, 7], [5, 3], [[1, 2], [20, 10]])
    assert batch[1].tolist() == alone[0].flip(0).tolist()
    for seeds, steps in (([8], [3]), ([7], [4])):
        assert _noise(seeds, steps, [[10, 20]]).tolist() != alone.tolist()


def _first(scores, how, count):
    rows = torch.tensor([scores]).expand(count, -1)
    found = ranked(rows, how, seeds=range(count), steps=[0] * count, own=[frozenset()] * count)
    return [row[0] for row in found]


def test_draws_follow_the_models_probabilities():
    scores = [math.log(p) for p in (0.6, 0.3, 0.1)]
    drawn = _first(scores, Sampling(temperature=1.0, top_p=1.0, top_k=0), 20_000)
    for token, share in enumerate((0.6, 0.3, 0.1)):
        assert drawn.count(token) / 20_000 == pytest.approx(share, abs=0.015)


def test_top_p_and_top_k_leave_the_tail_to_the_last():
    scores = [math.log(p) for p in (0.6, 0.3, 0.1)]
    assert set(_first(scores, Sampling(temperature=1.0, top_p=0.8, top_k=0), 500)) == {0, 1}
    assert set(_first(scores, Sampling(temperature=1.0, top_p=1.0, top_k=1), 500)) == {0}


def test_zero_temperature_is_greedy():
    assert set(_first([0.0, 2.0, 1.0], Sampling(temperature=0.0), 50)) == {1}


def test_the_penalty_touches_only_what_the_row_wrote():
    how = Sampling(temperature=0.0, repetition_penalty=2.0)
    rows = torch.tensor([[1.0, 1.5], [1.0, 1.5]])
    found = ranked(rows, how, seeds=[0, 0], steps=[0, 0], own=[frozenset({1}), frozenset()])
    assert [row[0] for row in found] == [0, 1]
