"""The gradient that the risk of a decoder's own texts leaves, against finite differences."""

import pytest
import torch

from spacy_rnn.layers.decodable import Decodable
from spacy_rnn.layers.risk import Candidates, teach_risk
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.symbols import END

WIDTH, WORDS = 6, 5
IDS = [[5, 5, 6, 2], [], [3, 5, 6, 7, 4, 8], [2, 3, 5]]
# Nothing about the third source.
CANDIDATES = Candidates(
    [[[2, 5, 3, END], [END]], [], [], [[3, END], [2, 3, 5, END], [5, END]]],
    [[0.2, 0.9], [], [], [0.5, 0.1, 0.7]],
)
WEIGHTS, SHARPNESS, SCALE = [4.0, 1.0, 1.0, 2.0], 3.0, 0.3


def learning():
    torch.manual_seed(2)
    decoder = Decoder(DecoderSettings(WIDTH, WIDTH), WORDS, WIDTH).double()
    lengths = torch.tensor([len(ids) for ids in IDS])
    rows = torch.randn(int(lengths.sum()), WIDTH, dtype=torch.double, requires_grad=True)
    return decoder, Decodable(Ragged(rows, lengths), decoder, 0.0)


def risk(decodable):
    return teach_risk(decodable, IDS, CANDIDATES, WEIGHTS, SHARPNESS, SCALE)


def test_the_gradient_is_that_of_the_risk_times_the_scale():
    decoder, decodable = learning()
    assert 0.0 < risk(decodable) < 6.0
    rows = decodable.sources.data
    step, places = 1e-6, [(decoder.gate.bias, 0), (decoder.combine.bias, 2), (rows, (1, 3))]
    # Sources without candidates have none.
    assert not rows.grad[4:10].any() and rows.grad[:4].any() and rows.grad[10:].any()
    gradients = [weight.grad[place].item() for weight, place in places]
    for (weight, place), found in zip(places, gradients):
        around = []
        for sign in (1.0, -1.0):
            with torch.no_grad():
                weight[place] += sign * step
            around.append(risk(decodable))
            with torch.no_grad():
                weight[place] -= sign * step
        assert found == pytest.approx(SCALE * (around[0] - around[1]) / (2 * step), rel=1e-4)


def test_candidates_learned_in_parts_have_the_same_gradient(monkeypatch):
    from spacy_rnn.layers import risk as module

    gradients = []
    for taught in (256, 1):
        monkeypatch.setattr(module, "TAUGHT", taught)
        decoder, decodable = learning()
        total = risk(decodable)
        gradients.append((total, decoder.combine.weight.grad, decodable.sources.data.grad))
    assert gradients[0][0] == pytest.approx(gradients[1][0])
    for whole, parts in zip(gradients[0][1:], gradients[1][1:]):
        assert torch.allclose(whole, parts)
