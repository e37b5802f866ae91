"""What only a GPU is asked: cuDNN alone, its share, tokenizers elsewhere, a whole training."""

from functools import partial
from itertools import islice
from multiprocessing import get_context
from multiprocessing.pool import Pool
from statistics import median
from typing import Any, Dict, Iterator, List, Tuple

import numpy
import spacy
import torch
from spacy.schemas import ConfigSchemaTraining
from spacy.tokens import Doc
from spacy.training.loop import create_train_batches
from spacy.util import registry, resolve_dot_names
from thinc.api import get_torch_default_device
from torch import nn
from torch.nn.utils.rnn import PackedSequence
from torch.profiler import ProfilerActivity, profile

from spacy_rnn.layers.encoders import BiLSTMEncoder
from spacy_rnn.nn.ragged import pack

from .kernels import WIDTH, sentence_lengths
from .stopwatch import Figure, clock, interleave, times_as_fast
from .systems import System
from .texts import Place

CUDNN = "cuDNN alone"
# Operations of torch that hold the recurrent kernels of a GPU, and of a CPU.
RECURRENT = (
    "aten::_cudnn_rnn",
    "aten::_cudnn_rnn_backward",
    "aten::mkldnn_rnn_layer",
    "aten::mkldnn_rnn_layer_backward",
)
Words = List[Tuple[List[str], List[bool]]]


def against_cudnn(place: Place, sentences: int, rounds: int) -> Iterator[Figure]:
    """The encoder, arrays in and gradients out, against a packed `nn.LSTM` that knows no Thinc."""
    lengths = sentence_lengths(place, sentences)
    random = numpy.random.default_rng(0)
    model = BiLSTMEncoder(WIDTH)
    device = get_torch_default_device()
    batch = [random.normal(size=(n, WIDTH)).astype("f") for n in lengths]
    batch = [model.ops.asarray(rows) for rows in batch]
    model.initialize(X=batch)
    packing = pack(torch.tensor(lengths), device)
    rows = torch.randn(sum(lengths), WIDTH, device=device, requires_grad=True)
    lstm = nn.LSTM(WIDTH, WIDTH // 2, bidirectional=True).to(device)

    def train(i: int) -> None:
        outputs, backprop = model.begin_update(batch)
        backprop(outputs)

    def train_alone(i: int) -> None:
        read = lstm(PackedSequence(rows, packing.batch_sizes))[0].data
        read.backward(read.detach())

    @torch.no_grad()
    def read_alone(i: int) -> None:
        lstm(PackedSequence(rows, packing.batch_sizes))

    candidates = {
        ("inference", CUDNN): read_alone,
        ("inference", "ours"): lambda i: model.predict(batch),
        ("training", CUDNN): train_alone,
        ("training", "ours"): train,
    }
    repeated = {name: partial(_repeat, run) for name, run in candidates.items()}
    seconds = interleave(repeated, rounds)
    for kind, target in (("inference", None), ("training", 0.6)):
        ratio = times_as_fast(seconds, (kind, "ours"), (kind, CUDNN))
        yield Figure(f"encoder/{kind}/{sentences}-sentences", ratio, "x", target, peer=CUDNN)


def share_of_kernels(system: System, batches: List[Any]) -> Iterator[Figure]:
    """How much of the device's time in training goes into recurrent layers."""
    on_gpu = get_torch_default_device().type == "cuda"
    activities = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * on_gpu
    with profile(activities=activities) as profiler:
        for batch in batches:
            system.update(batch)
    whole, own = ("device_time_total", "self_device_time_total")
    if not on_gpu:
        whole, own = ("cpu_time_total", "self_cpu_time_total")
    averages = profiler.key_averages()
    recurrent = sum(getattr(each, whole) for each in averages if each.key in RECURRENT)
    total = sum(getattr(each, own) for each in averages)
    yield Figure("ner/training/recurrent-share", 100 * recurrent / max(total, 1), "% of the time")


def projected(name: str, system: System, steps: int, target: float) -> Iterator[Figure]:
    """Minutes of the training that the config asks for, without evaluations, from a few steps."""
    config = system.nlp.config.interpolate()
    settings = registry.resolve(config["training"], schema=ConfigSchemaTraining)
    (corpus,) = resolve_dot_names(config, [settings["train_corpus"]])
    batches = create_train_batches(system.nlp, corpus, settings["batcher"], 0)
    some = [batch for _, batch in islice(batches, steps + 1)]
    system.update(some[0])
    start = clock()
    for batch in some[1:]:
        system.update(batch)
    minutes = settings["max_steps"] * (clock() - start) / steps / 60
    yield Figure(f"{name}/training/projected", minutes, "minutes", target, at_most=True)


def tokenizers(workers: int) -> Pool:
    """Processes that tokenize. They are started anew: a fork of a process with a GPU hangs."""
    return get_context("spawn").Pool(workers)


def tokenize(texts: List[str]) -> Words:
    """RETURNS: words, and whether a space follows each, of every text."""
    tokenizer = _tokenizer()
    docs = [tokenizer(text) for text in texts]
    return [([t.text for t in doc], [bool(t.whitespace_) for t in doc]) for doc in docs]


_BLANK: Dict[str, Any] = {}


def _tokenizer() -> Any:
    """Made once per process."""
    if not _BLANK:
        _BLANK["nlp"] = spacy.blank("en")
    return _BLANK["nlp"].tokenizer


def tokenized_elsewhere(
    system: System, texts: List[str], workers: int, rounds: int, target: float
) -> Iterator[Figure]:
    """Words per second from raw text to entities, with the tokenizer in processes of its own."""
    portions = [texts[i : i + 256] for i in range(0, len(texts), 256)]
    rates = []
    with tokenizers(workers) as pool:
        pool.map(tokenize, [["Warming up."]] * workers)
        for _ in range(rounds):
            start, words = clock(), 0
            made = (
                Doc(system.nlp.vocab, words=forms, spaces=spaces)
                for portion in pool.imap(tokenize, portions)
                for forms, spaces in portion
            )
            for doc in system.nlp.pipe(made, batch_size=1024):
                words += len(doc)
            rates.append(words / (clock() - start))
    name = "ner/inference/tokenizer-in-workers"
    yield Figure(name, median(rates), "words/s", target)


def _repeat(run: Any, i: int) -> None:
    for _ in range(5):
        run(i)
