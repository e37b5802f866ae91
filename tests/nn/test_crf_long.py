"""A CRF in float32 over a long text against float64, and many small ones against all paths."""

import numpy as np
import pytest
import torch

from spacy_rnn.decoding.viterbi import viterbi
from spacy_rnn.nn.crf_loss import negative_log_likelihood
from spacy_rnn.nn.forward_backward import forward_backward
from tests.nn.crf_cases import paths_of, random_scores

TOKENS, TAGS = 10_000, 9


def rough(scores):
    return scores._replace(**{name: getattr(scores, name).float() for name in scores._fields[:4]})


def test_ten_thousand_tokens_have_the_gradient_and_the_path_of_float64(record_property):
    scores = random_scores([TOKENS], TAGS, seed=0)
    allowed = np.eye(TAGS, dtype=bool)[np.random.RandomState(0).randint(0, TAGS, TOKENS)]
    loss, gradient = negative_log_likelihood(rough(scores), allowed)
    exact_loss, exact = negative_log_likelihood(scores, allowed)
    error = max(
        float((ours.double() - theirs).abs().max() / theirs.abs().max().clamp_min(1.0))
        for ours, theirs in zip(gradient[:4], exact[:4])
    )
    record_property("error", error)
    assert error < 1e-5
    assert loss == pytest.approx(exact_loss, rel=1e-5)
    assert torch.equal(viterbi(rough(scores)), viterbi(scores))


@pytest.mark.slow
def test_a_thousand_small_cases_equal_brute_force(record_property):
    worst = 0.0
    for seed in range(1000):
        scores = random_scores([1 + seed % 5], 2 + seed % 3, seed, scale=1.0 + seed % 7)
        weights = torch.tensor([score for _, score in paths_of(scores)], dtype=torch.float64)
        expected, _ = forward_backward(scores)
        worst = max(worst, abs(float(expected.log_weight[0] - torch.logsumexp(weights, 0))))
    record_property("error", worst)
    assert worst < 1e-9
