"""The encoder against the arithmetic it cannot do without, and the CRF on its own."""

from functools import partial
from statistics import median
from typing import Iterator, List

import numpy
import torch
from thinc.api import Adam

from spacy_rnn.decoding.viterbi import viterbi
from spacy_rnn.layers.encoders import BiLSTMEncoder
from spacy_rnn.nn.crf import CRFScores
from spacy_rnn.nn.crf_loss import negative_log_likelihood

from .stopwatch import Figure, interleave
from .texts import Place, read

WIDTH, TAGS = 256, 37
# Of the GEMM that sets the floor; how often the CRF runs between two looks at the clock.
ROWS, TIMES = 2048, 5


def encoder(place: Place, sentences: int, rounds: int) -> Iterator[Figure]:
    """A BiLSTM on real sentence lengths. Floor: its multiplications at the rate of one large GEMM.

    Training does them three times: forward, and backward for the inputs and for the weights.
    """
    lengths = sentence_lengths(place, sentences)
    random = numpy.random.default_rng(0)
    batch = [random.normal(size=(n, WIDTH)).astype("f") for n in lengths]
    model = BiLSTMEncoder(WIDTH)
    model.initialize(X=batch)
    optimizer = Adam(0.001)
    gates = 4 * WIDTH  # both directions of half the width
    left, right, out = torch.randn(ROWS, WIDTH), torch.randn(WIDTH, gates), torch.empty(ROWS, gates)

    def train(i: int) -> None:
        outputs, backprop = model.begin_update(batch)
        backprop(outputs)
        model.finish_update(optimizer)

    candidates = {
        "gemm": lambda i: [torch.mm(left, right, out=out) for _ in range(20)],
        "inference": lambda i: model.predict(batch),
        "training": train,
    }
    seconds = interleave(candidates, rounds)
    gemm_rate = [20 * 2 * ROWS * WIDTH * gates / each for each in seconds["gemm"]]
    # Input (WIDTH) and recurrent (half of it) multiplications of every token.
    work = 2 * sum(lengths) * gates * (WIDTH + WIDTH // 2)
    yield Figure("encoder/gemm", median(gemm_rate) / 1e9, "GFLOP/s")
    for name, times, target in (("inference", 1, 1.8), ("training", 3, 1.9)):
        floors = [times * work / each for each in gemm_rate]
        ratio = median(a / b for a, b in zip(seconds[name], floors, strict=True))
        title = f"encoder/{name}/{sentences}-sentences"
        yield Figure(title, ratio, "x GEMM floor", target, at_most=True)


def crf(place: Place, sentences: int, rounds: int) -> Iterator[Figure]:
    """Microseconds per token of the loss with its gradient, and of the best path."""
    lengths = torch.tensor(sentence_lengths(place, sentences))
    total = int(lengths.sum())
    torch.manual_seed(0)
    parts = (
        torch.randn(total, TAGS),
        torch.randn(TAGS),
        torch.randn(TAGS, TAGS),
        torch.randn(TAGS),
    )
    scores = CRFScores(*parts, lengths)
    gold = numpy.zeros((total, TAGS), dtype=bool)
    gold[numpy.arange(total), numpy.random.default_rng(0).integers(0, TAGS, total)] = True
    candidates = {
        "loss": partial(_repeat, lambda: negative_log_likelihood(scores, gold)),
        "viterbi": partial(_repeat, lambda: viterbi(scores)),
    }
    for name, each in interleave(candidates, rounds).items():
        value = 1e6 * median(each) / (TIMES * total)
        title = f"crf/{name}/{sentences}-sentences"
        # The target is for large batches; small ones are told for the record.
        yield Figure(title, value, "us/token", 2.0 if sentences >= 256 else None, at_most=True)


def _repeat(run, i: int) -> None:
    for _ in range(TIMES):
        run()


def sentence_lengths(place: Place, count: int) -> List[int]:
    """RETURNS: the lengths of so many texts."""
    lengths = [len(doc) for doc in read(place, ["train"])[:count]]
    return (lengths * (count // len(lengths) + 1))[:count]
