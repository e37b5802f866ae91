"""The decoder and its loss: against the sum of single steps, brute force and finite differences."""

import itertools

import pytest
import torch

from spacy_rnn.nn.attention import Attention
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.losses import LossSettings, coverage_losses, teacher_forced_losses
from spacy_rnn.nn.next_word import prepare
from spacy_rnn.nn.pointer import choice
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.symbols import END, UNKNOWN
from tests.nn.mixtures import mixture

WIDTH, WORDS = 6, 9
SETTINGS = [
    DecoderSettings(WIDTH, WIDTH, *choices)
    for choices in itertools.product(
        ("lstm", "gru"), ("general", "dot", "additive"), (True, False), (True, False), (True, False)
    )
]
# Two sources with words of their own (9 and up), and words that stand twice.
SOURCE_IDS = torch.tensor([2, 9, 9, 3, 10, 4, 9, 4, 11])
TARGETS = Ragged(torch.tensor([2, 9, UNKNOWN, END, 11, 4, 9, 10, 5, END]), torch.tensor([4, 6]))


def sources(dtype=torch.double):
    torch.manual_seed(1)
    return Ragged(torch.randn(9, WIDTH, dtype=dtype), torch.tensor([4, 5]))


def decoder_of(settings):
    torch.manual_seed(0)
    return Decoder(settings, WORDS, WIDTH).double()


def alone(batch, i):
    ids = Ragged(SOURCE_IDS, batch.lengths).to_list()[i]
    return Ragged(batch.to_list()[i], batch.lengths[i : i + 1]), ids


@pytest.mark.parametrize("settings", SETTINGS)
def test_teacher_forced_loss_is_that_of_single_steps_on_single_sources(settings):
    decoder, batch = decoder_of(settings), sources()
    expected = []
    for i, target in enumerate(TARGETS.to_list()):
        step, memory, state = prepare(decoder, *alone(batch, i), 12, hypotheses=1)
        previous = END
        for word in target.tolist():
            state, log_probs = step(memory, state, torch.tensor([[previous]]))
            assert log_probs.exp().sum().item() == pytest.approx(1.0)
            assert torch.isneginf(log_probs[0, 0, UNKNOWN])
            learned = word != UNKNOWN and (settings.copy or word < WORDS)
            expected.append(-log_probs[0, 0, word].item() if learned else 0.0)
            previous = word
    losses = teacher_forced_losses(decoder, decoder.remember(batch, SOURCE_IDS), TARGETS)
    assert losses.tolist() == pytest.approx(expected)


def test_mixture_is_the_sum_over_the_ways_to_make_a_word():
    torch.manual_seed(0)
    generated = torch.log_softmax(
        torch.randn(2, 3, 5).index_fill(2, torch.tensor(1), -torch.inf), 2
    )
    attention = torch.softmax(torch.randn(2, 3, 4), 2)
    attention[1, :, 3] = 0.0
    attention = attention / attention.sum(2, keepdim=True)
    gate = torch.randn(2, 3)
    ids = torch.tensor([[2, 6, 6, 5], [5, 3, 3, -1]])
    expected = torch.zeros(2, 3, 7)
    for b, k in itertools.product(range(2), range(3)):
        share = torch.sigmoid(gate[b, k])
        expected[b, k, :5] = share * generated[b, k].exp()
        for row, word in enumerate(ids[b].tolist()):
            if word >= 0:
                expected[b, k, word] += (1 - share) * attention[b, k, row]
    found = mixture(generated, attention, choice(gate), ids, 7).exp()
    assert torch.allclose(found, expected, atol=1e-6)
    assert torch.allclose(found.sum(2), torch.ones(2, 3))


def test_mixture_keeps_probabilities_that_would_underflow():
    generated = torch.tensor([[[0.0, -torch.inf, -500.0]]])
    attention = torch.tensor([[[1.0]]])
    chosen = choice(torch.tensor([[90.0]]))
    ids = torch.tensor([[3]])
    found = mixture(generated, attention, chosen, ids, 4)
    assert found[0, 0, 2].item() == pytest.approx(-500.0)
    assert found[0, 0, 3].item() == pytest.approx(-90.0)


@pytest.mark.parametrize("fast", [True, pytest.param(False, marks=pytest.mark.slow)])
@pytest.mark.parametrize("settings", SETTINGS[::5])
def test_gradients_are_right(settings, fast):
    """fast: in one random direction, not along every number."""
    decoder, batch = decoder_of(settings), sources()
    loss = LossSettings(label_smoothing=0.1, coverage=0.3)
    parameters = dict(decoder.named_parameters())

    def total(rows, *values):
        memory = decoder.remember(batch.with_data(rows), SOURCE_IDS)
        return teacher_forced_losses(decoder, memory, TARGETS, loss).sum()

    inputs = (batch.data.requires_grad_(), *parameters.values())
    assert torch.autograd.gradcheck(total, inputs, fast_mode=fast)


def test_label_smoothing_mixes_in_the_uniform_distribution():
    decoder, batch = decoder_of(DecoderSettings(WIDTH, WIDTH, copy=False)), sources()
    memory = decoder.remember(batch, SOURCE_IDS)
    targets = Ragged(torch.tensor([2, END, 5, END]), torch.tensor([2, 2]))
    plain = teacher_forced_losses(decoder, memory, targets)
    smooth = teacher_forced_losses(decoder, memory, targets, LossSettings(label_smoothing=0.2))
    trace = decoder.unroll(memory, targets.padded()[0])
    log_probs = torch.log_softmax(decoder.generate(trace.readout), dim=2).flatten(0, 1)
    written = [word for word in range(WORDS) if word != UNKNOWN]
    uniform = -log_probs[:, written].mean(dim=1)
    assert torch.allclose(smooth, 0.8 * plain + 0.2 * uniform)


def test_coverage_loss_stays_finite_where_attention_is_certain():
    decoder = decoder_of(DecoderSettings(WIDTH, WIDTH, attention="dot", coverage=True))
    batch = sources()
    batch.data.mul_(1e4).requires_grad_()
    memory = decoder.remember(batch, SOURCE_IDS)
    trace = decoder.unroll(memory, TARGETS.padded()[0])
    values = coverage_losses(trace)
    assert torch.isfinite(values).all() and (0 <= values).all() and (values <= 1 + 1e-9).all()
    values.sum().backward()
    assert torch.isfinite(batch.data.grad).all()


def test_dot_attention_refuses_widths_that_differ():
    with pytest.raises(ValueError, match="width 4 and a memory of 6"):
        Attention("dot", 4, 6)


@pytest.mark.parametrize("kind", ["general", "dot", "additive"])
def test_beams_share_a_memory_as_if_each_had_its_own(kind):
    attention = Attention(kind, WIDTH, WIDTH)
    values, queries = torch.randn(2, 5, WIDTH), torch.randn(2, 3, WIDTH)
    closed = torch.zeros(2, 1, 5)
    closed[1, :, 3:] = -torch.inf
    together = attention(queries, attention.keys(values), closed)
    for k in range(3):
        single = attention(queries[:, k : k + 1], attention.keys(values), closed)
        assert torch.allclose(together[:, k : k + 1], single, atol=1e-6)
    assert (together[1, :, 3:] == 0).all()


def test_dropout_is_locked_and_scaled():
    decoder, batch = decoder_of(DecoderSettings(WIDTH, WIDTH)), sources()
    memory = decoder.remember(batch, SOURCE_IDS)
    readout = decoder.unroll(memory, TARGETS.padded()[0], dropout=0.5).readout
    dropped = readout == 0.0
    assert dropped.any() and not dropped.all()
    assert (dropped == dropped[:, :1]).all()
