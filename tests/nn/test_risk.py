"""The errors of candidates and how likely these are, one at a time and by hand."""

import math

import pytest
import torch

from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.losses import teacher_forced_losses
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.nn.risk import candidate_scores, expected_errors
from spacy_rnn.symbols import END

WIDTH, WORDS = 6, 5
LENGTHS = torch.tensor([4, 6, 3])
IDS = torch.tensor([5, 5, 6, 2, 3, 5, 6, 7, 4, 8, 2, 3, 5])
# Of the first source two, of the second one, of the third three.
CANDIDATES = [[[2, 5, 3, END], [END]], [[8, 4, END]], [[3, END], [2, 3, 5, END], [5, END]]]


def test_scores_are_those_of_each_candidate_alone():
    torch.manual_seed(2)
    decoder = Decoder(DecoderSettings(WIDTH, WIDTH), WORDS, WIDTH).double()
    sources = Ragged(torch.randn(int(LENGTHS.sum()), WIDTH, dtype=torch.double), LENGTHS)
    flat = Ragged.from_list([torch.tensor(ids) for of_one in CANDIDATES for ids in of_one])
    counts = torch.tensor([len(of_one) for of_one in CANDIDATES])
    scores = candidate_scores(decoder, decoder.remember(sources, IDS), flat, counts)
    assert scores.shape == (3, 3)
    for i, of_one in enumerate(CANDIDATES):
        source = Ragged(sources.to_list()[i], LENGTHS[i : i + 1])
        memory = decoder.remember(source, Ragged(IDS, LENGTHS).to_list()[i])
        for j, ids in enumerate(of_one):
            losses = teacher_forced_losses(decoder, memory, Ragged.from_list([torch.tensor(ids)]))
            assert scores[i, j].item() == pytest.approx(-losses.mean().item())
        assert torch.isneginf(scores[i, len(of_one) :]).all()


def test_errors_weigh_what_their_candidates_weigh():
    scores = torch.tensor([[math.log(0.6), math.log(0.2), -math.inf]], dtype=torch.double)
    errors = torch.tensor([[0.5, 1.0, 0.0]], dtype=torch.double)
    assert expected_errors(scores, errors, 1.0).item() == pytest.approx(0.75 * 0.5 + 0.25 * 1.0)
    assert expected_errors(scores, errors, 2.0).item() == pytest.approx(0.9 * 0.5 + 0.1 * 1.0)
    assert expected_errors(scores, errors, 0.0).item() == pytest.approx(0.75)
    assert expected_errors(scores, errors, 200.0).item() == pytest.approx(0.5)


def test_candidates_that_are_equally_wrong_teach_nothing():
    scores = torch.tensor([[-1.0, -2.0], [-3.0, -math.inf]], dtype=torch.double, requires_grad=True)
    expected_errors(scores, torch.full((2, 2), 0.3).double(), 5.0).sum().backward()
    assert scores.grad.abs().max() < 1e-12
