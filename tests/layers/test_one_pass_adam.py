"""One step of Adam in one pass is the step that Thinc's optimizer makes."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from thinc.api import Optimizer, RAdam

from spacy_rnn.layers import one_pass_adam

KEY = (1, "torch.weight")
SETTINGS = {
    "plain": {},
    "decayed": {"L2": 0.1, "L2_is_weight_decay": True},
    "coupled": {"L2": 0.1, "L2_is_weight_decay": False},
    "averaged": {"use_averages": True},
    "large eps": {"eps": 0.01},
}


def optimizer(settings):
    return Optimizer(0.01, **{"L2": 0.0, "use_averages": False, **settings}, grad_clip=0.0)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_it_moves_weights_as_thinc_does(settings):
    rng = np.random.default_rng(0)
    thincs, ours = optimizer(settings), optimizer(settings)
    expected = rng.normal(size=(5, 7)).astype("float32")
    found = torch.from_numpy(expected.copy())
    for step in range(30):
        gradient = rng.normal(size=(5, 7)).astype("float32") * (step % 7 > 0)
        one_pass_adam.step(ours, KEY, found, torch.from_numpy(gradient.copy()))
        expected, _ = thincs(KEY, expected, gradient)
    assert_allclose(found.numpy(), expected, atol=1e-5)
    assert_allclose(ours.mom1[KEY], thincs.mom1[KEY], atol=1e-6)
    assert_allclose(ours.mom2[KEY], thincs.mom2[KEY], atol=1e-6)
    assert ours.nr_update == thincs.nr_update
    if settings.get("use_averages"):
        assert_allclose(ours.averages[KEY], thincs.averages[KEY], atol=1e-6)


def test_it_goes_on_where_thinc_left_off():
    ours, thincs = optimizer({}), optimizer({})
    gradient = np.ones((3, 2), dtype="float32")
    first, found = np.zeros((3, 2), dtype="float32"), np.zeros((3, 2), dtype="float32")
    for _ in range(3):
        first, _ = thincs(KEY, first, gradient.copy())
        found, _ = ours(KEY, found, gradient.copy())
    moved = torch.from_numpy(found)
    one_pass_adam.step(ours, KEY, moved, torch.from_numpy(gradient))
    expected, _ = thincs(KEY, first, gradient.copy())
    assert_allclose(moved.numpy(), expected, atol=1e-5)


def test_other_rules_and_types_are_left_to_thinc():
    weight = torch.zeros(2)
    assert one_pass_adam.follows_adam(optimizer({}), weight)
    assert not one_pass_adam.follows_adam(RAdam(0.01), weight)
    assert not one_pass_adam.follows_adam(optimizer({"beta1": 0.0, "beta2": 0.0}), weight)
    assert not one_pass_adam.follows_adam(lambda *_: None, weight)
    assert not one_pass_adam.follows_adam(optimizer({}), weight.double())
