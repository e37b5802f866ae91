import torch

from spacy_rnn.nn.crf import CRF
from spacy_rnn.nn.forward_backward import forward_backward
from spacy_rnn.nn.ragged import Ragged
from tests.nn.crf_cases import random_scores


def test_a_wider_crf_keeps_the_old_scores():
    small, wide = CRF(4, 3), CRF(4, 5)
    with torch.no_grad():
        small.transitions.normal_()
    wide.copy_rows(small)
    rows = Ragged(torch.randn(6, 4), torch.tensor([6]))
    old, new = small(rows), wide(rows)
    assert torch.allclose(new.emissions[:, :3], old.emissions, atol=1e-6)
    assert torch.equal(new.transitions[:3, :3], old.transitions)


def test_heat_flattens_and_one_changes_nothing():
    scores = random_scores([4], 3, 1)
    assert scores.cool(1.0) is scores
    sharp, flat = (forward_backward(s)[0].tags.max() for s in (scores, scores.cool(50.0)))
    assert flat < sharp
