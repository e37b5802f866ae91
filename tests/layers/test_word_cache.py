"""The cache of word vectors: bounded, shared by threads, and never of another state."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from thinc.api import NumpyOps

from spacy_rnn.layers.word_cache import Itself, WordCache

OPS = NumpyOps()


def vectors_at(state):
    """Vectors that tell the key and the state they were made in."""
    return lambda keys: np.array([[key, state] for key in keys], dtype="f").reshape(-1, 2)


def read(cache, keys, state, compute=None):
    rows, index = cache.read(keys, state, compute or vectors_at(state or 0), OPS)
    return rows[index].tolist()


def test_each_word_is_computed_once():
    cache, asked = WordCache(10), []

    def compute(keys):
        asked.append(list(keys))
        return vectors_at(1)(keys)

    assert read(cache, [3, 5, 3], 1, compute) == [[3, 1], [5, 1], [3, 1]]
    assert read(cache, [5, 7, 3], 1, compute) == [[5, 1], [7, 1], [3, 1]]
    assert asked == [[3, 5], [7]]


def test_another_state_or_none_finds_nothing_of_the_old():
    cache = WordCache(10)
    for state in (1, 2, 1, None, 1):
        assert read(cache, [3], state) == [[3, state or 0]]


def test_what_cannot_be_compared_is_told_apart_by_being_another():
    first, second = np.zeros(3), np.zeros(3)
    assert Itself(first) == Itself(first)
    assert Itself(first) != Itself(second)


@pytest.mark.parametrize("count", [4, 5, 6, 40])
def test_it_never_holds_more_words_than_it_may(count):
    cache = WordCache(5)
    for start in range(0, 60, 3):
        keys = list(range(start, start + count))
        assert read(cache, keys, 1) == [[key, 1] for key in keys]
        assert len(cache) <= 5


def test_what_was_read_is_not_the_tables_own():
    cache = WordCache(10)
    rows, _ = cache.read([3], 1, vectors_at(1), OPS)
    rows[:] = 0
    assert read(cache, [3], 1) == [[3, 1]]


def test_a_copy_is_empty():
    cache = WordCache(10)
    read(cache, [3], 1)
    assert len(cache) == 1
    assert len(pickle.loads(pickle.dumps(cache))) == 0


def test_threads_of_different_states_never_get_each_others_words():
    cache = WordCache(50)

    def work(number):
        random = np.random.default_rng(number)
        for i in range(300):
            state = 1 + (number + i // 20) % 3
            keys = random.integers(0, 80, random.integers(1, 30)).tolist()
            assert read(cache, keys, state) == [[key, state] for key in keys]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(cache) <= 50
