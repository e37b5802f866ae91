"""Sampled words follow their probabilities, cut and sharpened as asked."""

import pytest
import torch

from spacy_rnn.decoding.sampling import Sampling

CHANCES = torch.tensor([0.1, 0.5, 0.0, 0.4], dtype=torch.double)


def shares(draws=2000, **settings):
    log_probs = CHANCES.log().view(1, 1, -1)
    words = [Sampling(seed=s, **settings).pick(log_probs, 0).item() for s in range(draws)]
    return torch.bincount(torch.tensor(words), minlength=4) / draws


def test_words_are_drawn_by_their_probability():
    assert shares().tolist() == pytest.approx(CHANCES.tolist(), abs=0.04)


def test_temperature_sharpens():
    sharp = CHANCES**2 / (CHANCES**2).sum()
    assert shares(temperature=0.5).tolist() == pytest.approx(sharp.tolist(), abs=0.04)


@pytest.mark.parametrize("cut", [{"top_k": 2}, {"top_p": 0.8}], ids=str)
def test_unlikely_words_are_cut_off(cut):
    assert shares(**cut).tolist() == pytest.approx([0.0, 5 / 9, 0.0, 4 / 9], abs=0.04)


def test_one_word_left_is_greedy():
    assert shares(50, top_k=1)[1] == 1.0 and shares(50, top_p=0.1)[1] == 1.0


def test_a_seed_repeats_a_draw_in_any_batch_and_steps_differ():
    log_probs = torch.log_softmax(torch.randn(3, 1, 50, dtype=torch.double), 2)
    sampling = Sampling(seed=4)
    together = sampling.pick(log_probs, 2)
    wider = torch.nn.functional.pad(log_probs, (0, 9), value=-torch.inf)
    assert [sampling.pick(row[None], 2).item() for row in wider] == together[:, 0].tolist()
    assert len({sampling.pick(log_probs, t)[0].item() for t in range(9)}) > 1
