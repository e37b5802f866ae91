"""Random numbers that come again."""

import random

import numpy as np
import safetensors.numpy
import torch

from spacy_rnn.training.run.random_state import (
    RandomState,
    unchanged_random_state,
    with_own_random_state,
)


def draw():
    return random.gauss(0, 1), np.random.normal(), torch.rand(1).item()


def test_a_state_survives_a_file():
    draw()
    block = safetensors.numpy.save(RandomState.capture().to_arrays())
    expected = [draw() for _ in range(3)]
    RandomState.from_arrays(safetensors.numpy.load(block)).restore()
    assert [draw() for _ in range(3)] == expected


def test_who_only_watches_changes_nothing():
    state = RandomState.capture()
    expected = draw()
    state.restore()
    with unchanged_random_state():
        draw()
    assert draw() == expected


def test_items_do_not_depend_on_what_is_drawn_between_them():
    start = RandomState.capture()
    undisturbed = [item for _, item in zip(range(4), drawn(start))]
    items = []
    for _, item in zip(range(4), drawn(start)):
        items.append(item)
        draw()
    assert items == undisturbed
    assert len(set(items)) == 4


def test_the_items_leave_the_outer_numbers_alone():
    start = RandomState.capture()
    expected = [draw() for _ in range(2)]
    start.restore()
    items = drawn(start)
    found = []
    for _ in range(2):
        next(items)
        found.append(draw())
    assert found == expected


def drawn(start):
    return with_own_random_state(iter(draw, None), start)
