"""Numbers on the processor's slow path become zero, and only where nobody else computes."""

import numpy as np
import pytest
import torch
from thinc.api import Adam
from torch import nn

from spacy_rnn.layers.denormals import denormals_as_zero
from spacy_rnn.layers.torch_shim import TorchShim

SMALL, ONE = np.float32(1e-40), np.float32(1.0)


def test_they_are_zero_within_the_block_alone():
    with denormals_as_zero():
        assert SMALL * ONE == 0.0
        with denormals_as_zero():
            pass
        assert SMALL * ONE == 0.0
    assert SMALL * ONE > 0.0


def test_an_error_ends_the_block_too():
    with pytest.raises(KeyError), denormals_as_zero():
        raise KeyError
    assert SMALL * ONE > 0.0


def test_the_moments_of_what_is_not_seen_any_more_end_at_zero():
    shim = TorchShim(lambda: nn.Linear(2, 2, bias=False))
    shim.initialize()
    optimizer = Adam(0.1)
    for size in (1e-30, *[0.0] * 200):
        shim.module.weight.grad = torch.full((2, 2), size)
        shim.finish_update(optimizer)
    assert all((moment == 0.0).all() for moment in optimizer.mom1.values())
    assert SMALL * ONE > 0.0
