"""What two texts share, against rouge-score."""

from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from spacy_rnn.decoding.overlap import overlap

ROUGES = ("rouge1", "rouge2", "rougeL")
TEXTS = st.lists(st.integers(0, 4), max_size=9)


@given(TEXTS, TEXTS)
def test_it_is_the_mean_of_three_rouges(first, second):
    texts = (" ".join(f"word{i}" for i in ids) for ids in (first, second))
    scores = RougeScorer(ROUGES).score(*texts)
    expected = sum(score.fmeasure for score in scores.values()) / 3
    assert abs(overlap(first, second) - expected) < 1e-12


def test_long_texts_take_no_long_time():
    text = list(range(2000))
    assert overlap(text, text[::-1]) == (1.0 + 0.0 + 1 / 2000) / 3


def test_the_bounds():
    assert overlap([1, 2, 3], [1, 2, 3]) == 1.0
    assert overlap([1, 2], [3, 4]) == overlap([], [1]) == overlap([], []) == 0.0
