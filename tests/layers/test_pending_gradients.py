"""Gradients that wait for the optimizer are what they were, whatever has been added since."""

import numpy as np
import pytest
from thinc.api import Linear, chain

from spacy_rnn.layers.bag_of_ngrams import BagOfNgramsHead, Bags
from spacy_rnn.layers.pending_gradients import PendingGradients
from spacy_rnn.layers.torch_modules import modules_in
from spacy_rnn.nn.bag_of_ngrams import ROWS_OF_A_BLOCK


def learn(model, buckets):
    bags = Bags(np.array(buckets), np.ones(len(buckets), "float32"), np.array([len(buckets)]))
    scores, backprop = model.begin_update(bags)
    backprop(np.ones_like(scores))


def gradients(model):
    torchs = [w.grad for module in modules_in(model) for w in module.parameters()]
    dense = [None if g is None else g.to_dense().numpy() for g in torchs]
    return dense + [node.get_grad(n) for node in model.walk() for n in sorted(node.grad_names)]


def bag_and_linear():
    head = BagOfNgramsHead(100_000, True, True, 2)
    head.initialize()
    model = chain(head, Linear(2, 2))
    model.initialize()
    return model


@pytest.mark.parametrize("before", [[[3, 7]], [[3, 7], [3, 9]], []], ids=len)
def test_they_come_back_and_what_is_learned_since_is_forgotten(before):
    model, alike = bag_and_linear(), bag_and_linear()
    for one in (model, alike):
        for node in one.walk():
            for name in node.param_names:
                node.set_param(name, np.ones_like(node.get_param(name)))
        for buckets in before:
            learn(one, buckets)
    pending = PendingGradients([model])
    # More n-grams than there is room for: the table grows, and the gradients with it.
    learn(model, list(range(2 * ROWS_OF_A_BLOCK)))
    pending.restore()
    for found, expected in zip(gradients(model), gradients(alike)):
        if expected is None:
            assert found is None
        else:
            np.testing.assert_array_equal(found[: len(expected)], expected)
            assert not found[len(expected) :].any()
    learn(model, [3, 11])
    assert all(gradient is not None for gradient in gradients(model))
