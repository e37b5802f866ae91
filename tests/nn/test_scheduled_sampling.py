"""Scheduled sampling: what the decoder reads instead of the right words."""

import pytest
import torch

from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.losses import LossSettings, teacher_forced_losses
from spacy_rnn.nn.next_word import prepare
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.nn.scheduled_sampling import with_own_words
from spacy_rnn.symbols import END, UNKNOWN

WIDTH, WORDS = 6, 5
LENGTHS = torch.tensor([4, 6, 3])
IDS = torch.tensor([5, 5, 6, 2, 3, 5, 6, 7, 4, 8, 2, 3, 5])
TARGETS = [[2, 5, 3, END], [8, 4, END], [3, 2, 3, 5, END]]


@pytest.fixture(params=[True, False], ids=["copies", "generates"])
def learning(request):
    """RETURNS: a decoder with random weights, what it remembers, and targets (B, T)."""
    torch.manual_seed(2)
    settings = DecoderSettings(WIDTH, WIDTH, copy=request.param)
    decoder = Decoder(settings, WORDS, WIDTH).double()
    sources = Ragged(torch.randn(int(LENGTHS.sum()), WIDTH, dtype=torch.double), LENGTHS)
    targets = Ragged.from_list([torch.tensor(target) for target in TARGETS])
    return decoder, decoder.remember(sources, IDS), targets


def greedy_step(decoder, memory, targets):
    """The likeliest word at each place, found as a search finds it."""
    sources = Ragged(memory.values[memory.source_ids >= 0], LENGTHS)
    extended = max(WORDS, 1 + int(IDS.max()))
    step, prepared, state = prepare(decoder, sources, IDS, extended, len(TARGETS))
    previous, found = torch.full((len(TARGETS), 1), END), []
    for t in range(targets.shape[1]):
        state, log_probs = step(prepared, state, previous)
        found.append(log_probs.argmax(dim=2))
        previous = targets[:, t : t + 1]
    return torch.cat(found, dim=1)


def test_at_a_rate_of_one_each_word_is_what_a_search_would_have_written(learning):
    decoder, memory, targets = learning
    padded, mask = targets.padded(UNKNOWN)
    own = with_own_words(decoder, memory, padded, 1.0)
    assert torch.equal(own[mask], greedy_step(decoder, memory, padded)[mask])
    assert not torch.equal(own, padded) and UNKNOWN not in own[mask]


def test_the_rate_is_the_share_of_replaced_words(learning):
    decoder, memory, targets = learning
    padded, _ = targets.padded(UNKNOWN)
    own = with_own_words(decoder, memory, padded, 1.0)
    counts = torch.zeros(padded.shape)
    for _ in range(300):
        mixed = with_own_words(decoder, memory, padded, 0.3)
        assert ((mixed == own) | (mixed == padded)).all()
        counts += mixed != padded
    shares = counts[own != padded] / 300
    assert abs(float(shares.mean()) - 0.3) < 0.05
    assert torch.equal(with_own_words(decoder, memory, padded, 0.0), padded)


def test_the_loss_is_of_the_right_words_after_those_that_were_read(learning):
    decoder, memory, targets = learning
    plain = teacher_forced_losses(decoder, memory, targets)
    sampled = teacher_forced_losses(decoder, memory, targets, LossSettings(sampling=1.0))
    starts = [0, *torch.tensor([len(target) for target in TARGETS]).cumsum(0)[:-1].tolist()]
    # Nothing has been read before the first words.
    assert torch.allclose(plain[starts], sampled[starts])
    assert not torch.allclose(plain, sampled) and sampled.isfinite().all()
    sampled.sum().backward()
    assert decoder.combine.weight.grad.abs().sum() > 0
