"""The toolkits that write: what they are given, their training, and what is wrong with them."""

import sys
from random import Random
from types import SimpleNamespace

import pytest
import torch
from torch import nn


class Constant(nn.Module):
    """Knows one number."""

    def __init__(self):
        super().__init__()
        self.number = nn.Parameter(torch.zeros(()))


class Guesser:
    """A writer that is to learn 1 in training, and 0 on dev."""

    rate, batch_size, shortest, longest = 1e-4, 2, 1, 9

    def __init__(self):
        self.module = Constant()
        self.at_looks = []

    def cut(self, pairs):
        return pairs

    def batch(self, pairs):
        if pairs[0].source == "dev":
            self.at_looks.append(self.module.number.item())
            return 0.0
        return 1.0

    def loss(self, batch):
        return (self.module.number - batch) ** 2, 1

    def write(self, sources, beam):
        return [f"{source} {beam}" for source in sources]


def pairs_of(*lines):
    from peers.pairs import Pair

    return [Pair(line, line) for line in lines]


def test_batches_hold_every_pair_once_per_epoch_and_similar_lengths():
    from itertools import islice

    from peers.pairs import batches

    lines = pairs_of(*("x" * n for n in range(1, 21)))
    epoch = list(islice(batches(lines, 5, Random(0)), 4))
    assert sorted(pair for batch in epoch for pair in batch) == sorted(lines)
    assert all(len(batch[-1].target) - len(batch[0].target) == 4 for batch in epoch)


def test_the_rate_warms_up_stays_and_falls():
    from peers.pairs import LAST_RATE, pace

    assert pace(0.0) < 0.1
    assert pace(0.1) == pace(0.5) == 1.0
    assert LAST_RATE < pace(0.8) < 1.0
    assert pace(1.0) == pytest.approx(LAST_RATE)


def test_training_stops_in_time_and_keeps_what_is_best_on_dev():
    from peers.pairs import train

    writer = Guesser()
    seconds = train(writer, pairs_of("a", "b"), pairs_of("dev"), seed=0, budget=0.2)
    assert 0.2 <= seconds < 5.0
    # Every update leads away from what dev wants, so that the first look was the best.
    assert len(writer.at_looks) > 1
    assert writer.at_looks == sorted(set(writer.at_looks))
    assert writer.module.number.item() == pytest.approx(writer.at_looks[0])


def test_what_is_written_comes_back_in_the_order_of_the_sources():
    from peers.pairs import in_order_of_length

    seen = []

    def write(sources, beam):
        seen.append(sources)
        return [source.upper() for source in sources]

    assert in_order_of_length(write, ["ccc", "a", "bb"], 2, 1) == ["CCC", "A", "BB"]
    assert seen == [["a", "bb"], ["ccc"]]


def test_a_worker_learns_and_writes_what_it_is_asked(monkeypatch):
    from peers import SYSTEMS
    from peers.worker import Peer

    toolkit = SimpleNamespace(untrained=lambda pairs, width, vocabulary: Guesser())
    monkeypatch.setitem(sys.modules, "toolkit", toolkit)
    monkeypatch.setitem(SYSTEMS, "guesser", ("toolkit", ()))
    peer = Peer("guesser", {"pairs": [["a", "b"]], "width": 4, "vocabulary": 9, "words": 3})
    assert peer.writer.shortest == peer.writer.longest == 3
    learned = peer.answer({"pairs": [["train", "x"]] * 5})
    # Batches of two.
    assert learned["words"] == 3 and learned["seconds"] > 0
    assert peer.writer.module.number.item() > 0
    assert peer.answer({"sources": ["a", "b"], "beam": 4})["texts"] == ["a 4", "b 4"]


@pytest.fixture
def copying(monkeypatch):
    """Makes models of OpenNMT-py's, where it is installed; what one mends is undone at the end."""
    pytest.importorskip("onmt")
    from onmt.modules.copy_generator import CopyGenerator
    from onmt.translate import translator
    from onmt.utils.loss import LossCompute
    from peers.opennmt_summarizer import Summarizer

    for place, name in (
        (CopyGenerator, "forward"),
        (LossCompute, "_compute_copy_loss"),
        (translator, "collapse_copy_scores"),
    ):
        monkeypatch.setattr(place, name, getattr(place, name))

    def make(mended):
        torch.manual_seed(0)
        return Summarizer("a b c d e f g h".split(), 8, mended)

    return make


SOURCES = ["a b c xx d", "e f yy g zz h", "h h ww"]


def sums(writer):
    """What the probabilities of each word of a batch sum to in training."""
    from peers.pairs import Pair

    seen = []
    writer.compute.criterion.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    writer.loss(writer.batch([Pair(source, source.split()[-1]) for source in SOURCES]))
    return seen[0].sum(dim=1)


def test_copying_is_a_distribution_once_it_is_mended(copying):
    assert (sums(copying(False)) - 1).abs().max() > 1e-5
    assert (sums(copying(True)) - 1).abs().max() < 1e-5


def test_sentences_that_are_left_keep_their_own_words_once_that_is_mended(copying):
    from onmt.translate import translator

    for mended in (False, True):
        writer = copying(mended)
        batch = writer._tensors([{"src": {"src": source}, "tgt": None} for source in ("a", "b")])
        size, own = len(writer.vocabulary), batch["src_ex_vocab"][1]
        scores = torch.zeros(1, 1, size + len(own))
        scores[0, 0, size + own["b"]] = 1.0
        # The first sentence has finished: what is left is about the second.
        left = {"batch_dim": 0, "batch_offset": torch.tensor([1])}
        found = translator.collapse_copy_scores(scores, batch, writer.vocabulary, **left)
        assert bool(found[0, 0, writer.vocabulary["b"]] == 1.0) is mended


def test_a_copied_word_is_found_in_its_source_once_that_is_mended(copying):
    for mended in (False, True):
        writer = copying(mended)
        batch = writer._tensors([{"src": {"src": SOURCES[1]}, "tgt": None}])
        copied = batch["src_ex_vocab"][0]
        text = writer._text([len(writer.vocabulary) + copied["zz"]], copied)
        assert (text == "zz") is mended
