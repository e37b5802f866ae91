"""The best of many words: against sorting all of them."""

import pytest
import torch

from spacy_rnn.decoding.best import best_words
from spacy_rnn.decoding.greedy import likeliest
from spacy_rnn.nn.next_word import BLOCK


@pytest.mark.parametrize("words", [3, BLOCK, 5 * BLOCK, 5 * BLOCK + 1])
@pytest.mark.parametrize("beams", [1, 4])
@pytest.mark.parametrize("count", [1, 8])
def test_they_are_those_that_come_first_when_all_are_sorted(words, beams, count):
    generator = torch.Generator().manual_seed(words + beams + count)
    scores = torch.randn(6, beams, words, generator=generator)
    scores[:, :, ::7] = -torch.inf
    offsets = torch.randn(6, beams, generator=generator)
    every = (scores + offsets.unsqueeze(2)).flatten(1)
    expected = every.sort(dim=1, descending=True).values[:, :count]
    totals, hypotheses, chosen = best_words(scores, offsets, count)
    assert torch.equal(totals, expected)
    assert torch.equal(every.gather(1, hypotheses * words + chosen), expected)
    assert len(set(zip(hypotheses[0].tolist(), chosen[0].tolist()))) == expected.shape[1]


def test_the_likeliest_word_is_the_first_of_the_best():
    scores = torch.zeros(2, 1, 4 * BLOCK)
    scores[0, 0, 70], scores[1, 0, 200] = 1.0, 2.0
    assert likeliest(scores, 0).tolist() == [[70], [200]]
