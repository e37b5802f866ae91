"""How often a search makes the host wait for the device, on a device that is pretended."""

from functools import partial

import pytest
import torch

from spacy_rnn.decoding import batch, beam, greedy
from spacy_rnn.decoding.beam import Beam
from spacy_rnn.decoding.ranking import Ranking
from spacy_rnn.decoding.sampling import Sampling
from spacy_rnn.decoding.search import Lengths, SearchSettings, search
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.next_word import prepare
from spacy_rnn.nn.ragged import Ragged
from tests.pretended_gpu import move, there, watch

WIDTH, WORDS = 6, 12
LENGTHS = torch.tensor([4, 9, 2, 7, 5])
CONSTRAINTS = {"no_repeat_ngram": 2, "forbidden": (5,), "beginning": (3,)}
SEARCHES = {
    "greedy": {"beam": Beam(1)},
    "beam": {"beam": Beam(3, 2)},
    "whole beam": {"beam": Beam(3, 2, early_finish=False), "ranking": Ranking(coverage=0.1)},
    "sampled": {"beam": Beam(1), "sampling": Sampling(seed=3)},
}


def parts(place=lambda tensor: tensor):
    torch.manual_seed(1)
    decoder = Decoder(DecoderSettings(WIDTH, WIDTH), WORDS, WIDTH)
    sources = Ragged(place(torch.randn(int(LENGTHS.sum()), WIDTH)), LENGTHS)
    ids = place(torch.randint(2, WORDS + 2, (int(LENGTHS.sum()),)))
    return decoder, sources, ids


def find(decoder, sources, ids, lengths, settings):
    with torch.no_grad():
        start = prepare(decoder, sources, ids, WORDS + 2, len(lengths) * settings.beam.width)
        return search(*start, lengths, settings)


@pytest.mark.parametrize("kind", SEARCHES)
@pytest.mark.parametrize("longest", [20, 40])
def test_a_search_waits_at_most_every_few_steps_and_finds_the_same(kind, longest, monkeypatch):
    before_reading = []

    def read(counts, module, steps, documents):
        before_reading.append((len(steps), counts["waits"], counts["uploads"]))
        return module(steps, documents)

    settings = SearchSettings(lengths=Lengths(15, longest), **SEARCHES[kind], **CONSTRAINTS)
    expected = find(*parts(), LENGTHS, settings)
    decoder, sources, ids = parts(there)
    with watch() as counts:
        for module in (beam, greedy):
            monkeypatch.setattr(module, "collect", partial(read, counts, module.collect))
        found = find(move(decoder), sources, ids, there(LENGTHS), settings)
    for one, other in zip(found, expected):
        assert [h.words for h in one] == [h.words for h in other]
        assert [h.score for h in one] == pytest.approx([h.score for h in other])
    ((steps, waits, uploads),) = before_reading
    looks = steps // batch.STEPS_BETWEEN_LOOKS["cuda"]
    assert steps > 15 and looks >= 2
    # Each look, and the bounds of the shortest and the longest target once.
    assert waits <= looks + 2
    # Those who stay after each look, and what laying out the memory took.
    assert uploads <= looks + 12
