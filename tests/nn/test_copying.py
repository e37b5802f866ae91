"""Faults that copying is known for in other toolkits: none of them may come back."""

import torch

from spacy_rnn.decoding.beam import Beam
from spacy_rnn.decoding.ranking import Ranking
from spacy_rnn.decoding.search import Lengths, SearchSettings, search
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.next_word import prepare
from spacy_rnn.nn.pointer import choice, first_places
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.symbols import UNKNOWN
from tests.nn.mixtures import mixture

WIDTH, WORDS = 6, 5
LENGTHS = torch.tensor([1, 6, 3, 2])
# Words from 5 on are each document's own: all four have a 5 that means something else.
IDS = torch.tensor([5, 5, 6, 7, 8, 9, 5, 5, 2, 6, 5, 6])


def copying_decoder():
    """Random weights, whose gate almost always copies."""
    torch.manual_seed(3)
    decoder = Decoder(DecoderSettings(WIDTH, WIDTH), WORDS, WIDTH).double()
    with torch.no_grad():
        decoder.gate.bias.fill_(-6.0)
    return decoder, Ragged(torch.randn(int(LENGTHS.sum()), WIDTH, dtype=torch.double), LENGTHS)


def written(decoder, sources, ids, beam):
    settings = SearchSettings(Beam(beam), Ranking(), Lengths(1, 12, 0.0, 2.0), 2)
    extended = max(WORDS, 1 + int(ids.max()))
    with torch.no_grad():
        start = prepare(decoder, sources, ids, extended, len(sources.lengths) * beam)
        found = search(*start, sources.lengths, settings)
    return [best[0].words for best in found]


def test_each_document_keeps_its_own_words_after_others_have_finished():
    decoder, sources = copying_decoder()
    for beam in (1, 4):
        together = written(decoder, sources, IDS, beam)
        assert len({len(words) for words in together}) > 1
        for words, rows, ids in zip(together, sources.to_list(), IDS.split(LENGTHS.tolist())):
            alone = Ragged(rows, torch.tensor([len(rows)]))
            assert words == written(decoder, alone, ids, beam)[0]
            assert all(word < WORDS or word in ids for word in words)


def test_gate_and_attention_belong_to_the_same_document_and_hypothesis():
    generated = torch.log(torch.full((2, 2, 3), 1 / 3, dtype=torch.double))
    attention = torch.zeros(2, 2, 2, dtype=torch.double)
    gate = torch.empty(2, 2, dtype=torch.double)
    for b, k in ((0, 0), (0, 1), (1, 0), (1, 1)):
        attention[b, k, (b + k) % 2] = 1.0
        gate[b, k] = 2.0 * b - k
    ids = torch.tensor([[3, 4], [4, 3]])
    mixed = mixture(generated, attention, choice(gate), ids, 5).exp()
    for b, k in ((0, 0), (0, 1), (1, 0), (1, 1)):
        row = (b + k) % 2
        word = [[3, 4], [4, 3]][b][row]
        assert torch.isclose(mixed[b, k, word], torch.sigmoid(-gate[b, k]))
        assert mixed[b, k, 7 - word] == 0.0


def test_a_copied_word_is_read_as_unknown_never_as_a_word_of_the_vocabulary():
    decoder, _ = copying_decoder()
    own = torch.tensor([[WORDS, WORDS + 1, WORDS + 40]])
    read = torch.stack(list(decoder.read(own)))
    unknown = torch.stack(list(decoder.read(torch.full_like(own, UNKNOWN))))
    assert torch.equal(read, unknown)


def test_unknown_source_words_are_not_copied():
    generated = torch.log(torch.tensor([[[0.5, 0.0, 0.5]]]))
    attention = torch.tensor([[[0.7, 0.3]]])
    ids = torch.tensor([[1, 2]])
    gate = torch.zeros(1, 1)
    mixed = mixture(generated, attention, choice(gate), ids, 3)
    assert torch.isneginf(mixed[0, 0, UNKNOWN])
    assert torch.isclose(mixed[0, 0, 2].exp(), torch.tensor(0.4))


def test_the_first_place_of_a_word_is_where_it_stands_first():
    ids = torch.randint(-1, 5, (20, 9), generator=torch.Generator().manual_seed(0))
    expected = [[row.index(word) for word in row] for row in ids.tolist()]
    assert first_places(ids).tolist() == expected
    assert first_places(ids[:, :0]).shape == (20, 0)
