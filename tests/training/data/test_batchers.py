"""Batches of similar length."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.util import registry

from spacy_rnn.training.data.batchers import batch_by_length, capped_length

TEXTS = st.lists(st.lists(st.integers(), max_size=30), max_size=60)


@given(TEXTS, st.integers(1, 50), st.integers(1, 20))
def test_every_text_comes_once_and_no_batch_is_too_large(texts, size, buffer):
    items = [(i, text) for i, text in enumerate(texts)]
    batches = list(batch_by_length(size, buffer, get_length=lambda item: len(item[1]))(items))
    assert sorted(i for batch in batches for i, _ in batch) == list(range(len(texts)))
    for batch in batches:
        assert len(batch) == 1 or sum(len(text) for _, text in batch) <= size


@given(TEXTS, st.integers(1, 50))
def test_lengths_within_a_batch_are_neighbours(texts, size):
    for batch in batch_by_length(size, buffer=100)(texts):
        shortest, longest = min(map(len, batch)), max(map(len, batch))
        between = [text for text in texts if shortest < len(text) < longest]
        assert sum(shortest < len(text) < longest for text in batch) == len(between)


def test_the_seed_alone_decides_on_the_order():
    texts = [[0] * random.Random(i).randint(1, 30) for i in range(200)]

    def order(seed):
        random.seed(seed)
        return [[len(text) for text in batch] for batch in batch_by_length(60)(texts)]

    assert order(1) == order(1) != order(2)
    assert order(1) != sorted(order(1)), "an epoch does not go from short to long"


def test_oversize_texts_are_left_out_if_asked():
    texts = [[0] * 5, [0] * 50]
    assert len(list(batch_by_length(10)(texts))) == 2
    assert list(batch_by_length(10, discard_oversize=True)(texts)) == [[[0] * 5]]


def test_sizes_can_follow_a_schedule():
    size = {"@schedules": "compounding.v1", "start": 2, "stop": 8, "compound": 2.0}
    config = {"batcher": {"@batchers": "spacy-rnn.batch_by_length.v1", "size": size}}
    batches = registry.resolve(config)["batcher"]([[0]] * 14)
    assert sorted(len(batch) for batch in batches) == [2, 4, 8]


@pytest.mark.parametrize("bad", [{"size": 0}, {"size": 5, "buffer": 0}])
def test_bad_settings_are_named(bad):
    with pytest.raises(ValueError, match="batcher."):
        batch_by_length(**bad)


def test_batches_of_long_texts_hold_more_words_and_fewer_texts():
    get_length = registry.misc.get("spacy-rnn.capped_length.v1")(most=10)
    assert [get_length([0] * n) for n in (0, 1, 10, 40, 1000)] == [0, 1, 10, 10, 10]
    with pytest.raises(ValueError, match="get_length.most"):
        capped_length(0)
