import numpy as np
import pytest

from spacy_rnn.layers.bag_of_ngrams import BagOfNgramsHead
from spacy_rnn.layers.bucket_rows import BucketRows


def test_rows_are_given_in_training_and_stay_what_they_are():
    rows = BucketRows(10)
    assert rows.find(np.array([7, 2])).tolist() == [0, 0] and len(rows) == 1
    first = rows.learn(np.array([7, 2, 7]))
    assert sorted(set(first)) == [1, 2] and first[0] == first[2]
    assert rows.learn(np.array([9, 2])).tolist() == [3, first[1]] and len(rows) == 4
    assert rows.find(np.array([0, 7, 9])).tolist() == [0, first[0], 3]


def test_rows_are_saved_with_the_layer():
    head, other = (BagOfNgramsHead(10, True, False, 2) for _ in range(2))
    head.initialize()
    head.attrs["rows"].learn(np.array([7, 2]))
    head.attrs["rows"].learn(np.array([0]))
    other.from_bytes(head.to_bytes())
    every = np.arange(10)
    np.testing.assert_array_equal(other.attrs["rows"].find(every), head.attrs["rows"].find(every))
    assert len(other.attrs["rows"]) == 4
    head.initialize()
    assert len(head.attrs["rows"]) == 1


def test_other_buckets_than_those_of_the_training_are_refused():
    head = BagOfNgramsHead(10, True, False, 2)
    head.initialize()
    with pytest.raises(ValueError, match="model.length .* is 12, but it was trained with 10"):
        BagOfNgramsHead(12, True, False, 2).from_bytes(head.to_bytes())
