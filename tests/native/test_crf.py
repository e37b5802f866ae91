"""The compiled sums and best paths of a CRF against torch's."""

import numpy as np
import pytest
import torch

from spacy_rnn import native
from spacy_rnn.decoding.viterbi import viterbi
from spacy_rnn.native import crf
from spacy_rnn.nn.crf_loss import negative_log_likelihood
from spacy_rnn.nn.forward_backward import forward_backward
from tests.nn.crf_cases import random_scores, sequences_of

pytestmark = pytest.mark.skipif(
    not native.is_available(), reason="the compiled kernels are not built, or switched off"
)
LENGTHS = [5, 0, 17, 1, 3, 0, 90, 1]


@pytest.fixture(params=native.kinds())
def kind(request):
    with native.using(request.param):
        yield request.param


def scores_of(tags, seed=0, lengths=LENGTHS, scale=1.0):
    return random_scores(lengths, tags, seed, torch.float32, scale)


def in_torch(run, scores):
    with native.using(None):
        return run(scores)


def forbid(scores, share=0.4, seed=0):
    """Make steps impossible, but leave every tag one to itself."""
    tags = scores.transitions.shape[0]
    allowed = np.random.RandomState(seed).rand(tags, tags) > share
    np.fill_diagonal(allowed, True)
    free = np.arange(tags) % 3 != 1
    return scores.constrain_paths(free, allowed, free)


@pytest.mark.parametrize("forbidden", [False, True])
@pytest.mark.parametrize("scale", [0.1, 3.0])
@pytest.mark.parametrize("tags", [1, 3, 16, 37, 70])
def test_sums_agree_with_torch(kind, tags, scale, forbidden):
    scores = scores_of(tags, scale=scale)
    scores = forbid(scores) if forbidden else scores
    exact = scores._replace(**{name: getattr(scores, name).double() for name in scores._fields[:4]})
    (found, messages), (expected, theirs) = forward_backward(scores), forward_backward(exact)
    torch.testing.assert_close(found.log_weight, expected.log_weight, rtol=1e-6, atol=1e-4)
    torch.testing.assert_close(found.tags.double(), expected.tags, rtol=0, atol=1e-5)
    torch.testing.assert_close(found.pairs.double(), expected.pairs, rtol=1e-5, atol=1e-4)
    for ours, exact in zip(messages, theirs, strict=True):
        torch.testing.assert_close(ours.double().exp(), exact.exp(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("tags", [1, 3, 16, 37, 70])
def test_loss_and_gradient_agree_with_torch(kind, tags):
    scores = scores_of(tags)
    allowed = np.eye(tags, dtype=bool)[np.arange(sum(LENGTHS)) % tags]

    def run(scores):
        return negative_log_likelihood(scores, allowed)

    loss, gradient = run(scores)
    expected, theirs = in_torch(run, scores)
    assert loss == pytest.approx(expected, rel=1e-5, abs=1e-5)
    for ours, exact in zip(gradient, theirs, strict=True):
        torch.testing.assert_close(ours, exact, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("forbidden", [False, True])
@pytest.mark.parametrize("tags", [1, 3, 16, 37, 70])
def test_best_paths_are_the_same(kind, tags, forbidden):
    scores = scores_of(tags)
    scores = forbid(scores) if forbidden else scores
    assert torch.equal(viterbi(scores), in_torch(viterbi, scores))


def test_of_equally_good_paths_the_same_is_found(kind):
    scores = scores_of(37)
    whole = scores._replace(**{name: getattr(scores, name).round() for name in scores._fields[:4]})
    assert torch.equal(viterbi(whole), in_torch(viterbi, whole))


def test_a_sequence_without_a_possible_path_is_no_danger_to_others(kind):
    scores = scores_of(5, lengths=[3, 4])
    scores.emissions[1] = float("-inf")
    assert torch.equal(viterbi(scores), in_torch(viterbi, scores))
    found, _ = forward_backward(scores)
    assert found.log_weight[0] == float("-inf")
    alone, _ = forward_backward(list(sequences_of(scores))[1])
    torch.testing.assert_close(found.log_weight[1:], alone.log_weight)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_tags_stay_in_range_whatever_the_scores(kind, value):
    scores = scores_of(5)
    scores.emissions[2:4] = value
    assert ((viterbi(scores) >= 0) & (viterbi(scores) < 5)).all()


def test_underflow_is_found(kind):
    scores = scores_of(3, lengths=[4, 2])
    scores.emissions[1] = torch.tensor([0.0, -400.0, -400.0])
    scores.transitions[0] = -500.0
    found, expected = forward_backward(scores)[0], in_torch(forward_backward, scores)[0]
    torch.testing.assert_close(found.tags, expected.tags)
    torch.testing.assert_close(found.log_weight, expected.log_weight)


def test_nothing_but_empty_sequences(kind):
    scores = scores_of(5, lengths=[0, 0])
    assert viterbi(scores).shape == (0,)
    assert forward_backward(scores)[0].log_weight.tolist() == [0.0, 0.0]


def test_other_types_are_left_to_torch():
    assert crf.can_read(torch.zeros(1), torch.zeros(2, 2))
    assert not crf.can_read(torch.zeros(1), torch.zeros(2).double())
    assert not crf.can_read(torch.zeros(1), torch.zeros(2, device="meta"))


def test_lengths_that_do_not_fit_are_refused():
    scores = scores_of(5, lengths=[3])
    with pytest.raises(ValueError, match="add up"):
        crf.best_paths(*scores[:4], torch.tensor([4]))
