"""Beam and greedy search over a batch, against one source at a time and against a naive loop."""

from dataclasses import dataclass
from statistics import median
from typing import Iterator, List, Tuple

import numpy
import torch

from spacy_rnn.decoding.beam import Beam
from spacy_rnn.decoding.search import Lengths, SearchSettings
from spacy_rnn.layers.decodable import Decodable
from spacy_rnn.layers.seq2seq import Seq2SeqHead
from spacy_rnn.layers.writing import write
from spacy_rnn.nn.decoder import Decoder, DecoderSettings, Memory, State
from spacy_rnn.nn.products import PLAIN
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
    beam, greedy = (_settings(width, source, target) for width in (4, 1))

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
        "greedy naive": lambda i: naive(head.predict(sources)[0], ids, target),
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
    """What a straightforward loop does: attention keys at every step, a new distribution over
    vocabulary and source each time, and all rows to the end."""
    decoder, sources = decodable.decoder, decodable.sources
    flat = torch.cat([torch.tensor(each) for each in ids]).to(sources.data.device)
    with torch.no_grad():
        memory = decoder.remember(sources, flat)
        places = memory.source_ids.clamp_min(0).unsqueeze(1)
        own = torch.zeros(len(ids), 1, max(0, 1 + int(flat.max()) - VOCABULARY), device=flat.device)
        state = decoder.start(memory)
        words = torch.full((len(ids), 1), END, device=flat.device)
        for _ in range(longest):
            state, attention = _plain_step(decoder, memory, state, words)
            generated = torch.softmax(decoder.output(state.readout), dim=2)
            share = torch.sigmoid(decoder.gate(state.readout))
            distribution = torch.cat((share * generated, own), dim=2)
            distribution.scatter_add_(2, places, (1.0 - share) * attention)
            words = distribution.argmax(dim=2)
    return words


def _plain_step(
    decoder: Decoder, memory: Memory, state: State, words: torch.Tensor
) -> Tuple[State, torch.Tensor]:
    cell = decoder.step_cell
    hidden, kept = cell(decoder.read(words), state.readout, state.hidden, state.cell, PLAIN)
    keys = decoder.attention.memory(memory.values)
    attention = torch.softmax(hidden @ keys.transpose(1, 2) + memory.closed, dim=2)
    context = attention @ memory.values
    readout = torch.tanh(decoder.combine(torch.cat((hidden, context), dim=2)))
    return State(hidden, kept, readout, state.coverage + attention), attention


def _settings(width: int, source: int, target: int) -> SearchSettings:
    return SearchSettings(Beam(width), lengths=_Drawn(1, target, longest_source=source))


@dataclass(frozen=True)
class _Drawn(Lengths):
    """Targets that end at different times, as many as those of the titles of arXiv: the logarithms
    of these lengths deviate by 0.38, and the longest of 32 is twice as long as their mean."""

    longest_source: int = 0

    def of(self, sources: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        # By the source's length, so that one alone ends where it does among others.
        random = numpy.random.default_rng(0)
        drawn = random.lognormal(numpy.log(self.maximum / 2), 0.38, self.longest_source)
        longest = torch.from_numpy(drawn).round().long().clamp(2, self.maximum)
        return torch.ones_like(sources), longest.to(sources.device)[sources]
