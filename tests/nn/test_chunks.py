"""Sequences read chunk by chunk, against the same sequences read at once."""

import pytest
import torch

from spacy_rnn import native
from spacy_rnn.nn.chunks import read_chunks
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.nn.recurrent import RecurrentEncoder
from spacy_rnn.nn.stack import Cell
from spacy_rnn.nn.truncated import encode_in_chunks
from tests.memory import counts_memory, growth_of_the_peak
from tests.nn.test_recurrent import CELLS, LENGTHS, ragged

SHAPES = [
    {"depth": 1, "hidden_width": 8},
    {"depth": 2, "hidden_width": 6},
    {"depth": 3, "hidden_width": 8, "residual": True, "layer_norm": True},
]


def encoder_of(cell, shape, **settings):
    torch.manual_seed(0)
    return RecurrentEncoder(6, 8, cell=cell, **shape, **settings)


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("size", [1, 4, 17, 100])
def test_chunks_change_nothing_in_either_direction(cell, shape, size):
    encoder, batch = encoder_of(cell, shape), ragged(LENGTHS)
    with torch.no_grad():
        at_once = encoder(batch).data
        assert torch.allclose(encode_in_chunks(encoder, batch, size, 0.0).data, at_once, atol=1e-5)
    training = encode_in_chunks(encoder, batch, size, 0.0).data
    assert torch.allclose(training, at_once, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_sequence_that_is_never_there_as_a_whole_is_read_the_same(cell, shape):
    encoder, rows = encoder_of(cell, shape), ragged([23]).data
    asked = []

    def read(i):
        asked.append(i)
        return Ragged.from_list([rows[5 * i : 5 * i + 5]])

    with torch.no_grad():
        at_once = encoder(Ragged(rows, torch.tensor([23]))).data
    parts = list(read_chunks(encoder, [5, 5, 5, 5, 3], read))
    assert [len(part) for part in parts] == [5, 5, 5, 5, 3]
    assert torch.allclose(torch.cat(parts), at_once, atol=1e-5)
    assert not parts[0].requires_grad
    assert len(asked) == 5 * cell.directions


def gradients(encoder, batch, weights):
    rows = batch.data.clone().requires_grad_()
    encoder.zero_grad()
    (encoder(batch.with_data(rows)).data * weights).sum().backward()
    return [rows.grad, *(p.grad.clone() for p in encoder.parameters())]


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_gradient_is_whole_within_a_chunk_and_cut_between_chunks(cell, shape):
    whole, batch = encoder_of(cell, shape), ragged([10])
    parted = encoder_of(cell, shape, backprop_tokens=5)
    weights = torch.randn(10, 8)
    weights[5:] = 0.0
    rows, *_ = gradients(parted, batch, weights)
    assert not rows[5:].any() and rows[:5].any()
    whole_rows, *_ = gradients(whole, batch, weights)
    assert bool(whole_rows[5:].any()) == cell.bidirectional
    if not cell.bidirectional:
        assert torch.allclose(rows, whole_rows, atol=1e-5)
    parted.backprop_tokens = 10
    for a, b in zip(gradients(parted, batch, weights), gradients(whole, batch, weights)):
        assert torch.allclose(a, b, atol=1e-5)


def test_gradients_of_a_batch_are_the_sum_of_those_of_its_sequences():
    encoder = encoder_of(Cell("lstm"), SHAPES[2], backprop_tokens=4)
    batch, weights = ragged([9, 0, 3, 13]), torch.randn(25, 8)
    _, *together = gradients(encoder, batch, weights)
    alone = [
        gradients(encoder, Ragged(rows, torch.tensor([len(rows)])), part)[1:]
        for rows, part in zip(batch.to_list(), weights.split([9, 0, 3, 13]))
        if len(rows)
    ]
    for whole, *parts in zip(together, *alone):
        assert torch.allclose(whole, sum(parts), atol=1e-4)


def test_dropout_is_the_same_in_every_chunk_and_when_computed_again():
    encoder = encoder_of(Cell("lstm"), {"depth": 1, "hidden_width": 8}, backprop_tokens=3)
    batch = ragged([9])
    rows = batch.data.clone().requires_grad_()
    encoded = encoder(batch.with_data(rows), dropout=0.5).data
    dropped = (encoded == 0.0).all(dim=0)
    assert 0 < int(dropped.sum()) < 8
    assert ((encoded == 0.0).any(dim=0) == dropped).all()
    encoded[:, dropped].sum().backward()
    assert not rows.grad.any()


def growth(size):
    encoder = RecurrentEncoder(64, 64, 64, depth=2, backprop_tokens=size)

    def train(tokens):
        rows = torch.randn(tokens, 64, requires_grad=True)
        encoder(Ragged(rows, torch.tensor([tokens]))).data.square().sum().backward()

    train(1000)
    return growth_of_the_peak(lambda: train(40_000))


@counts_memory
def test_forty_thousand_tokens_train_in_bounded_memory():
    # One array of 40,000 x 64 floats is 10 MB: a few are there, but no activations of all steps.
    # So many tokens that what earlier tests have left in the allocator does not count.
    # The compiled kernels keep less of a whole text.
    with native.using(None):
        bounded, whole = growth(500), growth(0)
    assert bounded < 0.6 * whole, (bounded, whole)
