"""Encoders as Thinc layers: shapes, settings, updates, averages, copies, weights."""

import pickle

import numpy as np
import pytest
from thinc.api import Adam, set_dropout_rate

from spacy_rnn.errors import ModelFileError, NonFiniteError, NotInitializedError
from spacy_rnn.layers.encoders import BiGRUEncoder, BiLSTMEncoder, RNNEncoder


def batch(width=6, lengths=(3, 0, 5)):
    random = np.random.default_rng(0)
    return [random.normal(size=(n, width)).astype("f") for n in lengths]


def made(encoder=None, X=None):
    model = encoder or BiLSTMEncoder(8)
    model.initialize(X=X or batch())
    return model


@pytest.mark.parametrize("build", [BiLSTMEncoder, BiGRUEncoder, lambda w: RNNEncoder("elman", w)])
def test_shapes_forward_and_back(build):
    X = batch()
    model = made(build(8))
    Y, backprop = model.begin_update(X)
    assert [y.shape for y in Y] == [(3, 8), (0, 8), (5, 8)]
    assert [dx.shape for dx in backprop(Y)] == [x.shape for x in X]


def test_the_input_width_comes_from_the_data():
    model = made(BiLSTMEncoder(8), batch(width=10))
    assert (model.get_dim("nI"), model.get_dim("nO")) == (10, 8)


@pytest.mark.parametrize("lengths", [(), (0,), (0, 0)])
def test_nothing_to_read_passes_through(lengths):
    model, X = made(), batch(lengths=lengths)
    Y, backprop = model.begin_update(X)
    assert [y.shape for y in Y] == [(0, 8)] * len(lengths)
    assert len(backprop(Y)) == len(lengths)


@pytest.mark.parametrize(
    "settings,named",
    [
        ({"width": 7}, "encode.width must be even"),
        ({"width": 8, "hidden_width": 7}, "encode.hidden_width must be even"),
        ({"width": 0}, "encode.width"),
        ({"width": 10**9}, "encode.width"),
        ({"width": 8, "depth": 20_000_000}, "encode.depth"),
        ({"width": 8, "dropout": 1.0}, "encode.dropout"),
        ({"width": 8, "backprop_tokens": -1}, "encode.backprop_tokens"),
        ({"width": 8, "cell": "qrnn"}, "encode.cell"),
        ({"width": 8, "nonlinearity": "gelu"}, "encode.nonlinearity"),
    ],
)
def test_impossible_settings_are_named(settings, named):
    with pytest.raises(ValueError, match=named):
        RNNEncoder(**{"cell": "lstm", **settings})


def test_one_direction_may_be_odd():
    assert made(RNNEncoder("gru", 7, bidirectional=False)).predict(batch())[0].shape == (3, 7)


def test_before_initialization_the_remedy_is_named():
    with pytest.raises(NotInitializedError, match="nlp.initialize"):
        BiLSTMEncoder(8).predict(batch())


def test_dropout_is_thincs():
    model = made(BiLSTMEncoder(8, dropout=0.5))
    assert (model.begin_update(batch())[0][0] == 0).any()
    assert not (model.predict(batch())[0] == 0).any()
    set_dropout_rate(model, 0.0)
    assert not (model.begin_update(batch())[0][0] == 0).any()


def learn(model, optimizer, scale=1.0):
    Y, backprop = model.begin_update(batch())
    backprop([np.ones_like(y) * scale for y in Y])
    model.finish_update(optimizer)


def test_averages_hold_the_weights_and_take_their_place():
    model, optimizer = made(), Adam(0.1, use_averages=True)
    for _ in range(5):
        learn(model, optimizer)
    now = model.predict(batch())[0]
    with model.use_params(optimizer.averages):
        averaged = model.predict(batch())[0]
    assert np.abs(averaged - now).max() > 1e-3
    assert np.array_equal(model.predict(batch())[0], now)


def test_gradients_are_clipped_by_their_norm_together():
    class Recorder:
        grad_clip, norms = 0.5, []

        def __call__(self, key, weights, gradient):
            self.norms.append(float((gradient**2).sum()))
            return weights, gradient

    recorder = Recorder()
    learn(made(), recorder, scale=1000.0)
    assert sum(recorder.norms) ** 0.5 == pytest.approx(0.5, rel=1e-4)


def test_a_gradient_that_is_not_finite_is_named_and_not_taken():
    model = made()
    before = model.predict(batch())[0]
    with pytest.raises(NonFiniteError, match="weight_ih"):
        learn(model, Adam(0.1), scale=float("nan"))
    assert np.array_equal(model.predict(batch())[0], before)


def test_a_copy_learns_on_its_own():
    model, optimizer = made(), Adam(0.1, use_averages=False)
    other = model.copy()
    before = model.predict(batch())[0]
    learn(other, optimizer)
    assert np.array_equal(model.predict(batch())[0], before)
    learn(model, optimizer)
    assert np.allclose(model.predict(batch())[0], other.predict(batch())[0], atol=1e-6)


def test_weights_survive_bytes_and_pickle():
    model = made()
    before = model.predict(batch())[0]
    for other in (BiLSTMEncoder(8).from_bytes(model.to_bytes()), pickle.loads(pickle.dumps(model))):
        assert np.array_equal(other.predict(batch())[0], before)


def test_weights_of_another_shape_are_refused():
    for other in (BiLSTMEncoder(10), BiLSTMEncoder(8, depth=2), BiGRUEncoder(8)):
        with pytest.raises((ModelFileError, ValueError)):
            other.from_bytes(made().to_bytes())


def test_initializing_again_starts_anew():
    model, optimizer = made(), Adam(0.1)
    learn(model, optimizer)
    learned = model.predict(batch())[0]
    model.initialize(X=batch())
    assert not np.array_equal(model.predict(batch())[0], learned)
