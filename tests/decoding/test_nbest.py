import math

import numpy as np
import pytest

from spacy_rnn.decoding.nbest import n_best
from spacy_rnn.decoding.viterbi import viterbi
from spacy_rnn.labels.tag_scheme import TagScheme
from tests.nn.crf_cases import paths_of, random_scores, sequences_of


@pytest.mark.parametrize("seed", range(10))
def test_the_best_of_all_paths_come_in_order(seed):
    scores = random_scores([3, 0, 1, 4], 3, seed)
    for found, sequence in zip(n_best(scores, 5), sequences_of(scores)):
        expected = paths_of(sequence)
        log_z = np.logaddexp.reduce([score for _, score in expected])
        assert [tuple(path.tags) for path in found] == [path for path, _ in expected[:5]]
        chances = [math.exp(score - log_z) for _, score in expected[:5]]
        assert np.allclose([path.probability for path in found], chances)


@pytest.mark.parametrize("name", ["biluo", "bio"])
def test_all_legal_paths_and_no_others_are_found(name):
    scheme = TagScheme(name, ("A",))
    scores = random_scores([3], len(scheme.tags), 0).constrain_paths(*scheme.legal)
    found = n_best(scores, 1000)[0]
    assert len(found) == len([score for _, score in paths_of(scores) if score > -math.inf])
    assert sum(path.probability for path in found) == pytest.approx(1.0)


def test_the_first_is_that_of_viterbi():
    scores = random_scores([200], 7, 1)
    assert n_best(scores, 3)[0][0].tags == viterbi(scores).tolist()


def test_n_must_be_positive():
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        n_best(random_scores([2], 2, 0), 0)
