import pytest

from spacy_rnn.pipeline.threshold import CANDIDATES, best_threshold


@pytest.mark.parametrize("peak", [0.01, 0.37, 0.99])
def test_it_is_where_the_score_is_highest(peak):
    assert best_threshold(lambda at: -abs(at - peak)) == pytest.approx(peak)


def test_of_several_it_is_the_middle_one():
    assert best_threshold(lambda at: float(0.2 < at < 0.7)) == pytest.approx(0.45, abs=0.01)
    assert best_threshold(lambda at: 0.0) == pytest.approx(CANDIDATES[len(CANDIDATES) // 2])
