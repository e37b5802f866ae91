"""Beam and greedy search over a batch, against one source at a time and against a naive loop."""

from statistics import median
from typing import Iterator, List

import numpy
import torch

from spacy_rnn.decoding.beam import Beam
from spacy_rnn.decoding.search import Lengths, SearchSettings
from spacy_rnn.layers.seq2seq import Decodable, Seq2SeqHead, write
from spacy_rnn.nn.decoder import DecoderSettings
from spacy_rnn.symbols import END

from .stopwatch import Figure, interleave, times_as_fast

WIDTH, VOCABULARY = 256, 10_000
ONE_BY_ONE, NAIVE = "one at a time", "keys again at every step"


def search(batch: int, source: int, target: int, rounds: int) -> Iterator[Figure]:
    """An untrained decoder with attention and copying: it writes until it may not go on.

    batch: sources. source: tokens of each, less a little. target: most words.
    """
    torch.manual_seed(0)
    random = numpy.random.default_rng(0)
    lengths = random.integers(source // 2, source, batch)
    sources = [random.normal(size=(n, WIDTH)).astype("f") for n in lengths]
    ids = [random.integers(2, VOCABULARY, n).tolist() for n in lengths]
    head = Seq2SeqHead(DecoderSettings(WIDTH, WIDTH, attention="general"), 0.0)
    head.set_dim("nO", VOCABULARY)
    head.initialize(X=sources)
    beam, greedy = (_settings(width, target) for width in (4, 1))

    def alone(settings: SearchSettings) -> List:
        return [
            write(head.predict([x]), [y], settings)[0] for x, y in zip(sources, ids, strict=True)
        ]

    def together(settings: SearchSettings) -> List:
        return write(head.predict(sources), ids, settings)

    candidates = {
        "beam": lambda i: together(beam),
        "beam alone": lambda i: alone(beam),
        "greedy": lambda i: together(greedy),
        "greedy naive": lambda i: naive(head.predict(sources), ids, target),
    }
    words = [[h[0].words for h in found] for found in (together(beam), alone(beam))]
    if words[0] != words[1]:
        raise SystemExit("Beam search over a batch and one at a time wrote different words.")
    seconds = interleave(candidates, rounds)
    for name, each in seconds.items():
        yield Figure(f"search/{name}", batch / median(each), "sources/s")
    count = sum(map(len, words[0]))
    yield Figure("search/beam/words", count / median(seconds["beam"]), "words/s")
    ratio = times_as_fast(seconds, "beam", "beam alone")
    yield Figure("search/beam-4/speed-up", ratio, "x", 4.0, peer=ONE_BY_ONE)
    ratio = times_as_fast(seconds, "greedy", "greedy naive")
    yield Figure("search/greedy/speed-up", ratio, "x", 4.0, peer=NAIVE)


def naive(decodable: Decodable, ids: List[List[int]], longest: int) -> torch.Tensor:
    """What a straightforward loop does: all rows to the end, attention keys at every step."""
    decoder, sources = decodable.decoder, decodable.sources
    device = sources.data.device
    flat = torch.cat([torch.tensor(each) for each in ids]).to(device)
    with torch.no_grad():
        state = decoder.start(decoder.remember(sources, flat))
        words = torch.full((len(ids), 1), END, device=device)
        for _ in range(longest):
            memory = decoder.remember(sources, flat)
            state, scores = decoder.step(memory, state, words, VOCABULARY)
            words = scores.argmax(dim=2)
    return words


def _settings(width: int, longest: int) -> SearchSettings:
    return SearchSettings(Beam(width), lengths=Lengths(minimum=1, maximum=longest))
