"""The speed of writing: whose seconds count, what is compared, and the arithmetic beneath."""

import sys
from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode


class Timed:
    """Says that everything takes so many seconds."""

    def __init__(self, seconds):
        self.seconds = seconds

    def learn(self, pairs):
        return self.seconds, 5 * len(pairs)

    def write(self, sources, beam):
        return self.seconds * beam, [""] * len(sources)


@pytest.fixture
def setting():
    from speed_seq2seq import SETTINGS

    return SETTINGS[0]


def test_rates_and_speed_ups_come_from_the_seconds_that_are_told(setting):
    from speed_of.sequences import Work, measure

    work = [Work([("a b", "c")] * 40, ["a b c"] * 360)] * 2
    figures = list(measure(setting, {"spacy-rnn": Timed(1.0), "opennmt": Timed(3.0)}, work, len))
    found = {figure.name + (figure.peer or ""): figure for figure in figures}
    assert found["summarize/training/spacy-rnn"].value == pytest.approx(200.0)
    assert found["summarize/greedy/spacy-rnn"].value == pytest.approx(360.0)
    assert found["summarize/beam-4/opennmt"].value == pytest.approx(30.0)
    assert found["summarize/greedy/speed-upopennmt"].value == pytest.approx(3.0)
    # Twice 405 tokens per second, and two and a half times 72 titles.
    assert found["summarize/training/spacy-rnn"].met is False
    assert found["summarize/greedy/spacy-rnn"].met is True
    assert found["summarize/training/speed-upopennmt"].met is True
    assert found["summarize/greedy/speed-upopennmt"].target is None
    assert found["summarize/greedy/opennmt"].target is None


def test_without_the_peer_we_are_compared_with_what_it_did_elsewhere(setting):
    from speed_of.sequences import Work, measure

    work = [Work([("a", "b")], ["a"])] * 2
    figures = list(measure(setting, {"spacy-rnn": Timed(1.0)}, work, len))
    targets = {figure.name: figure.target for figure in figures if figure.target is not None}
    assert targets == {
        "summarize/training/spacy-rnn": 810.0,
        "summarize/greedy/spacy-rnn": 180.0,
        "summarize/beam-4/spacy-rnn": 70.0,
    }


def test_the_floor_counts_the_products_of_one_step(setting):
    from speed_of.sequences import step
    from speed_of.writers import WIDTH

    from spacy_rnn.nn.decoder import Decoder, DecoderSettings
    from spacy_rnn.nn.ragged import Ragged

    decoder = Decoder(DecoderSettings(WIDTH, WIDTH), 50, WIDTH)
    memory = decoder.remember(Ragged(torch.randn(7, WIDTH), torch.tensor([7])), torch.arange(7))
    state = decoder.start(memory)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        state, _ = decoder.advance(memory, state, decoder.read(torch.tensor([[3]])))
        decoder.generate(state.readout)
    assert counter.get_total_flops() == step(setting._replace(vocabulary=50), 7)


def test_a_toolkit_is_looked_for_in_its_own_environment(tmp_path):
    from speed_of.elsewhere import is_installed

    python = Path(sys.executable)
    assert is_installed(python, "torch")
    assert not is_installed(python, "no_such_toolkit")
    assert not is_installed(tmp_path / "python", "torch")
