"""How far probabilities can be trusted: calibration error, precision against recall."""

from __future__ import annotations

from typing import NamedTuple, Optional

import numpy as np

BINS = 10
# A probability of exactly 0 or 1 that turns out wrong must not cost infinity.
SMALLEST = 1e-6


class Judged(NamedTuple):
    """Spans that the references can judge.

    probabilities: (m,) of these spans. correct: (m,) bool. present: how many entities there are.
    """

    probabilities: np.ndarray
    correct: np.ndarray
    present: int


def expected_calibration_error(judged: Judged) -> float:
    """|probability - share of correct spans|, averaged over spans in bins of width 0.1
    (Naeini et al. 2015). 0 without spans."""
    bins = np.minimum((judged.probabilities * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, judged.probabilities - judged.correct, minlength=BINS)
    return float(np.abs(gaps).sum() / max(1, len(bins)))


def average_precision(judged: Judged) -> float:
    """The area under precision against recall as ever less probable spans are accepted."""
    order = np.argsort(-judged.probabilities, kind="stable")
    correct = judged.correct[order]
    precision = np.cumsum(correct) / np.arange(1, len(correct) + 1)
    return float((precision * correct).sum() / max(1, judged.present))


def log_loss(judged: Judged, weights: Optional[np.ndarray] = None) -> float:
    """The mean surprise at which spans are correct, weighted with (m,) weights. 0 without spans."""
    if not len(judged.probabilities):
        return 0.0
    chances = judged.probabilities.clip(SMALLEST, 1.0 - SMALLEST)
    surprises = -np.log(np.where(judged.correct, chances, 1.0 - chances))
    return float(np.average(surprises, weights=weights))
