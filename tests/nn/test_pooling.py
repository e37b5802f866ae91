"""Pooling, against one sequence at a time."""

import numpy as np
import pytest
import torch

from spacy_rnn.nn.pooling import POOLINGS, Pooling
from spacy_rnn.nn.ragged import Ragged

LENGTHS = [3, 0, 1, 7, 0]


def ragged(lengths, width=4, dtype=torch.float32):
    generator = torch.Generator().manual_seed(1)
    data = torch.randn(sum(lengths), width, generator=generator, dtype=dtype)
    return Ragged(data, torch.tensor(lengths, dtype=torch.long))


def expected(pooling: Pooling, kind: str, rows: torch.Tensor) -> torch.Tensor:
    """One sequence's vector, by the definition."""
    if kind == "attention":
        weights = torch.softmax(pooling.query(torch.tanh(pooling.key(rows))), dim=0)
        return (weights.T @ rows).flatten()
    if kind == "mean":
        return rows.mean(0)
    if kind == "max":
        return rows.max(0).values
    half = rows.shape[1] // 2
    return torch.cat([rows[-1, :half], rows[0, half:]])


@pytest.mark.parametrize("kind", POOLINGS)
def test_each_sequence_is_pooled_as_if_alone(kind):
    torch.manual_seed(0)
    pooling = Pooling(4, [kind], heads=2)
    batch = ragged(LENGTHS)
    pooled = pooling(batch).vectors
    for rows, vector in zip(batch.to_list(), pooled):
        want = expected(pooling, kind, rows) if len(rows) else torch.zeros(pooling.output_width)
        assert torch.allclose(vector, want, atol=1e-6)


@pytest.mark.parametrize("lengths", [LENGTHS, [0, 0], [], [9], [1] * 12, [0, 4, 4, 0, 30, 1]])
def test_many_rows_are_pooled_in_portions_with_the_same_result(lengths, monkeypatch):
    torch.manual_seed(0)
    pooling, batch = Pooling(4, POOLINGS, heads=2), ragged(lengths)
    whole = pooling(batch)
    monkeypatch.setattr("spacy_rnn.nn.pooling.ROWS", 5)
    with torch.no_grad():
        portions = pooling(batch)
    assert torch.allclose(portions.vectors, whole.vectors, atol=1e-6)
    assert torch.allclose(portions.attention, whole.attention, atol=1e-6)


def test_kinds_stand_side_by_side():
    pooling = Pooling(4, POOLINGS, heads=3)
    assert pooling(ragged([2, 5])).vectors.shape == (2, 4 * (3 + 3))


def test_attention_sums_to_one_in_every_sequence_and_head():
    pooling = Pooling(4, ["attention"], heads=2)
    batch = ragged(LENGTHS)
    for weights in torch.split(pooling(batch).attention, LENGTHS):
        if len(weights):
            assert torch.allclose(weights.sum(0), torch.ones(2), atol=1e-6)


def test_extreme_attention_scores_stay_finite():
    pooling = Pooling(4, ["attention"], heads=1)
    with torch.no_grad():
        pooling.query.weight.fill_(1e4)
    assert torch.isfinite(pooling(ragged([5])).vectors).all()


def test_no_tokens_at_all():
    pooling = Pooling(4, POOLINGS, heads=1)
    assert not pooling(ragged([0, 0])).vectors.any()


@pytest.mark.parametrize("kind", POOLINGS)
def test_gradients(kind):
    torch.manual_seed(0)
    pooling = Pooling(4, [kind], heads=2).double()
    batch = ragged([3, 0, 2], dtype=torch.float64)
    assert torch.autograd.gradcheck(
        lambda data: pooling(batch.with_data(data)).vectors,
        (batch.data.requires_grad_(),),
    )


def test_order_of_the_batch_does_not_matter():
    pooling = Pooling(4, POOLINGS, heads=2)
    batch = ragged(LENGTHS)
    together = pooling(batch).vectors.detach().numpy()
    order = [3, 4, 0, 2, 1]
    shuffled = Ragged.from_list([batch.to_list()[i] for i in order])
    assert np.allclose(pooling(shuffled).vectors.detach().numpy(), together[order], atol=1e-6)
