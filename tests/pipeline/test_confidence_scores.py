import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from spacy_rnn.pipeline.confidence_scores import (
    Judged,
    average_precision,
    expected_calibration_error,
    log_loss,
)
from spacy_rnn.pipeline.textcat.calibration import minimize


def judged(probabilities, correct, present=None):
    verdicts = np.array(correct, dtype=bool)
    return Judged(np.array(probabilities), verdicts, present or int(verdicts.sum()))


def test_calibration_error_is_the_gap_in_each_bin():
    assert expected_calibration_error(judged([0.95, 0.95], [1, 1])) == pytest.approx(0.05)
    mixed = judged([0.92, 0.98, 0.25, 0.25], [1, 0, 0, 0])
    assert expected_calibration_error(mixed) == pytest.approx((2 * 0.45 + 2 * 0.25) / 4)
    assert expected_calibration_error(judged([1.0], [1])) == 0.0
    assert expected_calibration_error(judged([], [])) == 0.0


def test_average_precision_is_that_of_scikit_learn():
    random = np.random.RandomState(0)
    scores, correct = random.rand(50), random.rand(50) < 0.4
    ours = average_precision(judged(scores, correct))
    assert ours == pytest.approx(average_precision_score(correct, scores))
    twice = judged(scores, correct, 2 * int(correct.sum()))
    assert average_precision(twice) == pytest.approx(ours / 2)


def test_log_loss_stays_finite():
    assert log_loss(judged([0.5, 0.5], [1, 0])) == pytest.approx(np.log(2))
    assert 10 < log_loss(judged([1.0], [0])) < 20


def test_the_minimum_is_found():
    assert minimize(lambda x: (x - 1.3) ** 2, -2.0, 3.0) == pytest.approx(1.3, abs=0.01)
