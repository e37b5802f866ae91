import math

import numpy as np
import pytest
import torch

from spacy_rnn.decoding.entities import ScoredSpan, Wanted, find_entities
from spacy_rnn.decoding.span_posteriors import SpanPosteriors
from spacy_rnn.labels.tag_scheme import TagScheme
from tests.nn.crf_cases import paths_of, random_scores, sequences_of

LENGTHS = [4, 0, 1, 3]


def legal_scores(scheme, seed, lengths=LENGTHS):
    scores = random_scores(lengths, len(scheme.tags), seed, scale=1.5)
    return scores.constrain_paths(*scheme.legal)


def brute_force(scores, scheme):
    """For each sequence, the probability of every span that is possible in it."""
    for sequence in sequences_of(scores):
        paths = [(path, score) for path, score in paths_of(sequence) if score > -math.inf]
        log_z = np.logaddexp.reduce([score for _, score in paths])
        chances = {}
        for path, score in paths:
            for span in scheme.decode(path):
                chances[span] = chances.get(span, 0.0) + math.exp(score - log_z)
        yield chances


@pytest.mark.parametrize("name", ["biluo", "bio"])
@pytest.mark.parametrize("seed", range(5))
def test_every_span_has_its_exact_probability(name, seed):
    scheme = TagScheme(name, ("A", "B"))
    scores = legal_scores(scheme, seed)
    readings = find_entities(scores, scheme, Wanted(p_min=1e-30))
    for reading, chances in zip(readings, brute_force(scores, scheme)):
        assert {scored.span for scored in reading.candidates} == set(chances)
        for span, probability in reading.candidates:
            assert math.isclose(probability, chances[span], rel_tol=1e-6)


@pytest.mark.parametrize("name", ["biluo", "bio"])
def test_entities_of_the_best_path_have_the_same_probabilities(name):
    scheme = TagScheme(name, ("A", "B"))
    scores = legal_scores(scheme, 3, [5, 3, 0, 4])
    found = find_entities(scores, scheme, Wanted(confidence=True, p_min=1e-30))
    assert sum(len(reading.entities) for reading in found) > 2
    for reading in found:
        chances = dict(reading.candidates)
        for span, probability in reading.entities:
            assert math.isclose(probability, chances[span], rel_tol=1e-9)


def test_probabilities_are_given_only_when_wanted():
    scheme = TagScheme("biluo", ("A",))
    for reading in find_entities(legal_scores(scheme, 1), scheme, Wanted()):
        assert all(scored.probability is None for scored in reading.entities)


def test_a_lower_threshold_keeps_all_and_adds_more():
    scheme = TagScheme("biluo", ("A", "B"))
    scores = legal_scores(scheme, 2, [30] * 10)
    found = []
    for threshold in (0.05, 0.3, 0.5, 0.9):
        readings = find_entities(scores, scheme, Wanted(threshold=threshold))
        found.append({(i, *s.span) for i, r in enumerate(readings) for s in r.entities})
        assert all(s.probability >= threshold for r in readings for s in r.entities)
        for reading in readings:
            tokens = [t for s in reading.entities for t in range(s.span.start, s.span.end)]
            assert len(tokens) == len(set(tokens))
    assert found[0] > found[1] > found[2] > found[3]


def test_candidates_do_not_change_the_entities():
    scheme = TagScheme("bio", ("A", "B"))
    scores = legal_scores(scheme, 2, [20])
    plain = find_entities(scores, scheme, Wanted(confidence=True))[0]
    asked = find_entities(scores, scheme, Wanted(p_min=0.01))[0]
    assert plain.entities == asked.entities and plain.candidates == plain.entities
    assert len(asked.candidates) > len(asked.entities)


def test_entities_do_not_depend_on_the_neighbours():
    scheme = TagScheme("biluo", ("A", "B"))
    scores = legal_scores(scheme, 5, [9, 0, 2, 40])
    together = find_entities(scores, scheme, Wanted(confidence=True))
    for reading, sequence in zip(together, sequences_of(scores)):
        alone = find_entities(sequence, scheme, Wanted(confidence=True))[0]
        assert [s.span for s in alone.entities] == [s.span for s in reading.entities]
        assert np.allclose(*([s.probability for s in r.entities] for r in (alone, reading)))


def test_a_long_span_of_a_sure_model_is_sure():
    scheme = TagScheme("bio", ("A",))
    tags = scheme.encode(scheme.decode([0, 1, *[2] * 500, 0]), 503)
    scores = random_scores([503], 3, 0, scale=0.0)
    scores.emissions[torch.arange(503), torch.from_numpy(tags)] = 30.0
    reading = find_entities(scores.constrain_paths(*scheme.legal), scheme, Wanted(True))[0]
    assert reading.entities == [ScoredSpan((1, 502, "A"), pytest.approx(1.0, abs=1e-6))]


def test_no_sequences_and_no_labels():
    scheme = TagScheme("biluo", ())
    scores = random_scores([2, 0], 1, 0)
    wanted = Wanted(confidence=True, p_min=0.1)
    assert find_entities(scores, scheme, wanted) == [([], []), ([], [])]
    none = scores._replace(emissions=scores.emissions[:0], lengths=scores.lengths[:0])
    assert find_entities(none, scheme, wanted) == []
    assert SpanPosteriors.from_scores(none, scheme).single.shape == (0, 0)
