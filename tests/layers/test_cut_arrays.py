"""Putting parts together: the same rows, and no copy of what was only cut."""

import numpy as np
import pytest
from thinc.api import NumpyOps

from spacy_rnn.layers.cut_arrays import join

ROWS = np.arange(40, dtype="f").reshape(10, 4).copy()
PARTS = np.split(ROWS, [3, 3, 7])
NOTHING = np.zeros((0, 4), dtype="f")
WIDER = np.hsplit(ROWS, 2)[1]


@pytest.mark.parametrize("parts", [PARTS, PARTS[1:], PARTS[:3], [*PARTS, NOTHING], [ROWS[4:5]]])
def test_what_was_cut_is_not_copied(parts):
    found = join(NumpyOps(), parts)
    assert np.array_equal(found, np.concatenate(parts))
    assert np.shares_memory(found, ROWS)


@pytest.mark.parametrize(
    "parts",
    [
        PARTS[::-1],
        [PARTS[0], PARTS[0]],
        [PARTS[0], PARTS[3]],
        [PARTS[0], PARTS[2].copy()],
        np.split(WIDER, [3, 7]),
        np.split(np.asfortranarray(ROWS), [3, 7]),
        np.split(ROWS[::2], [2, 3]),
        [ROWS],
        [ROWS, ROWS],
        [NOTHING],
        [np.zeros((2, 0), dtype="f")[:1], np.zeros((2, 0), dtype="f")],
    ],
)
def test_everything_else_is(parts):
    found = join(NumpyOps(), parts)
    assert np.array_equal(found, np.concatenate(parts))
    assert found.flags.c_contiguous
