"""Calibration against sequences that were drawn from a known CRF."""

import numpy as np
import pytest
import torch

from spacy_rnn.nn.crf import CRFScores
from spacy_rnn.nn.crf_calibration import fit_calibration
from spacy_rnn.nn.crf_loss import negative_log_likelihood

TAGS = 3
GROUPS = np.eye(TAGS, dtype=bool)[1:]
SHIFT = 0.5


def drawn(sequences, length, seed=0):
    """Scores, and tags drawn from their CRF by forward sampling of a first-order chain."""
    random = torch.Generator().manual_seed(seed)
    emissions = torch.randn(sequences, length, TAGS, generator=random)
    transitions = torch.randn(TAGS, TAGS, generator=random)
    messages = [torch.zeros(sequences, TAGS)]
    for step in range(length - 1, 0, -1):
        onward = transitions + (emissions[:, step] + messages[0]).unsqueeze(1)
        messages.insert(0, onward.logsumexp(2))
    tags = torch.zeros(sequences, length, dtype=torch.long)
    for step in range(length):
        odds = emissions[:, step] + messages[step]
        if step:
            odds = odds + transitions[tags[:, step - 1]]
        tags[:, step] = torch.multinomial(odds.softmax(1), 1, generator=random).squeeze(1)
    zeros = torch.zeros(TAGS)
    lengths = torch.full((sequences,), length)
    scores = CRFScores(emissions.flatten(0, 1), zeros, transitions, zeros, lengths)
    return scores, np.eye(TAGS, dtype=bool)[tags.flatten().numpy()]


def test_what_was_distorted_is_put_right():
    scores, truth = drawn(sequences=600, length=8)
    shift = torch.tensor([0.0, 0.8, -0.5])
    distorted = scores.favour(-shift).cool(0.5)
    temperature, odds = fit_calibration([(distorted, truth)], GROUPS, SHIFT)
    assert temperature == pytest.approx(2.0, rel=0.1)
    assert odds == pytest.approx([0.8, -0.5], abs=0.15)


def test_batches_make_no_difference():
    scores, truth = drawn(sequences=40, length=5)
    rows = 20 * 5
    halves = [
        (scores._replace(emissions=part, lengths=scores.lengths[:20]), known)
        for part, known in zip(scores.emissions.split(rows), (truth[:rows], truth[rows:]))
    ]
    whole = fit_calibration([(scores, truth)], GROUPS, SHIFT)
    apart = fit_calibration(halves, GROUPS, SHIFT)
    assert apart[0] == pytest.approx(whole[0], abs=1e-3)
    assert apart[1] == pytest.approx(whole[1], abs=1e-3)


def test_it_is_the_most_probable_setting_nearby():
    scores, truth = drawn(sequences=30, length=4, seed=1)
    # Impossible tags and steps stay out of it.
    allowed = np.ones((len(truth), TAGS), dtype=bool)
    allowed[~truth[:, 2], 2] = False
    scores = scores.constrain_tags(allowed)
    temperature, odds = fit_calibration([(scores, truth)], GROUPS, SHIFT)

    def surprise(log_temperature, odds):
        changed = scores.cool(float(np.exp(log_temperature))).favour(torch.tensor([0.0, *odds]))
        prior = (log_temperature**2 + sum((value / SHIFT) ** 2 for value in odds)) / 2.0
        return 30 * negative_log_likelihood(changed, truth)[0] + prior

    best = surprise(np.log(temperature), odds)
    for step in (-0.2, 0.2):
        assert surprise(np.log(temperature) + step, odds) > best
        assert surprise(np.log(temperature), [odds[0] + step, odds[1]]) > best
        assert surprise(np.log(temperature), [odds[0], odds[1] + step]) > best


def test_few_sequences_move_the_odds_less_than_many():
    shift = torch.tensor([0.0, 2.0, -1.0])
    moved = []
    for sequences in (3, 30, 300):
        scores, truth = drawn(sequences, length=6, seed=2)
        _, odds = fit_calibration([(scores.favour(-shift), truth)], GROUPS, SHIFT)
        moved.append(np.abs(odds).sum())
    assert moved == sorted(moved) and moved[0] < 1.5 < 2.5 < moved[2] < 3.5


def test_odds_move_as_far_as_they_may():
    scores, truth = drawn(sequences=200, length=6, seed=3)
    batches = [(scores.favour(torch.tensor([0.0, -1.0, 1.0])), truth)]
    fitted = [fit_calibration(batches, GROUPS, shift) for shift in (0.0, 0.03, 0.3, 3.0)]
    assert fitted[0][1] == [0.0, 0.0]
    first, second = np.transpose([odds for _, odds in fitted])
    assert (np.diff(first) > 0.0).all() and (np.diff(second) < 0.0).all()
    assert fitted[-1][1] == pytest.approx([1.0, -1.0], abs=0.15)


def test_nothing_known_changes_nothing():
    scores, truth = drawn(sequences=4, length=3)
    for batches in ([], [(scores, np.ones_like(truth))]):
        assert fit_calibration(batches, GROUPS, SHIFT) == (1.0, [0.0, 0.0])
