"""Lists that know which rows they repeat."""

import copy

import numpy as np
from numpy.testing import assert_array_equal
from thinc.api import NumpyOps

from spacy_rnn.layers.encoders import BiLSTMEncoder
from spacy_rnn.layers.repeated_rows import RepeatedRows

ROWS = np.arange(6.0, dtype="float32").reshape(3, 2)


def test_it_is_the_list_of_gathered_rows():
    found = RepeatedRows(NumpyOps(), ROWS, np.array([2, 0, 2, 1]), [3, 0, 1])
    assert isinstance(found, list)
    expected = [ROWS[[2, 0, 2]], ROWS[[]], ROWS[[1]]]
    for array, rows in zip(found, expected, strict=True):
        assert_array_equal(array, rows)


def test_an_encoder_reads_it_as_it_reads_the_list():
    encoder = BiLSTMEncoder(8).initialize(X=[ROWS])
    given = RepeatedRows(NumpyOps(), ROWS, np.array([2, 0, 2, 1, 1, 0]), [4, 0, 2])
    for found, expected in zip(encoder.predict(given), encoder.predict(list(given)), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_arrays_are_made_for_those_who_ask():
    encoder = BiLSTMEncoder(8).initialize(X=[ROWS])
    given = RepeatedRows(NumpyOps(), ROWS, np.array([2, 0, 1]), [2, 1])
    encoder.predict(given)
    assert list.__getitem__(given, 0) is None
    assert_array_equal(np.concatenate(given), ROWS[[2, 0, 1]])
    for ask in (copy.deepcopy, list, lambda rows: rows[:], lambda rows: [*rows]):
        asked = ask(RepeatedRows(NumpyOps(), ROWS, np.array([2, 0, 1]), [2, 1]))
        assert_array_equal(asked[1], ROWS[[1]])


def test_training_reads_the_arrays():
    encoder = BiLSTMEncoder(8).initialize(X=[ROWS])
    given = RepeatedRows(NumpyOps(), ROWS, np.array([2, 0, 2]), [3])
    encoded, backprop = encoder(given, is_train=True)
    (gradient,) = backprop([np.ones_like(encoded[0])])
    assert gradient.shape == (3, 2)
