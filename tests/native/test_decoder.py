"""The compiled step of a decoder against torch's, and whole searches with both."""

import itertools
from dataclasses import replace

import pytest
import torch

from spacy_rnn import native
from spacy_rnn.decoding.beam import Beam
from spacy_rnn.decoding.search import Lengths, SearchSettings, search
from spacy_rnn.native.weights import forget
from spacy_rnn.nn.compiled_decoder import CompiledDecoder
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.next_word import CompiledNextWord, prepare
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.symbols import END

pytestmark = pytest.mark.skipif(
    not native.is_available(), reason="the compiled kernels are not built, or switched off"
)

WIDTH, EMBEDDING, WORDS = 64, 37, 150
LENGTHS = torch.tensor([19, 1, 40, 7, 16])
SETTINGS = [
    DecoderSettings(WIDTH, EMBEDDING, *choices, tied=False)
    for choices in itertools.product(
        ("lstm", "gru"), ("general", "dot", "additive"), (True, False), (True, False), (True, False)
    )
]


@pytest.fixture(params=native.kinds())
def kind(request):
    with native.using(request.param):
        yield request.param


def decoder_of(settings):
    torch.manual_seed(0)
    decoder = Decoder(settings, WORDS, WIDTH)
    # As after training: new ones are zero.
    for bias in (decoder.output.bias, decoder.attention.coverage):
        if bias is not None:
            torch.nn.init.normal_(bias)
    return decoder


def read():
    torch.manual_seed(1)
    sources = Ragged(torch.randn(int(LENGTHS.sum()), WIDTH), LENGTHS)
    # Words of their own, unknown to the vocabulary, and words that come back.
    ids = torch.randint(2, WORDS + 20, (len(sources.data),))
    ids[5:9] = ids[4]
    return sources, ids


def steps(decoder, beams=3, count=4):
    """States and log-probabilities of some steps with the same words."""
    with torch.no_grad():
        step, searched, state = prepare(decoder, *read(), WORDS + 20, len(LENGTHS) * beams)
        torch.manual_seed(2)
        found = []
        state = type(state)(*(part.repeat(1, beams, 1) for part in state))
        state = state._replace(hidden=state.hidden + 0.1 * torch.randn_like(state.hidden))
        for _ in range(count):
            tokens = torch.randint(0, WORDS + 20, (len(LENGTHS), beams))
            state, scores = step(searched, state, tokens)
            found += [*state, scores.clone()]
    return step, found


@pytest.mark.parametrize("settings", SETTINGS)
def test_steps_agree_with_torch(kind, settings):
    decoder = decoder_of(settings)
    step, found = steps(decoder)
    assert isinstance(step, CompiledNextWord)
    with native.using(None):
        for mine, expected in zip(found, steps(decoder)[1], strict=True):
            torch.testing.assert_close(mine, expected, rtol=0, atol=1e-5)


SEARCHES = [
    SearchSettings(Beam(1), lengths=Lengths(maximum=30)),
    SearchSettings(Beam(4, n_best=4, early_finish=False), lengths=Lengths(4, 25, max_ratio=0.9)),
    SearchSettings(Beam(3), no_repeat_ngram=2, forbidden=(5, 6), beginning=(7, 3)),
]


@torch.no_grad()
def written(decoder, settings):
    hypotheses = len(LENGTHS) * settings.beam.width
    return search(*prepare(decoder, *read(), WORDS + 20, hypotheses), LENGTHS, settings)


@pytest.mark.parametrize("settings", SEARCHES)
def test_searches_find_what_they_find_in_torch(kind, settings):
    decoder = decoder_of(SETTINGS[0])
    found = written(decoder, settings)
    with native.using(None):
        expected = written(decoder, settings)
    for mine, theirs in zip(found, expected, strict=True):
        assert [each.words for each in mine] == [each.words for each in theirs]
        for a, b in zip(mine, theirs, strict=True):
            assert a.log_probs == pytest.approx(b.log_probs, abs=1e-4)


@pytest.mark.parametrize("name", ["output.bias", "step_cell.recur.weight", "gate.weight"])
def test_changed_weights_are_seen(name):
    decoder = decoder_of(SETTINGS[0])
    before = steps(decoder)[1][-1]
    with torch.no_grad():
        decoder.get_parameter(name).mul_(-1.5)
    after = steps(decoder)[1][-1]
    with native.using(None):
        expected = steps(decoder)[1][-1]
    assert not torch.allclose(before, after, atol=1e-3)
    torch.testing.assert_close(after, expected, rtol=0, atol=1e-5)


def test_what_is_written_around_torch_is_seen_once_it_is_forgotten():
    decoder = decoder_of(SETTINGS[0])
    steps(decoder)
    decoder.combine.weight.data.numpy()[...] *= 2.0
    forget(decoder)
    found = steps(decoder)[1]
    with native.using(None):
        torch.testing.assert_close(found, steps(decoder)[1], rtol=0, atol=1e-5)


@pytest.mark.parametrize("change", [{"width": 30, "tied": False}, {"double": True}])
def test_other_widths_and_types_stay_with_torch(change):
    settings = DecoderSettings(change.get("width", WIDTH), EMBEDDING, tied=False)
    decoder = Decoder(settings, WORDS, WIDTH)
    sources = torch.randn(3, WIDTH)
    if change.get("double"):
        decoder, sources = decoder.double(), sources.double()
    batch = Ragged(sources, torch.tensor([3]))
    start = prepare(decoder, batch, torch.tensor([2, 3, 4]), WORDS, hypotheses=1)
    assert not isinstance(start.step, CompiledNextWord)


def test_nan_weights_give_nan_scores(kind):
    decoder = decoder_of(SETTINGS[0])
    with torch.no_grad():
        decoder.output.weight[9] = torch.nan
    assert torch.isnan(steps(decoder)[1][-1][..., END]).all()


def test_whole_targets_are_read_as_in_torch(kind):
    decoder = decoder_of(replace(SETTINGS[0], coverage=True))
    targets = torch.randint(2, WORDS, (len(LENGTHS), 6))
    with torch.no_grad():
        found = CompiledDecoder(decoder, *read()).unroll(targets)
        expected = decoder.unroll(decoder.remember(*read()), targets)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
