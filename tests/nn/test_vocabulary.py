"""The scores of a vocabulary in parts against all at once."""

import pytest
import torch
from torch.nn import functional as F

from spacy_rnn.nn import vocabulary
from spacy_rnn.nn.vocabulary import score_vocabulary
from spacy_rnn.symbols import UNKNOWN

WORDS, WIDTH = 200, 5
CHOSEN = torch.tensor([0, 199, UNKNOWN, 64, 64, 70])


@pytest.fixture(autouse=True)
def in_parts(monkeypatch):
    monkeypatch.setattr(vocabulary, "CELLS", 1)


def arrays(dtype=torch.float):
    torch.manual_seed(0)
    return [
        (3.0 * torch.randn(size, dtype=dtype)).requires_grad_()
        for size in ((len(CHOSEN), WIDTH), (WORDS, WIDTH), (WORDS,))
    ]


def test_parts_are_as_the_whole():
    readout, weight, bias = arrays()
    scores = F.linear(readout, weight, bias)
    others = [word for word in range(WORDS) if word != UNKNOWN]
    scored = score_vocabulary(readout, weight, bias, CHOSEN)
    expected = scores[:, others]
    torch.testing.assert_close(scored.normalizer, expected.logsumexp(dim=1))
    torch.testing.assert_close(scored.mean, expected.mean(dim=1))
    rows = torch.arange(len(CHOSEN))
    assert torch.isneginf(scored.chosen[CHOSEN == UNKNOWN]).all()
    known = CHOSEN != UNKNOWN
    torch.testing.assert_close(scored.chosen[known], scores[rows, CHOSEN][known])


def test_gradients_are_right():
    def known(*inputs):
        scored = score_vocabulary(*inputs, CHOSEN)
        return scored.normalizer, scored.chosen[CHOSEN != UNKNOWN], scored.mean

    assert torch.autograd.gradcheck(known, arrays(torch.double))


def test_no_rows_have_no_gradient():
    _, weight, bias = arrays()
    scored = score_vocabulary(torch.zeros(0, WIDTH), weight, bias, torch.zeros(0, dtype=torch.long))
    sum(part.sum() for part in scored).backward()
    assert (weight.grad == 0.0).all() and (bias.grad == 0.0).all()
