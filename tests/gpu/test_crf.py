"""The CRF's loss, marginals and best paths, against the CPU's."""

import numpy as np
import pytest
import torch

from spacy_rnn.decoding.entities import Wanted, find_entities
from spacy_rnn.decoding.viterbi import viterbi
from spacy_rnn.labels.tag_scheme import TagScheme
from spacy_rnn.nn.crf import CRFScores
from spacy_rnn.nn.crf_loss import negative_log_likelihood
from tests.nn.crf_cases import random_scores

pytestmark = pytest.mark.gpu


def test_the_gpu_gives_the_same_loss_gradient_paths_and_probabilities(device):
    scheme = TagScheme("biluo", ("A", "B"))
    tags = len(scheme.tags)
    here = random_scores([9, 0, 30, 2], tags, 0).constrain_paths(*scheme.legal)
    there = CRFScores(*(part.to(device) for part in here[:4]), here.lengths)
    allowed = np.ones((41, tags), dtype=bool)
    allowed[::3, 1:] = False
    (loss, gradient), (other_loss, other) = (
        negative_log_likelihood(scores, allowed) for scores in (here, there)
    )
    assert loss == pytest.approx(other_loss)
    for name in ("emissions", "start", "transitions", "end"):
        assert torch.allclose(getattr(gradient, name), getattr(other, name).cpu())
    assert torch.equal(viterbi(here), viterbi(there).cpu())
    wanted = Wanted(confidence=True)
    for one, two in zip(find_entities(here, scheme, wanted), find_entities(there, scheme, wanted)):
        assert [s.span for s in one.entities] == [s.span for s in two.entities]
        assert np.allclose(*([s.probability for s in r.entities] for r in (one, two)))
