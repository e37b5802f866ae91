"""Pooling in parts against pooling at once."""

import pytest
import torch

from spacy_rnn.nn.pooling import POOLINGS, Pooling
from spacy_rnn.nn.pooling_in_parts import pool_in_parts
from spacy_rnn.nn.ragged import Ragged

WIDTH = 5


@pytest.mark.parametrize("sizes", [[1], [7], [1, 1, 1], [4, 9, 2]])
@pytest.mark.parametrize("kinds", [*([kind] for kind in POOLINGS), POOLINGS])
def test_the_parts_give_what_the_whole_gives(kinds, sizes):
    torch.manual_seed(0)
    pooling = Pooling(WIDTH, kinds, heads=2)
    # Scores of attention that overflow unless the highest is taken off.
    rows = torch.randn(sum(sizes), WIDTH) * torch.linspace(1, 300, sum(sizes)).unsqueeze(1)
    with torch.no_grad():
        whole = pooling(Ragged(rows, torch.tensor([len(rows)]))).vectors[0]
        parts = pool_in_parts(pooling, rows.split(sizes))
    assert torch.allclose(parts, whole, rtol=1e-4, atol=1e-5)
