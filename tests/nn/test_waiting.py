"""How often networks make the host wait for the device, on a device that is pretended."""

import numpy as np
import pytest
import torch

from spacy_rnn.decoding.viterbi import viterbi
from spacy_rnn.nn.characters import CharacterCNN, CharacterLSTM
from spacy_rnn.nn.classifier import SequenceClassifier
from spacy_rnn.nn.crf import CRFScores
from spacy_rnn.nn.crf_loss import negative_log_likelihood
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.embedding import GrowingEmbedding
from spacy_rnn.nn.forward_backward import forward_backward
from spacy_rnn.nn.losses import LossSettings, teacher_forced_losses
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.nn.recurrent import RecurrentEncoder
from spacy_rnn.nn.risk import candidate_scores
from spacy_rnn.nn.stack import Cell
from tests.nn.crf_cases import random_scores
from tests.pretended_gpu import here, move, there, watch

SHORT, LONG = [3, 0, 2, 4], [30, 0, 21, 44, 7]
TAGS = 5


def counted(run, lengths):
    with watch() as counts:
        run(lengths)
    return counts["waits"], counts["uploads"]


def crf(lengths):
    scores = random_scores(lengths, TAGS, 0)
    return CRFScores(*(there(part.float()) for part in scores[:4]), scores.lengths)


def full_annotation(lengths):
    allowed = np.zeros((sum(lengths), TAGS), dtype=bool)
    allowed[:, 2] = True
    return allowed


def partial_annotation(lengths):
    return full_annotation(lengths) | (np.arange(sum(lengths)) % 3 == 0)[:, None]


@pytest.mark.parametrize(
    "run,waits",
    [
        (lambda lengths: viterbi(crf(lengths)), 0),
        # Whether the fast way left the range of its type.
        (lambda lengths: forward_backward(crf(lengths)), 1),
        (lambda lengths: negative_log_likelihood(crf(lengths), full_annotation(lengths)), 2),
        (lambda lengths: negative_log_likelihood(crf(lengths), partial_annotation(lengths)), 3),
    ],
    ids=["viterbi", "marginals", "loss", "partial loss"],
)
def test_a_crf_waits_as_often_for_long_sequences_as_for_short_ones(run, waits):
    short, long = counted(run, SHORT), counted(run, LONG)
    assert short == long
    assert short[0] == waits


def test_a_crf_gives_the_same_there():
    at_home = random_scores(LONG, TAGS, 0)
    at_home = CRFScores(*(part.float() for part in at_home[:4]), at_home.lengths)
    allowed = partial_annotation(LONG)
    with watch():
        path = here(viterbi(crf(LONG)))
        loss, gradient = negative_log_likelihood(crf(LONG), allowed)
    expected, by_scores = negative_log_likelihood(at_home, allowed)
    assert torch.equal(path, viterbi(at_home))
    assert loss == pytest.approx(expected)
    assert torch.allclose(here(gradient.emissions), by_scores.emissions, atol=1e-5)


@pytest.mark.parametrize("kind", ["lstm", "gru", "elman"])
def test_an_encoder_never_waits(kind):
    encoder = move(RecurrentEncoder(4, 4, 6, depth=2, cell=Cell(kind), layer_norm=True))

    def run(lengths):
        rows = there(torch.randn(sum(lengths), 4)).requires_grad_()
        encoded = encoder(Ragged(rows, torch.tensor(lengths)), dropout=0.3)
        encoded.data.sum().backward()
        assert rows.grad is not None

    assert counted(run, SHORT) == counted(run, LONG)
    assert counted(run, LONG)[0] == 0


LOOK_UP = {
    "embedding": lambda: GrowingEmbedding(6, 0.3, 3),
    "character cnn": lambda: CharacterCNN(6, 4, 1, 3),
    "character lstm": lambda: CharacterLSTM(6, 4, 3),
}


@pytest.mark.parametrize("name", LOOK_UP)
def test_looking_rows_up_never_waits_and_gives_the_same(name):
    torch.manual_seed(0)
    module = LOOK_UP[name]()
    lengths = torch.tensor([length for length in LONG if length])
    rows = torch.randint(0, 2000, (int(lengths.sum()),))

    def read(rows):
        found = module(rows if name == "embedding" else Ragged(rows, lengths))
        found.sum().backward()
        return found.detach(), [weight.grad for weight in module.parameters()]

    expected, gradients = read(rows)
    module.zero_grad()
    move(module)
    with watch() as counts:
        found, others = read(there(rows))
    assert counts["waits"] == 0
    assert torch.allclose(here(found), expected, atol=1e-6)
    for one, other in zip(gradients, others, strict=True):
        assert torch.allclose(one, here(other), atol=1e-5)


def test_a_classifier_never_waits_and_gives_the_same():
    torch.manual_seed(0)
    module = SequenceClassifier(6, 3, ["attention", "mean", "max", "last"], 2)
    torch.nn.init.normal_(module.output.weight)
    rows, lengths = torch.randn(sum(LONG), 6), torch.tensor(LONG)
    expected = module(Ragged(rows, lengths)).logits.detach()
    move(module)
    with watch() as counts:
        logits = module(Ragged(there(rows), lengths)).logits
        logits.sum().backward()
    assert counts["waits"] == 0
    assert torch.allclose(here(logits.detach()), expected, atol=1e-6)


def test_candidates_wait_as_often_for_many_as_for_few():
    decoder = move(Decoder(DecoderSettings(6, 6), 12, 6))

    def run(lengths):
        lengths = torch.tensor([length for length in lengths if length])
        sources = Ragged(there(torch.randn(int(lengths.sum()), 6)), lengths)
        ids = there(torch.randint(2, 14, (int(lengths.sum()),)))
        candidates = Ragged(torch.cat((ids, ids)), torch.cat((lengths, lengths)))
        counts = torch.full_like(lengths, 2)
        memory = decoder.remember(sources, ids)
        candidate_scores(decoder, memory, candidates, counts, 0.2).exp().sum().backward()

    short, long = counted(run, SHORT), counted(run, LONG)
    assert short == long
    assert short[0] <= 3


def test_teacher_forcing_waits_as_often_for_long_targets_as_for_short_ones():
    decoder = move(Decoder(DecoderSettings(6, 6, coverage=True), 12, 6))
    settings = LossSettings(label_smoothing=0.1, coverage=1.0)

    def run(lengths):
        lengths = torch.tensor([length for length in lengths if length])
        sources = Ragged(there(torch.randn(int(lengths.sum()), 6)), lengths)
        targets = Ragged(there(torch.randint(2, 14, (int(lengths.sum()),))), lengths)
        memory = decoder.remember(sources, there(targets.data))
        teacher_forced_losses(decoder, memory, targets, settings, 0.2).sum().backward()

    short, long = counted(run, SHORT), counted(run, LONG)
    assert short == long
    assert short[0] <= 3
