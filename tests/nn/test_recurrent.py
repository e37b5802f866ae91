"""Recurrent encoders against torch's layers, run one sequence at a time."""

import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.nn.recurrent import RecurrentEncoder
from spacy_rnn.nn.stack import Cell
from tests.memory import counts_memory, growth_of_the_peak

CELLS = [
    Cell("lstm"),
    Cell("gru"),
    Cell("elman"),
    Cell("elman", nonlinearity="relu"),
    Cell("lstm", bidirectional=False),
    Cell("gru", bidirectional=False),
]
LENGTHS = [3, 0, 1, 17, 40, 5, 5, 2, 0]


def ragged(lengths, width=6, dtype=torch.float32, seed=0):
    generator = torch.Generator().manual_seed(seed)
    data = torch.randn(sum(lengths), width, generator=generator, dtype=dtype)
    return Ragged(data, torch.tensor(lengths))


def by_torch(encoder: RecurrentEncoder, rows: torch.Tensor) -> torch.Tensor:
    """One sequence of (T, input) through the encoder's own torch layers, by the definition."""
    for i, layer in enumerate(encoder.layers):
        hidden = layer(rows.unsqueeze(1))[0].squeeze(1)
        if encoder.residual and hidden.shape == rows.shape:
            hidden = hidden + rows
        rows = encoder.norms[i](hidden) if len(encoder.norms) else hidden
    return rows if encoder.output is None else encoder.output(rows)


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize(
    "shape",
    [
        {"depth": 1, "hidden_width": 8},
        {"depth": 3, "hidden_width": 8, "residual": True, "layer_norm": True},
        {"depth": 2, "hidden_width": 6, "residual": True},
    ],
    ids=str,
)
def test_every_sequence_is_read_as_torch_reads_it_alone(cell, shape):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(6, 8, cell=cell, **shape)
    batch = ragged(LENGTHS)
    for rows, got in zip(batch.to_list(), encoder(batch).to_list()):
        if len(rows):
            assert torch.allclose(got, by_torch(encoder, rows), atol=1e-5)


@pytest.mark.parametrize("cell", CELLS[:3], ids=str)
def test_gradients_of_a_batch_are_the_sum_of_single_sequences(cell):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(6, 8, 8, cell=cell)
    batch = ragged(LENGTHS)
    encoder(batch).data.square().sum().backward()
    together = [weight.grad.clone() for weight in encoder.parameters()]
    encoder.zero_grad()
    for rows in batch.to_list():
        if len(rows):
            by_torch(encoder, rows).square().sum().backward()
    for mine, weight in zip(together, encoder.parameters()):
        assert torch.allclose(mine, weight.grad, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_gradients_in_double_precision(cell):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(3, 4, 4, depth=2, cell=cell, layer_norm=True).double()
    batch = ragged([2, 0, 3, 1], width=3, dtype=torch.float64)
    assert torch.autograd.gradcheck(
        lambda data: encoder(batch.with_data(data)).data, (batch.data.requires_grad_(),)
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_neighbours_and_order_do_not_matter(lengths, random):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(6, 8, 8)
    batch = ragged(lengths)
    sequences = batch.to_list()
    with torch.no_grad():
        together = encoder(batch).to_list()
        order = list(range(len(lengths)))
        random.shuffle(order)
        shuffled = encoder(Ragged.from_list([sequences[i] for i in order])).to_list()
    for place, i in enumerate(order):
        assert torch.allclose(shuffled[place], together[i], atol=1e-5)


@counts_memory
def test_one_long_text_among_many_short_ones_costs_little(record_property):
    encoder = RecurrentEncoder(64, 64, 64)
    batch = ragged([1] * 999 + [10_000], width=64)
    begin = time.process_time()
    with torch.no_grad():
        megabytes = growth_of_the_peak(lambda: encoder(batch))
    seconds = time.process_time() - begin
    record_property("seconds", seconds)
    record_property("megabytes", megabytes)
    assert seconds < 1.0 and megabytes < 50


def test_locked_dropout_drops_the_same_features_at_every_step():
    torch.manual_seed(0)
    encoder = RecurrentEncoder(6, 32, 32)
    dropped = encoder(ragged([20, 30]), dropout=0.5)
    for rows in dropped.to_list():
        zero = rows == 0.0
        assert (zero == zero[0]).all() and 0 < zero[0].sum() < 32


def test_initial_weights():
    lstm = RecurrentEncoder(6, 8, 8).layers[0]
    for gate in lstm.weight_hh_l0.chunk(4):
        assert torch.allclose(gate @ gate.T, torch.eye(4), atol=1e-5)
    assert (lstm.bias_ih_l0[4:8] == 1).all() and lstm.bias_ih_l0.sum() == 4


def test_nothing_to_read():
    encoder = RecurrentEncoder(6, 8, 8)
    assert encoder(ragged([0, 0])).data.shape == (0, 8)
