"""Greedy and beam search find on a GPU what they find on a CPU."""

import pytest
import torch

from spacy_rnn.decoding.beam import Beam
from spacy_rnn.decoding.search import Lengths, SearchSettings, search
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.next_word import prepare
from spacy_rnn.nn.ragged import Ragged

pytestmark = pytest.mark.gpu
WIDTH, WORDS = 16, 50
LENGTHS = torch.tensor([4, 30, 2, 17, 9])


def found(device, width):
    torch.manual_seed(0)
    decoder = Decoder(DecoderSettings(WIDTH, WIDTH), WORDS, WIDTH).double().to(device)
    rows = torch.randn(int(LENGTHS.sum()), WIDTH, dtype=torch.double).to(device)
    ids = torch.randint(2, WORDS + 5, (len(rows),)).to(device)
    settings = SearchSettings(
        Beam(width, width), lengths=Lengths(3, 40), no_repeat_ngram=3, forbidden=(7,)
    )
    with torch.no_grad():
        start = prepare(decoder, Ragged(rows, LENGTHS), ids, WORDS + 5, len(LENGTHS) * width)
        return search(*start, LENGTHS.to(device), settings)


@pytest.mark.parametrize("width", [1, 4])
def test_searches_agree(width, device):
    for one, other in zip(found(torch.device("cpu"), width), found(device, width), strict=True):
        assert [h.words for h in one] == [h.words for h in other]
        assert [h.score for h in one] == pytest.approx([h.score for h in other])
