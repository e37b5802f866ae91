"""Rows that repeat, projected once each, against the same rows written out."""

import numpy as np
import pytest
import torch

from spacy_rnn import native
from spacy_rnn.native.repeated import MOST_ROWS, is_worth_it, read_repeated
from spacy_rnn.nn.ragged import Ragged, Repeated
from spacy_rnn.nn.recurrent import RecurrentEncoder
from spacy_rnn.nn.stack import Cell

pytestmark = pytest.mark.skipif(
    not native.is_available(), reason="the compiled kernels are not built, or switched off"
)

BATCHES = {
    "mixed": [5, 0, 17, 1, 3, 0, 9, 1, 2, 30, 4],
    "more than step together": [7] * 60 + [31, 2],
    "longer than a portion": [700, 20],
}


def repeated(lengths, words=6, width=13):
    torch.manual_seed(1)
    index = torch.randint(words, (sum(lengths),))
    return Repeated(torch.randn(words, width), index, torch.tensor(lengths))


@pytest.mark.parametrize("kind", native.kinds())
@pytest.mark.parametrize("cell", [Cell("lstm"), Cell("gru"), Cell("lstm", bidirectional=False)])
@pytest.mark.parametrize("lengths", BATCHES.values(), ids=list(BATCHES))
@torch.no_grad()
def test_as_if_written_out(kind, cell, lengths):
    torch.manual_seed(0)
    encoder = RecurrentEncoder(13, 20, 20, depth=2, cell=cell)
    batch = repeated(lengths)
    with native.using(None):
        expected = encoder(Ragged(batch.data, batch.lengths)).data
    with native.using(kind):
        torch.testing.assert_close(encoder(batch).data, expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_a_residual_encoder_adds_the_rows():
    encoder = RecurrentEncoder(12, 12, 12, depth=2, residual=True)
    batch = repeated([9, 4], width=12)
    expected = encoder(Ragged(batch.data, batch.lengths)).data
    torch.testing.assert_close(encoder(batch).data, expected, rtol=0, atol=1e-5)


@torch.no_grad()
def test_new_weights_are_seen():
    encoder = RecurrentEncoder(13, 20, 20)
    batch = repeated([9, 4])
    before = encoder(batch).data
    encoder.layers[0].weight_ih_l0.mul_(2)
    expected = encoder(Ragged(batch.data, batch.lengths)).data
    assert not torch.allclose(before, expected)
    torch.testing.assert_close(encoder(batch).data, expected, rtol=0, atol=1e-5)


def test_gradients_take_the_other_way():
    batch = repeated([9, 4])
    assert not is_worth_it(batch.distinct, batch.index)
    encoded = RecurrentEncoder(13, 20, 20)(batch).data
    assert encoded.requires_grad


@torch.no_grad()
def test_few_repetitions_and_too_many_rows_take_the_other_way():
    index = torch.arange(10)
    assert not is_worth_it(torch.zeros(10, 3), index)
    assert is_worth_it(torch.zeros(10, 3), index.repeat(2))
    many = torch.zeros(1, 1).expand(MOST_ROWS + 1, 1)
    assert not is_worth_it(many, torch.zeros(3 * MOST_ROWS, dtype=torch.long))


@pytest.mark.parametrize("wrong", [-1, 6])
def test_an_index_outside_the_rows_is_refused(wrong):
    batch = repeated([3])
    layer = RecurrentEncoder(13, 20, 20).layers[0]
    with pytest.raises(ValueError, match="index must name rows of the 6"):
        read_repeated(layer, batch.distinct, torch.tensor([0, wrong, 1]), batch.lengths)


@torch.no_grad()
def test_neighbours_change_nothing():
    encoder = RecurrentEncoder(13, 20, 20)
    batch = repeated([40, 50, 60])
    alone = encoder(Repeated(batch.distinct, batch.index[40:90], torch.tensor([50]))).data
    np.testing.assert_allclose(encoder(batch).data[40:90], alone, rtol=0, atol=1e-6)
