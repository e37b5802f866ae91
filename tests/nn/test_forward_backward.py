import math

import numpy as np
import pytest
import torch

from spacy_rnn.nn.forward_backward import _logarithmic, forward_backward
from spacy_rnn.nn.ragged import pack
from tests.nn.crf_cases import paths_of, random_scores, sequences_of


def brute_force(scores):
    log_weights, tags, pairs = [], [], torch.zeros_like(scores.transitions)
    for sequence in sequences_of(scores):
        paths = paths_of(sequence)
        log_z = float(torch.logsumexp(torch.tensor([s for _, s in paths], dtype=torch.float64), 0))
        log_weights.append(log_z)
        marginals = torch.zeros_like(sequence.emissions)
        for path, score in paths:
            probability = math.exp(score - log_z)
            for i, tag in enumerate(path):
                marginals[i, tag] += probability
            for i, j in zip(path, path[1:]):
                pairs[i, j] += probability
        tags.append(marginals)
    return torch.tensor(log_weights, dtype=torch.float64), torch.cat(tags), pairs


@pytest.mark.parametrize("seed", range(20))
def test_sums_equal_brute_force(seed):
    scores = random_scores([3, 1, 0, 4, 2], 3, seed, scale=2.0)
    expected, _ = forward_backward(scores)
    for ours, theirs in zip(expected, brute_force(scores)):
        assert torch.allclose(ours, theirs, atol=1e-12)


def test_logarithms_give_the_same_sums():
    scores = random_scores([5, 2, 7], 4, 1)
    packing = pack(scores.lengths)
    slow = _logarithmic(scores._replace(emissions=scores.emissions[packing.rows]), packing)
    expected, messages = forward_backward(scores)
    assert torch.allclose(slow.tags[packing.restore], expected.tags)
    assert torch.allclose(slow.pairs, expected.pairs)
    # The two scale their messages differently; what is made of them is the same.
    assert torch.allclose(
        conditionals(scores, slow.onward[packing.restore], slow.behind[packing.restore]),
        conditionals(scores, messages.onward, messages.behind),
    )


def conditionals(scores, onward, behind):
    """P(tag | tag before) within the first sequence."""
    length = int(scores.lengths[0])
    steps = scores.transitions + onward[1:length].unsqueeze(1) - behind[: length - 1].unsqueeze(2)
    return steps.exp()


def test_conditionals_are_distributions_and_chain_to_the_marginals():
    scores = random_scores([6], 3, 4)
    expected, messages = forward_backward(scores)
    steps = conditionals(scores, messages.onward, messages.behind)
    assert torch.allclose(steps.sum(2), torch.ones(5, 3, dtype=torch.float64))
    for t in range(5):
        assert torch.allclose(expected.tags[t] @ steps[t], expected.tags[t + 1])


def test_forbidden_paths_have_no_weight():
    scores = random_scores([4], 3, 2)
    allowed = np.ones((3, 3), dtype=bool)
    allowed[0, 1] = False
    free = np.ones(3, dtype=bool)
    first = np.array([True, False, True])
    scores = scores.constrain_paths(first, allowed, free)
    expected, _ = forward_backward(scores)
    assert expected.pairs[0, 1] == 0 and expected.tags[0, 1] == 0
    legal = [s for path, s in paths_of(scores) if s > -math.inf]
    assert len(legal) < 3**4
    assert math.isclose(float(expected.log_weight[0]), float(np.logaddexp.reduce(legal)))


def test_underflow_falls_back_to_logarithms():
    scores = random_scores([4, 2], 3, 3, dtype=torch.float32)
    scores.emissions[1] = torch.tensor([0.0, -400.0, -400.0])
    scores.transitions[0] = -500.0
    expected, _ = forward_backward(scores)
    exact = brute_force(scores._replace(emissions=scores.emissions.double()))
    assert torch.allclose(expected.log_weight, exact[0], rtol=1e-6)
    assert torch.allclose(expected.tags.double(), exact[1], atol=1e-5)


def test_long_sequences_keep_their_precision():
    exact = random_scores([10_000], 9, 5)
    rough = exact._replace(**{k: getattr(exact, k).float() for k in exact._fields[:4]})
    ours, _ = forward_backward(rough)
    theirs, _ = forward_backward(exact)
    assert torch.allclose(ours.tags.double(), theirs.tags, atol=1e-5)
    assert torch.allclose(ours.log_weight, theirs.log_weight, rtol=1e-6)


def test_a_sequence_does_not_depend_on_its_neighbours():
    scores = random_scores([9, 0, 3, 30], 5, 6, dtype=torch.float32)
    together, _ = forward_backward(scores)
    alone = [forward_backward(sequence)[0] for sequence in sequences_of(scores)]
    assert torch.allclose(together.tags, torch.cat([a.tags for a in alone]), atol=1e-6)
    assert torch.allclose(together.log_weight, torch.cat([a.log_weight for a in alone]), atol=1e-5)


def test_nothing_but_empty_sequences():
    expected, _ = forward_backward(random_scores([0, 0], 3, 1))
    assert expected.log_weight.tolist() == [0.0, 0.0]
    assert expected.tags.shape == (0, 3)
