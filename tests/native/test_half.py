"""The compiled kernels in bfloat16 against those in single precision."""

import numpy as np
import pytest
import torch

from spacy_rnn import native
from spacy_rnn.layers.encoders import RNNEncoder
from spacy_rnn.native.recurrent import read_one_way
from tests.native.test_recurrent import (
    BATCHES,
    assert_as_in_torch,
    cell,
    encoder,
    gradients,
    inputs,
)

__all__ = ["cell"]
needs_half = pytest.mark.skipif(
    not native.half_kinds(), reason="no bfloat16 kernels are built, or this processor has none"
)


@pytest.fixture(params=native.half_kinds())
def half(request):
    return lambda: native.half_precision(request.param)


def both(module, batch, half):
    with torch.no_grad():
        exact = module(batch).data
        with half():
            return module(batch).data, exact


@needs_half
@pytest.mark.parametrize("hidden", [2, 30, 96])
@pytest.mark.parametrize("name", BATCHES)
def test_it_is_near_single_precision(half, cell, name, hidden):
    found, exact = both(encoder(hidden, cell), inputs(BATCHES[name]), half)
    torch.testing.assert_close(found, exact, rtol=0, atol=2e-2)
    assert not len(exact) or not torch.equal(found, exact)


@needs_half
@pytest.mark.parametrize("width", [31, 32, 33, 256])
@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 33])
def test_any_number_of_sequences_of_any_width_is_near(half, cell, count, width):
    module = encoder(64, cell, width)
    found, exact = both(module, inputs([4] * count, width), half)
    torch.testing.assert_close(found, exact, rtol=0, atol=2e-2)


@needs_half
def test_the_kinds_agree(cell):
    module, batch = encoder(96, cell), inputs(BATCHES["mixed"])
    one, *others = (
        both(module, batch, lambda kind=kind: native.half_precision(kind))[0]
        for kind in native.half_kinds()
    )
    for other in others:
        torch.testing.assert_close(other, one, rtol=0, atol=1e-4)


@needs_half
def test_a_sequence_does_not_depend_on_its_batch(half, cell):
    module, batch = encoder(48, cell), inputs(BATCHES["several portions"])
    together, _ = both(module, batch, half)
    for rows, expected in zip(batch.to_list(), batch.with_data(together).to_list()):
        alone, _ = both(module, inputs([len(rows)]).with_data(rows), half)
        torch.testing.assert_close(alone, expected, rtol=0, atol=1e-5)


@needs_half
def test_states_are_carried_over(half, cell):
    module, batch = encoder(32, cell), inputs([40])
    whole, _ = both(module, batch, half)
    layer = module.layers[0]
    state = torch.zeros(2 if cell.kind == "lstm" else 1, 1, layer.hidden_size)
    with torch.no_grad(), half():
        for rows, expected in zip(batch.data.split(15), whole[:, :16].split(15)):
            out, state = read_one_way(layer, 0, rows, torch.tensor([len(rows)]), state)
            torch.testing.assert_close(out, expected, rtol=0, atol=1e-5)


@needs_half
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e30])
def test_what_is_not_finite_stays_so(half, cell, value):
    module, batch = encoder(32, cell), inputs([6, 4])
    batch.data[2, 3] = value
    found, exact = both(module, batch, half)
    torch.testing.assert_close(found, exact, rtol=0, atol=2e-2, equal_nan=True)


@needs_half
def test_training_is_in_single_precision(half, cell):
    module, batch = encoder(32, cell), inputs([6, 4])
    exact = gradients(module, batch)
    with half():
        for one, other in zip(gradients(module, batch), exact):
            assert torch.equal(one, other)


@needs_half
def test_a_change_of_weights_is_seen_in_either_precision(half, cell):
    module, batch = encoder(32, cell), inputs([6, 4])
    before = both(module, batch, half)
    with torch.no_grad():
        module.layers[0].weight_hh_l0.mul_(0.5)
    after = both(module, batch, half)
    torch.testing.assert_close(*after, rtol=0, atol=2e-2)
    assert not torch.allclose(before[0], after[0], atol=2e-2)
    assert_as_in_torch(module, batch)


def models(kind):
    batch = [np.random.default_rng(0).normal(size=(n, 12)).astype("f") for n in (7, 0, 3)]
    for precision in (False, "bf16", "fp16"):
        torch.manual_seed(0)
        model = RNNEncoder(kind, 32, mixed_precision=precision)
        model.initialize(X=batch)
        yield np.concatenate(model.predict(batch)), np.concatenate(model.begin_update(batch)[0])


@needs_half
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_setting_of_an_encoder_is_for_its_inference(kind):
    (exact, trained), (half, half_trained), (fp16, _) = models(kind)
    assert np.allclose(half, exact, atol=2e-2) and not np.allclose(half, exact, atol=1e-5)
    assert np.array_equal(half_trained, trained)
    assert np.array_equal(fp16, exact)


@pytest.mark.parametrize("kind", ["lstm", "elman"])
def test_without_kernels_it_says_so_and_changes_nothing(kind):
    with native.using(None), pytest.warns(UserWarning, match="changes nothing here, float32"):
        (exact, _), (half, _), _ = models(kind)
    assert np.array_equal(half, exact)
