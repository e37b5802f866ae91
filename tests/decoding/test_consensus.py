"""Choosing by consensus, against expectations over all targets."""

import pytest
import torch

from spacy_rnn.decoding.beam import Beam
from spacy_rnn.decoding.consensus import by_consensus
from spacy_rnn.decoding.overlap import overlap
from spacy_rnn.decoding.ranking import Hypothesis
from spacy_rnn.decoding.search import Lengths, SearchSettings, search
from tests.decoding.test_search import start, step, table


def hypothesis(score, *words):
    return Hypothesis(list(words), [], score)


def test_what_two_agree_on_beats_what_is_likeliest_alone():
    alone, first, second = (
        hypothesis(-1.0, 9, 8, 7),
        hypothesis(-1.1, 1, 2, 3),
        hypothesis(-1.2, 1, 2, 4),
    )
    found = by_consensus([alone, first, second], 1.0)
    assert [each.words for each in found] == [first.words, second.words, alone.words]
    # The sharper, the less the others count.
    assert by_consensus([alone, first, second], 50.0)[0].words == alone.words


def test_scores_are_expected_overlaps():
    given = [hypothesis(-0.5, 1, 2, 3), hypothesis(-0.7, 1, 2), hypothesis(-2.0, 3, 2, 1)]
    chances = torch.softmax(torch.tensor([2.0 * each.score for each in given]), dim=0)
    for each in by_consensus(given, 2.0):
        shared = [overlap(each.words, other.words) for other in given]
        # To itself each is the same, be it as short as it may.
        shared[[other.words for other in given].index(each.words)] = 1.0
        assert each.score == pytest.approx(float(chances @ torch.tensor(shared)), rel=1e-5)


def test_equal_ones_stay_in_order_and_none_stay_none():
    given = [hypothesis(-1.0, 1), hypothesis(-1.0, 2), hypothesis(-1.0, 3)]
    assert [each.words for each in by_consensus(given, 3.0)] == [[1], [2], [3]]
    assert by_consensus([], 3.0) == []


def test_a_search_sorts_its_whole_beam_and_gives_what_was_asked_for():
    memory = table(5, seed=3)
    lengths = torch.full((5,), 9)
    plain = SearchSettings(Beam(6, n_best=6), lengths=Lengths(1, 4))
    agreed = SearchSettings(Beam(6, n_best=2), lengths=Lengths(1, 4), consensus=4.0)
    wide = search(step, memory, start(memory), lengths, plain)
    found = search(step, memory, start(memory), lengths, agreed)
    for best, all_of_them in zip(found, wide):
        expected = by_consensus(all_of_them, 4.0)[:2]
        assert [each.words for each in best] == [each.words for each in expected]
        assert [sum(each.log_probs) for each in best] == pytest.approx(
            [sum(each.log_probs) for each in expected]
        )
