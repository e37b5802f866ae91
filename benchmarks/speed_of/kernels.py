"""The encoder against the arithmetic it cannot do without, and the CRF on its own."""

from functools import partial
from statistics import median
from typing import Callable, Dict, Iterator, List, Optional

import numpy
import torch
from thinc.api import Adam, Model, get_torch_default_device

from spacy_rnn import native
from spacy_rnn.decoding.viterbi import viterbi
from spacy_rnn.layers.encoders import BiGRUEncoder, BiLSTMEncoder
from spacy_rnn.nn.crf import CRFScores
from spacy_rnn.nn.crf_loss import negative_log_likelihood

from .stopwatch import Figure, interleave
from .texts import Place, read

WIDTH, TAGS = 256, 37
# Of the GEMM that sets the floor; how often the CRF runs between two looks at the clock.
ROWS, TIMES = 2048, 5
Run = Callable[[int], object]
# Each cell's encoder, and its gates.
CELLS = {"lstm": (BiLSTMEncoder, 4), "gru": (BiGRUEncoder, 3)}


def encoder(place: Place, sentences: int, rounds: int, cell: str = "lstm") -> Iterator[Figure]:
    """An encoder on real sentence lengths. Floor: its multiplications at a large GEMM's rate.

    Training does them three times: forward, and backward for the inputs and for the weights.
    """
    lengths = sentence_lengths(place, sentences)
    make, gates = CELLS[cell]
    # Both directions of half the width.
    sizes = ((ROWS, WIDTH), (WIDTH, 4 * WIDTH), (ROWS, 4 * WIDTH))
    left, right, out = (torch.randn(size, device=get_torch_default_device()) for size in sizes)
    # A small batch several times over, lest the clock be too coarse for it.
    times = max(1, ROWS // sum(lengths))
    candidates = {
        "gemm": lambda i: [torch.mm(left, right, out=out) for _ in range(20)],
        **_with_and_without(_uses(make(WIDTH), lengths, times)),
        **_in_bfloat16(make(WIDTH, mixed_precision="bf16"), lengths, times),
    }
    seconds = interleave(candidates, rounds)
    gemm_rate = [20 * 2 * ROWS * WIDTH * 4 * WIDTH / each for each in seconds.pop("gemm")]
    yield Figure("encoder/gemm", median(gemm_rate) / 1e9, "GFLOP/s")
    # Input (WIDTH) and recurrent (half of it) multiplications of every token.
    work = times * 2 * sum(lengths) * gates * WIDTH * (WIDTH + WIDTH // 2)
    for name, each in seconds.items():
        use, _, by = name.partition("/")
        floors = [(3 if use == "training" else 1) * work / rate for rate in gemm_rate]
        ratio = median(a / b for a, b in zip(each, floors, strict=True))
        parts = ("encoder", "" if cell == "lstm" else cell, use, f"{sentences}-sentences", by)
        target = _target(use, by, sentences)
        yield Figure("/".join(filter(None, parts)), ratio, "x GEMM floor", target, at_most=True)


def _uses(model: Model, lengths: List[int], times: int) -> Dict[str, Run]:
    """What an encoder does with one batch of random vectors."""
    random = numpy.random.default_rng(0)
    batch = [random.normal(size=(n, WIDTH)).astype("f") for n in lengths]
    model.initialize(X=batch)
    optimizer = Adam(0.001)

    def infer(i: int) -> None:
        for _ in range(times):
            model.predict(batch)

    def train(i: int) -> None:
        for _ in range(times):
            outputs, backprop = model.begin_update(batch)
            backprop(outputs)
            model.finish_update(optimizer)

    return {"inference": infer, "training": train}


def _with_and_without(uses: Dict[str, Run]) -> Dict[str, Run]:
    """The same in torch's own code and, where there are any, in compiled kernels ("/native")."""

    def by(kind: Optional[str], run: Run, i: int) -> None:
        with native.using(kind):
            run(i)

    runs: Dict[str, Run] = {name: partial(by, None, run) for name, run in uses.items()}
    if get_torch_default_device().type == "cpu" and native.is_available():
        best = native.kinds()[0]
        runs.update({f"{name}/native": partial(by, best, run) for name, run in uses.items()})
    return runs


def _in_bfloat16(model: Model, lengths: List[int], times: int) -> Dict[str, Run]:
    """Inference with the setting, where kernels and processor have it ("/bf16")."""
    if get_torch_default_device().type != "cpu" or not native.half_kinds():
        return {}
    return {"inference/bf16": _uses(model, lengths, times)["inference"]}


def _target(use: str, by: str, sentences: int) -> Optional[float]:
    if by == "bf16":
        return None
    if sentences < 128:
        return 1.6 if (use, by, sentences) == ("inference", "native", 1) else None
    with_kernels, without = (1.5, 1.9) if use == "training" else (1.3, 1.8)
    return with_kernels if by == "native" else without


def crf(place: Place, sentences: int, rounds: int) -> Iterator[Figure]:
    """Microseconds per token of the loss with its gradient, and of the best path."""
    lengths = torch.tensor(sentence_lengths(place, sentences))
    total = int(lengths.sum())
    torch.manual_seed(0)
    shapes = ((total, TAGS), (TAGS,), (TAGS, TAGS), (TAGS,))
    scores = CRFScores(*map(torch.randn, shapes), lengths)
    gold = numpy.zeros((total, TAGS), dtype=bool)
    gold[numpy.arange(total), numpy.random.default_rng(0).integers(0, TAGS, total)] = True
    uses = {
        "loss": partial(_repeat, lambda: negative_log_likelihood(scores, gold)),
        "viterbi": partial(_repeat, lambda: viterbi(scores)),
    }
    for name, each in interleave(_with_and_without(uses), rounds).items():
        use, _, by = name.partition("/")
        title = "/".join(filter(None, ("crf", use, f"{sentences}-sentences", by)))
        value = 1e6 * median(each) / (TIMES * total)
        target = 2.0 if by or sentences >= 256 else None
        yield Figure(title, value, "us/token", target, at_most=True)


def _repeat(run, i: int) -> None:
    for _ in range(TIMES):
        run()


def sentence_lengths(place: Place, count: int) -> List[int]:
    """RETURNS: the lengths of so many texts."""
    lengths = [len(doc) for doc in read(place, ["train"])[:count]]
    return (lengths * (count // len(lengths) + 1))[:count]
