"""Every module and loss of nn/ gives on a GPU what it gives on a CPU, and so do its gradients."""

import copy
from functools import partial

import pytest
import torch

from spacy_rnn.nn.bag_of_ngrams import BagOfNgrams
from spacy_rnn.nn.characters import CharacterCNN, CharacterLSTM
from spacy_rnn.nn.class_loss import ClassLoss
from spacy_rnn.nn.classifier import SequenceClassifier
from spacy_rnn.nn.crf import CRF
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.embedding import GrowingEmbedding
from spacy_rnn.nn.losses import LossSettings, teacher_forced_losses
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.nn.recurrent import RecurrentEncoder
from spacy_rnn.nn.risk import candidate_scores
from spacy_rnn.nn.stack import Cell

pytestmark = pytest.mark.gpu
LENGTHS = torch.tensor([7, 0, 1, 40, 12])
WIDTH = 16
TOTAL = int(LENGTHS.sum())
EXACT, HALF = 1e-4, 2e-2


def encoder(**settings):
    return partial(RecurrentEncoder, WIDTH, WIDTH, 24, **settings)


def classifier():
    module = SequenceClassifier(WIDTH, 3, ["attention", "mean", "max", "last"], 2)
    torch.nn.init.normal_(module.output.weight)
    return module


def decoder(**settings):
    return lambda: Decoder(DecoderSettings(WIDTH, WIDTH, **settings), 20, WIDTH)


READ = {
    "lstm": encoder(depth=2),
    "lstm one way": encoder(cell=Cell("lstm", bidirectional=False)),
    "gru": encoder(cell=Cell("gru")),
    "elman": encoder(cell=Cell("elman")),
    "norm and residual": encoder(depth=3, residual=True, layer_norm=True),
    "crf": partial(CRF, WIDTH, 9),
    "classifier": classifier,
}
LOOK_UP = {
    "embedding": partial(GrowingEmbedding, WIDTH, 0.3, 3),
    "character cnn": partial(CharacterCNN, WIDTH, 8, 1),
    "character lstm": partial(CharacterLSTM, WIDTH, 8),
}
WRITE = {
    "general": decoder(),
    "dot": decoder(attention="dot", cell="gru"),
    "additive with coverage": decoder(attention="additive", coverage=True),
    "generate only": decoder(copy=False, input_feeding=False, tied=False),
}


def tensors(value):
    """The tensors of numbers in whatever a module returns."""
    if isinstance(value, Ragged):
        value = value.data
    if isinstance(value, torch.Tensor):
        return [value] if value.is_floating_point() else []
    return [tensor for part in value for tensor in tensors(part)]


def run(build, use, device, half=False):
    """RETURNS: outputs, and the gradients of all weights, on the CPU in float32."""
    torch.manual_seed(0)
    module = copy.deepcopy(build()).to(device)
    with torch.autocast(device.type, torch.bfloat16, enabled=half):
        outputs = tensors(use(module, device))
    sum((output.float() ** 2).mean() for output in outputs).backward()
    grads = [w.grad for w in module.parameters() if w.grad is not None]
    return [t.detach().float().cpu() for t in [*outputs, *grads]]


def compare(build, use, device, half=False):
    here, there = run(build, use, torch.device("cpu")), run(build, use, device, half)
    assert len(here) == len(there)
    for one, other in zip(here, there):
        scale = max(1.0, float(one.abs().max())) if one.numel() else 1.0
        assert torch.allclose(one, other, atol=scale * (HALF if half else EXACT), rtol=0)


def read(module, device):
    rows = torch.randn(TOTAL, WIDTH, generator=torch.Generator().manual_seed(1))
    return module(Ragged(rows.to(device), LENGTHS))


def look_up(module, device):
    rows = torch.randint(0, 500, (TOTAL,), generator=torch.Generator().manual_seed(1)).to(device)
    if isinstance(module, GrowingEmbedding):
        return module(rows * 4)
    return module(Ragged(rows, LENGTHS[LENGTHS > 0]))


def write(module, device):
    generator = torch.Generator().manual_seed(1)
    lengths = LENGTHS[LENGTHS > 0]
    sources = Ragged(torch.randn(TOTAL, WIDTH, generator=generator).to(device), lengths)
    ids = torch.randint(2, 25, (TOTAL,), generator=generator).to(device)
    memory = module.remember(sources, ids)
    settings = LossSettings(label_smoothing=0.1, coverage=1.0)
    return teacher_forced_losses(module, memory, Ragged(ids, lengths), settings)


def write_candidates(module, device):
    """Two about each source."""
    generator = torch.Generator().manual_seed(1)
    lengths = LENGTHS[LENGTHS > 0]
    sources = Ragged(torch.randn(TOTAL, WIDTH, generator=generator).to(device), lengths)
    ids = torch.randint(2, 25, (TOTAL,), generator=generator).to(device)
    own = Ragged(torch.cat((ids, ids.flip(0))), torch.cat((lengths, lengths.flip(0))))
    return candidate_scores(module, module.remember(sources, ids), own, torch.full_like(lengths, 2))


@pytest.mark.parametrize("half", [False, True], ids=["float32", "bfloat16"])
@pytest.mark.parametrize("name", READ)
def test_what_reads_sequences_agrees_with_the_cpu(name, half, device):
    compare(READ[name], read, device, half)


@pytest.mark.parametrize("name", LOOK_UP)
def test_what_looks_up_rows_agrees_with_the_cpu(name, device):
    compare(LOOK_UP[name], look_up, device)


@pytest.mark.parametrize("name", WRITE)
def test_the_loss_of_a_decoder_agrees_with_the_cpu(name, device):
    compare(WRITE[name], write, device)


@pytest.mark.parametrize("name", WRITE)
def test_the_scores_of_candidates_agree_with_the_cpu(name, device):
    compare(WRITE[name], write_candidates, device)


@pytest.mark.parametrize("exclusive", [True, False])
def test_the_loss_of_classes_agrees_with_the_cpu(exclusive, device):
    torch.manual_seed(0)
    scores = torch.softmax(torch.randn(8, 4), 1)
    truths = torch.nn.functional.one_hot(torch.arange(8) % 4, 4).float()
    weights = torch.tensor([1.0, 2.0, 0.5, 1.0])
    here = ClassLoss(exclusive, weights, 2.0, 0.1)(scores, truths)
    loss = ClassLoss(exclusive, weights.to(device), 2.0, 0.1)
    there = loss(scores.to(device), truths.to(device))
    for one, other in zip(here, there):
        assert torch.allclose(one, other.cpu(), atol=EXACT)


def test_a_table_of_ngrams_learns_as_on_the_cpu(device):
    learned = []
    for place in (torch.device("cpu"), device):
        module = BagOfNgrams(3).to(place)
        rows, lengths = (torch.tensor(x).to(place) for x in ([3, 7, 7, 49], [2, 0, 2]))
        for _ in range(3):
            (module(rows, lengths) - 1.0).square().sum().backward()
            module.ngrams.step(0.01)
        learned.append(module.ngrams.weight.detach().cpu())
    assert learned[0].any()
    assert torch.allclose(*learned, atol=EXACT)
