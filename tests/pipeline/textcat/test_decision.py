"""The threshold of categories that do not exclude each other, against trying all of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from spacy_rnn.pipeline.textcat.decision import SCORES, threshold_of_labels
from spacy_rnn.pipeline.threshold import CANDIDATES


@given(st.integers(0, 2**32 - 1), st.sampled_from(SCORES))
def test_no_other_threshold_has_a_higher_score(seed, score):
    random = np.random.default_rng(seed)
    chances = random.random((20, 4)).round(2)
    truths = (random.random((20, 4)) < chances**2).astype("f")
    # The macro average is over labels that the texts have.
    truths[0] = 1.0
    found = threshold_of_labels(chances, truths, np.ones_like(truths), score)

    def oracle(at):
        average = score.split("_")[1]
        return f1_score(truths, chances >= at, average=average, zero_division=0)

    assert oracle(found) == pytest.approx(max(map(oracle, CANDIDATES)))


@pytest.mark.parametrize("score", SCORES)
def test_what_is_not_known_does_not_count(score):
    chances = np.array([[0.3, 0.9], [0.1, 0.9], [0.2, 0.9]])
    truths = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    known = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    assert 0.2 < threshold_of_labels(chances, truths, known, score) <= 0.3


@pytest.mark.parametrize("score", SCORES)
def test_between_clear_cases_it_is_the_middle(score):
    chances = np.array([[0.8, 0.9], [0.1, 0.2]])
    truths = np.array([[1.0, 1.0], [0.0, 0.0]])
    assert threshold_of_labels(chances, truths, np.ones_like(truths), score) == pytest.approx(
        0.5, abs=0.02
    )


@pytest.mark.parametrize("score", SCORES)
def test_where_nothing_is_true_it_stays_one_half(score):
    nothing = np.zeros((3, 2))
    assert threshold_of_labels(np.full((3, 2), 0.9), nothing, nothing + 1.0, score) == 0.5


@pytest.mark.parametrize("rate", [0.1, 0.4])
def test_of_true_probabilities_it_is_half_of_the_score(rate):
    random = np.random.default_rng(0)
    chances = random.beta(rate, 1.0 - rate, size=(50_000, 1))
    truths = (random.random(chances.shape) < chances).astype("f")
    at = threshold_of_labels(chances, truths, np.ones_like(truths), "cats_micro_f")
    assert at == pytest.approx(f1_score(truths, chances >= at) / 2, abs=0.03)
