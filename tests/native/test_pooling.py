"""Compiled pooling against torch's."""

import pytest
import torch

from spacy_rnn import native
from spacy_rnn.nn.pooling import POOLINGS, Pooling
from spacy_rnn.nn.ragged import Ragged

pytestmark = pytest.mark.skipif(
    not native.is_available(), reason="the compiled kernels are not built, or switched off"
)

LENGTHS = [3, 0, 1, 7, 40, 0, 25]


@pytest.fixture(params=native.kinds())
def kind(request):
    return request.param


def both(pooling, rows, kind):
    """What torch and the kernels make of the same rows."""
    sequences, found = Ragged(rows, torch.tensor(LENGTHS)), []
    with torch.no_grad():
        for each in (None, kind):
            with native.using(each):
                found.append(pooling(sequences))
    return found


@pytest.mark.parametrize(("width", "heads"), [(64, 1), (48, 3), (16, 2)])
@pytest.mark.parametrize("bad", [None, "nan", "inf", "-inf"])
def test_it_agrees_with_torch(width, heads, bad, kind):
    torch.manual_seed(0)
    pooling, rows = Pooling(width, POOLINGS, heads), torch.randn(sum(LENGTHS), width)
    if bad:
        rows[5, 3] = float(bad)
    want, found = both(pooling, rows, kind)
    assert torch.allclose(found.vectors, want.vectors, atol=1e-5, equal_nan=True)
    assert torch.allclose(found.attention, want.attention, atol=1e-5, equal_nan=True)


@pytest.mark.parametrize("kinds", [["max"], ["mean", "attention"], ["last", "mean", "mean"]])
def test_poolings_stand_in_the_order_that_was_asked_for(kinds, kind):
    pooling, rows = Pooling(16, kinds, heads=1), torch.randn(sum(LENGTHS), 16)
    want, found = both(pooling, rows, kind)
    assert torch.allclose(found.vectors, want.vectors, atol=1e-5)
    assert found.attention.shape == want.attention.shape


def test_a_width_that_fills_no_vector_is_left_to_torch(kind):
    pooling, rows = Pooling(6, POOLINGS, heads=2), torch.randn(sum(LENGTHS), 6)
    want, found = both(pooling, rows, kind)
    assert torch.equal(found.vectors, want.vectors)
