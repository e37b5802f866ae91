"""Half precision, on a CPU that is told to be a device that has it."""

import numpy as np
import pytest
import torch
from thinc.api import Adam

from spacy_rnn.errors import NonFiniteError
from spacy_rnn.layers import precision
from spacy_rnn.layers.encoders import BiGRUEncoder
from spacy_rnn.layers.precision import Precision


@pytest.fixture(autouse=True)
def half_precision_here(monkeypatch):
    monkeypatch.setattr(precision, "DEVICES", ("cpu", "cuda"))


def batch():
    random = np.random.default_rng(0)
    return [random.normal(size=(n, 6)).astype("f") for n in (3, 0, 5)]


def encoder(name):
    torch.manual_seed(0)
    model = BiGRUEncoder(8, mixed_precision=name or False)
    model.initialize(X=batch())
    return model


def input_gradient(model, size=1.0):
    outputs, backprop = model.begin_update(batch())
    return np.concatenate(backprop([np.full_like(y, size) for y in outputs]))


@pytest.mark.parametrize("name", ["bf16", "fp16"])
def test_half_precision_is_near_single(name):
    exact, half = encoder(None), encoder(name)
    for one, other in zip(exact.predict(batch()), half.predict(batch())):
        assert np.allclose(one, other, atol=2e-2)
    assert not np.array_equal(exact.predict(batch())[2], half.predict(batch())[2])
    one, other = (input_gradient(model, 0.01) for model in (exact, half))
    assert np.allclose(one, other, atol=5e-4)


def test_small_gradients_survive_float16():
    assert np.allclose(
        input_gradient(encoder("fp16"), 1e-7), 1e-7 * input_gradient(encoder(None)), atol=5e-9
    )


@pytest.mark.parametrize("name", [None, "bf16", "fp16"])
def test_an_update_is_as_large_as_in_single_precision(name):
    model = encoder(name)
    before = model.predict(batch())[2]
    input_gradient(model, 0.01)
    model.finish_update(Adam(0.01, grad_clip=1.0))
    assert 0.01 < np.abs(model.predict(batch())[2] - before).mean() < 0.1


def test_an_overflow_leaves_out_the_step_and_halves_the_scale():
    model = encoder("fp16")
    before = model.predict(batch())
    gradient = input_gradient(model, 1e3)
    model.finish_update(Adam(0.01))
    assert np.isfinite(gradient).all()
    for one, other in zip(before, model.predict(batch())):
        assert np.array_equal(one, other)
    # Lower and lower, until the gradient fits and is used.
    for _ in range(16):
        input_gradient(model, 1e3)
        model.finish_update(Adam(0.01))
    assert not np.array_equal(before[2], model.predict(batch())[2])


def test_a_gradient_that_is_not_a_number_is_an_error_in_the_end():
    model = encoder("fp16")
    with pytest.raises(NonFiniteError):
        for _ in range(18):
            input_gradient(model, np.nan)
            model.finish_update(Adam(0.01))


def test_the_scale_grows_again(monkeypatch):
    monkeypatch.setattr(precision, "PATIENCE", 3)
    chosen = Precision("fp16")
    for _ in range(3):
        assert chosen.unscale([torch.ones(2)])
    assert chosen.scale == 2 * precision.FIRST_SCALE


def test_an_unknown_format_is_named():
    with pytest.raises(ValueError, match="encode.mixed_precision must be one of bf16, fp16"):
        BiGRUEncoder(8, mixed_precision="int8")


def test_true_is_bfloat16():
    assert np.array_equal(encoder(True).predict(batch())[2], encoder("bf16").predict(batch())[2])
