"""Layers made step by step against torch's own, run one sequence at a time."""

import pytest
import torch
from torch import nn

from spacy_rnn import native
from spacy_rnn.nn import step_order as order_of_steps
from spacy_rnn.nn import unrolled
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.nn.recurrent import RecurrentEncoder
from spacy_rnn.nn.stack import Cell
from spacy_rnn.nn.step_order import step_order

LENGTHS = torch.tensor([3, 0, 1, 17, 40, 5, 5, 2, 0])
TOTAL = int(LENGTHS.sum())


@pytest.fixture(params=[1, 7, 1000])
def rows_of_a_block(request, monkeypatch):
    monkeypatch.setattr(order_of_steps, "ROWS_OF_A_BLOCK", request.param)


def one_by_one(layer, rows):
    alone = [layer(each)[0] for each in rows.split(LENGTHS.tolist()) if len(each)]
    return torch.cat(alone)


def read(layer, rows):
    return unrolled.read(layer, rows, step_order(LENGTHS, 1 + layer.bidirectional))


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_outputs_and_gradients_are_torchs(kind, bidirectional, rows_of_a_block):
    torch.manual_seed(0)
    layer = kind(6, 4, bidirectional=bidirectional).double()
    rows = torch.randn(TOTAL, 6, dtype=torch.float64, requires_grad=True)
    upstream = torch.randn(TOTAL, 4 * (1 + bidirectional), dtype=torch.float64)
    leaves = (rows, *layer.parameters())
    ours, theirs = read(layer, rows), one_by_one(layer, rows)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(
        torch.autograd.grad((ours * upstream).sum(), leaves),
        torch.autograd.grad((theirs * upstream).sum(), leaves),
    )
    with torch.no_grad():
        torch.testing.assert_close(read(layer, rows), ours)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_weights_learn_where_rows_do_not(kind):
    torch.manual_seed(0)
    layer, rows = kind(6, 4).double(), torch.randn(TOTAL, 6, dtype=torch.float64)
    weights = list(layer.parameters())
    torch.testing.assert_close(
        torch.autograd.grad(read(layer, rows).sum(), weights),
        torch.autograd.grad(one_by_one(layer, rows).sum(), weights),
    )


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_gradients_can_be_changed_one_by_one(kind):
    """As clipping does, in place."""
    layer = kind(6, 4, bidirectional=True)
    read(layer, torch.randn(TOTAL, 6)).sum().backward()
    weights = list(layer.parameters())
    before = [weight.grad.clone() for weight in weights]
    for weight in weights:
        weight.grad.mul_(2.0)
    for weight, gradient in zip(weights, before):
        assert torch.equal(weight.grad, 2.0 * gradient)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_changed_weights_are_seen(kind):
    torch.manual_seed(0)
    layer, rows = kind(6, 4, bidirectional=True), torch.randn(TOTAL, 6)
    with torch.no_grad():
        before = read(layer, rows)
        layer.weight_hh_l0_reverse.mul_(2.0)
        assert not torch.allclose(read(layer, rows), before)
        torch.testing.assert_close(read(layer, rows), one_by_one(layer, rows), atol=1e-5, rtol=0.0)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
@pytest.mark.parametrize("learns", [True, False])
def test_kernels_read_the_same(kind, learns):
    if not native.is_available():
        pytest.skip("no compiled kernels")
    torch.manual_seed(0)
    encoder = RecurrentEncoder(6, 8, 8, depth=2, cell=Cell(kind), layer_norm=True)
    batch = Ragged(torch.randn(TOTAL, 6), LENGTHS)
    with torch.set_grad_enabled(learns):
        compiled = encoder(batch).data
        with native.using(None):
            torch.testing.assert_close(encoder(batch).data, compiled, atol=1e-5, rtol=0.0)


def test_infinite_and_missing_numbers_stay_in_their_sequence():
    """As torch has it."""
    torch.manual_seed(0)
    layer, rows = nn.LSTM(6, 4, bidirectional=True), torch.randn(TOTAL, 6)
    rows[5], rows[30, 2] = float("nan"), float("inf")
    ours, theirs = read(layer, rows), one_by_one(layer, rows)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0.0, equal_nan=True)
