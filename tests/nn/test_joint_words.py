"""Several decoders that choose each word together, whether compiled or not, and of any widths."""

import itertools

import pytest
import torch

from spacy_rnn.decoding.beam import Beam
from spacy_rnn.decoding.ranking import Ranking
from spacy_rnn.decoding.search import Lengths, SearchSettings, search
from spacy_rnn.native import library
from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.joint_words import jointly
from spacy_rnn.nn.losses import teacher_forced_losses
from spacy_rnn.nn.next_word import CompiledNextWord, NextWord, prepare
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.symbols import END, UNKNOWN

WORDS, LONGEST = 4, 3
LENGTHS = torch.tensor([3, 1, 2])
# Words from 4 on are each document's own.
IDS = torch.tensor([4, 2, 4, 3, 5, 4])
# 32 is a width that kernels take, 6 is none.
WIDTHS = [(6, 6), (32, 32), (32, 6), (6, 32, 6)]


def decoders(widths):
    torch.manual_seed(0)
    made = [Decoder(DecoderSettings(width, width), WORDS, width) for width in widths]
    for decoder in made:
        for weight in decoder.parameters():
            torch.nn.init.normal_(weight, std=0.7)
    sources = [Ragged(torch.randn(int(LENGTHS.sum()), width), LENGTHS) for width in widths]
    return made, sources


def start(made, sources, ids, beams):
    extended, most = max(WORDS, 1 + int(ids.max())), len(sources[0].lengths) * beams
    return jointly(
        [
            prepare(decoder, source, ids, extended, most)
            for decoder, source in zip(made, sources, strict=True)
        ]
    )


def written(made, sources, ids, beams):
    settings = SearchSettings(
        Beam(beams, beams, early_finish=False), Ranking(0.0), Lengths(1, LONGEST)
    )
    found = search(*start(made, sources, ids, beams), sources[0].lengths, settings)
    return [[(best.words, sum(best.log_probs)) for best in each] for each in found]


def log_prob(made, sources, ids, words):
    """Of a whole target about one source: at each word the mean of what all expect."""
    target = Ragged.from_list([torch.tensor([*words, END])])
    with torch.no_grad():
        losses = [
            teacher_forced_losses(decoder, decoder.remember(source, ids), target)
            for decoder, source in zip(made, sources, strict=True)
        ]
    return torch.stack(losses).neg().exp().mean(dim=0).log().sum().item()


@pytest.mark.parametrize("widths", WIDTHS)
def test_the_best_targets_of_all_are_found_and_have_the_mean_of_probabilities(widths):
    made, sources = decoders(widths)
    found = written(made, sources, IDS, 100)
    pieces = zip(*(source.to_list() for source in sources))
    for best, rows, ids in zip(found, pieces, IDS.split(LENGTHS.tolist()), strict=True):
        alone = [Ragged(each, torch.tensor([len(each)])) for each in rows]
        words = {w for w in range(WORDS) if w not in (END, UNKNOWN)} | set(ids.tolist())
        every = [
            t for n in range(1, LONGEST + 1) for t in itertools.product(sorted(words), repeat=n)
        ]
        scored = sorted(((log_prob(made, alone, ids, t), list(t)) for t in every), reverse=True)
        assert best[0][0] == scored[0][1]
        for (target, total), (expected, _) in zip(best[:5], scored, strict=False):
            assert total == pytest.approx(expected, abs=1e-4)
            assert total == pytest.approx(log_prob(made, alone, ids, target), abs=1e-4)


@pytest.mark.parametrize("widths", WIDTHS)
def test_a_batch_that_documents_leave_writes_what_each_writes_alone(widths):
    made, sources = decoders(widths)
    pieces = list(zip(*(source.to_list() for source in sources)))
    for beams in (1, 3):
        together = written(made, sources, IDS, beams)
        for found, rows, ids in zip(together, pieces, IDS.split(LENGTHS.tolist()), strict=True):
            alone = [Ragged(each, torch.tensor([len(each)])) for each in rows]
            (expected,) = written(made, alone, ids, beams)
            assert [words for words, _ in found] == [words for words, _ in expected]


def test_the_same_decoder_twice_is_that_decoder():
    made, sources = decoders((32,))
    once, twice = (written(made * n, sources * n, IDS, 2) for n in (1, 2))
    for one, other in zip(once, twice, strict=True):
        assert [words for words, _ in one] == [words for words, _ in other]
        assert [s for _, s in one] == pytest.approx([s for _, s in other], abs=1e-5)


def test_each_takes_the_step_that_its_widths_allow():
    made, sources = decoders((32, 6))
    joint = start(made, sources, IDS, 1)
    compiled = CompiledNextWord if library.is_available() else NextWord
    assert [type(step) for step in joint.step._steps] == [compiled, NextWord]


def test_coverage_is_the_mean_of_what_they_looked_at():
    made, sources = decoders((6, 6))
    joint = start(made, sources, IDS, 1)
    state, _ = joint.step(joint.memory, joint.state, torch.full((3, 1), END))
    read = [
        part.step(part.memory, part.state, torch.full((3, 1), END))[0]
        for part in (
            start([decoder], [source], IDS, 1)
            for decoder, source in zip(made, sources, strict=True)
        )
    ]
    assert torch.allclose(state[-1], torch.stack([each[-1] for each in read]).mean(dim=0))
