"""The block of weights: nothing damaged is loaded."""

import random
from functools import partial

import pytest
import torch
from torch import nn

from spacy_rnn.errors import ModelFileError
from spacy_rnn.layers.weight_file import pack_weights, unpack_weights

CPU = torch.device("cpu")


def linear(inputs: int) -> nn.Module:
    return nn.Linear(inputs, 3)


@pytest.fixture(scope="module")
def block():
    return pack_weights(linear(4), {"inputs": 4})


def test_round_trip(block):
    module, sizes = unpack_weights(block, linear, CPU)
    assert sizes == {"inputs": 4} and pack_weights(module, sizes) == block


def test_random_numbers_are_not_consumed_by_loading(block):
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    unpack_weights(block, linear, CPU)
    assert torch.equal(torch.rand(3), expected)


def test_nothing_damaged_is_loaded(block):
    chance = random.Random(0)
    for case in range(600):
        damaged = bytearray(block)
        place = chance.randrange(len(block))
        if case % 3 == 0:
            damaged[place] ^= 1 << chance.randrange(8)
        elif case % 3 == 1:
            del damaged[place:]
        else:
            damaged[place : place + chance.randrange(1, 64)] = chance.randbytes(
                chance.randrange(64)
            )
        if bytes(damaged) != block:
            with pytest.raises(ModelFileError):
                unpack_weights(bytes(damaged), linear, CPU)


def test_a_pickle_is_refused(tmp_path):
    torch.save(linear(4).state_dict(), tmp_path / "weights")
    with pytest.raises(ModelFileError, match="not weights written by spacy-rnn"):
        unpack_weights((tmp_path / "weights").read_bytes(), linear, CPU)


@pytest.mark.parametrize(
    "build", [partial(nn.Linear, out_features=2), partial(nn.Bilinear, 1, 1, 1)], ids=["a", "b"]
)
def test_another_layers_weights_are_refused(block, build):
    with pytest.raises(ModelFileError):
        unpack_weights(block, build, CPU)


def test_weights_of_another_shape_are_named(block):
    with pytest.raises(ModelFileError, match="weight has shape"):
        unpack_weights(block, lambda inputs: nn.Linear(inputs, 5), CPU)


def test_nan_is_not_written():
    module = linear(4)
    module.weight.data[0, 0] = float("nan")
    with pytest.raises(ModelFileError, match="weight holds NaN"):
        pack_weights(module, {"inputs": 4})
