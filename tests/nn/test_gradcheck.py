"""Gradients against finite differences in float64, by the inputs and by every weight."""

import importlib
import inspect
import pkgutil

import pytest
import torch

import spacy_rnn.nn
from spacy_rnn.nn.attention import Attention
from spacy_rnn.nn.bag_of_ngrams import BagOfNgrams, SparseTable
from spacy_rnn.nn.characters import CharacterCNN, CharacterLSTM
from spacy_rnn.nn.classifier import SequenceClassifier
from spacy_rnn.nn.crf import CRF
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.embedding import GrowingEmbedding
from spacy_rnn.nn.losses import LossSettings, teacher_forced_losses
from spacy_rnn.nn.pooling import Pooling
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.nn.recurrent import RecurrentEncoder
from spacy_rnn.nn.risk import candidate_scores, expected_errors
from spacy_rnn.nn.stack import Cell
from spacy_rnn.symbols import END

WIDTH = 4
LENGTHS = torch.tensor([3, 1, 2])
ROWS = (6, WIDTH)
# Rows of both blocks of a table.
CHARACTERS = torch.tensor([0, 7, 600, 7, 1, 1023])
CLOSED = torch.tensor([[[0.0, 0.0, 0.0]], [[0.0, 0.0, float("-inf")]]], dtype=torch.float64)
SOURCE_IDS = torch.tensor([2, 6, 6, 3, 7, 2])
TARGETS = Ragged(torch.tensor([2, 6, END, 3, END, 7, END]), torch.tensor([3, 2, 2]))


def sequences(part):
    """A function of flat rows (6, WIDTH). part: takes the tensor out of what a module returns."""
    return lambda module, rows: part(module(Ragged(rows, LENGTHS)))


def decoder_loss(module, rows):
    memory = module.remember(Ragged(rows, LENGTHS), SOURCE_IDS)
    return teacher_forced_losses(module, memory, TARGETS, LossSettings(0.1, 0.3))


def decoder_risk(module, rows):
    """Of three targets, two of them about the first source."""
    memory = module.remember(Ragged(rows, LENGTHS), SOURCE_IDS)
    scores = candidate_scores(module, memory, TARGETS, torch.tensor([2, 0, 1]))
    kept = scores[[0, 2]]
    return expected_errors(kept, torch.tensor([[0.2, 0.9], [0.4, 0.0]]).to(kept), 3.0)


def attend(module, queries, keys, coverage):
    return module(queries, keys, CLOSED, coverage)


def encoder(kind, depth=2, hidden=WIDTH, bidirectional=True, nonlinearity="tanh", **options):
    cell = Cell(kind, bidirectional, nonlinearity)
    module = RecurrentEncoder(WIDTH, WIDTH, hidden, depth, cell, **options)
    return module, sequences(lambda read: read.data), ROWS


def pooling(kind):
    return Pooling(WIDTH, [kind], 2), sequences(lambda pooled: pooled.vectors), ROWS


def attention(kind):
    module = Attention(kind, WIDTH, WIDTH, coverage=True)
    return module, attend, (2, 2, WIDTH), (2, 3, WIDTH), (2, 2, 3)


def decoder(cell, kind, loss=decoder_loss, **options):
    settings = DecoderSettings(WIDTH, WIDTH, cell, kind, **options)
    return Decoder(settings, 6, WIDTH), loss, ROWS


def characters(module):
    return module, lambda inner: inner(Ragged(CHARACTERS, LENGTHS))


CASES = {
    **{f"{kind} encoder": lambda kind=kind: encoder(kind) for kind in ("lstm", "gru", "elman")},
    "residual encoder": lambda: encoder("lstm", residual=True),
    "normalized encoder": lambda: encoder("lstm", layer_norm=True),
    "one-way encoder": lambda: encoder("lstm", bidirectional=False),
    "wider encoder": lambda: encoder("gru", depth=1, hidden=6),
    "relu encoder": lambda: encoder("elman", nonlinearity="relu"),
    **{
        f"{kind} pooling": lambda kind=kind: pooling(kind)
        for kind in ("mean", "max", "last", "attention")
    },
    **{
        f"{kind} attention": lambda kind=kind: attention(kind)
        for kind in ("additive", "dot", "general")
    },
    "classifier": lambda: (
        SequenceClassifier(WIDTH, 3, ["attention", "mean"], 2),
        sequences(lambda scores: scores.logits),
        ROWS,
    ),
    "crf": lambda: (
        CRF(WIDTH, 3),
        sequences(lambda scores: [1.0 * part for part in scores[:4]]),
        ROWS,
    ),
    "lstm decoder": lambda: decoder("lstm", "general"),
    "gru decoder": lambda: decoder("gru", "additive", coverage=True),
    "plain decoder": lambda: decoder("lstm", "dot", copy=False, tied=False, input_feeding=False),
    "decoder by its risk": lambda: decoder("gru", "general", loss=decoder_risk),
    "table": lambda: (GrowingEmbedding(2, 0.3, 2), lambda inner: inner(CHARACTERS)),
    "character cnn": lambda: characters(CharacterCNN(3, 2, 1, 2)),
    "character lstm": lambda: characters(CharacterLSTM(4, 2, 2)),
}


class Bound(torch.nn.Module):
    """Lets `functional_call` put weights into a module that is reached through a function."""

    def __init__(self, inner, function):
        super().__init__()
        self.inner, self.function = inner, function

    def forward(self, *values):
        made = self.function(self.inner, *values)
        return tuple(made) if isinstance(made, list) else made


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_right(name):
    torch.manual_seed(0)
    module, function, *shapes = CASES[name]()
    bound = Bound(module.double(), function)
    weights = dict(bound.named_parameters())
    with torch.no_grad():
        for weight in weights.values():
            weight.copy_(torch.randn_like(weight) * 0.5)
    leaves = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for shape in shapes]

    def run(*values):
        given = dict(zip(weights, values[len(leaves) :]))
        return torch.func.functional_call(bound, given, values[: len(leaves)])

    # Of the larger layers the gradient is compared along random directions.
    inputs = (*leaves, *weights.values())
    is_large = sum(part.numel() for part in inputs) > 300
    assert torch.autograd.gradcheck(run, inputs, fast_mode=is_large)


def modules_of_the_package():
    for found in pkgutil.iter_modules(spacy_rnn.nn.__path__, "spacy_rnn.nn."):
        for _, kind in inspect.getmembers(importlib.import_module(found.name), inspect.isclass):
            if issubclass(kind, torch.nn.Module) and kind.__module__ == found.name:
                yield kind


def test_the_sparse_gradient_of_a_table_is_the_dense_one():
    """`gradcheck` takes no sparse gradients."""
    torch.manual_seed(0)
    module = BagOfNgrams(3).double()
    weight = torch.randn(9, 3, dtype=torch.float64, requires_grad=True)
    module.ngrams.weight.data[:9] = weight.detach()
    rows, upstream = torch.tensor([1, 7, 1, 0, 8, 7]), torch.randn(3, 3, dtype=torch.float64)
    (module(rows, LENGTHS) * upstream).sum().backward()
    sums = torch.stack([weight[part].sum(0) for part in rows.split(LENGTHS.tolist())])
    (sums * upstream).sum().backward()
    assert torch.allclose(module.ngrams.weight.grad.to_dense()[:9], weight.grad, atol=1e-12)


def test_no_layer_is_left_out():
    made = [part for make in CASES.values() for part in make()[0].modules()]
    checked = {kind for part in made for kind in type(part).mro()} | {BagOfNgrams, SparseTable}
    assert set(modules_of_the_package()) <= checked
