"""From which probability on a category counts as given."""

from __future__ import annotations

import numpy as np
from thinc.types import Floats2d

# Finer steps would fit the held-out texts alone.
CANDIDATES = np.arange(1, 100) / 100
SCORES = ("cats_micro_f", "cats_macro_f")


def best_threshold(chances: Floats2d, truths: np.ndarray, known: np.ndarray, score: str) -> float:
    """One threshold for all labels, at which an F-score is highest. Of probabilities that come
    true it is half of the F-score there (Lipton et al. 2014), and seldom a half.

    chances, truths, known: (n, labels) each.
    score: "cats_micro_f", or "cats_macro_f", in which a rare label weighs as much as a common one.
    RETURNS: the middle one of several; one half if no label is known to be true.
    """
    right = (truths == 1.0) & (known > 0.0)
    labels = right.any(axis=0)
    if not labels.any():
        return 0.5
    found = [_f_score((chances >= at) & (known > 0.0), right, labels, score) for at in CANDIDATES]
    best = np.flatnonzero(np.array(found) == max(found))
    return float(CANDIDATES[best[len(best) // 2]])


def _f_score(given: np.ndarray, right: np.ndarray, labels: np.ndarray, score: str) -> float:
    """labels: (labels,) bool, those that the macro average is taken over."""
    hits, all_given, all_right = (part.sum(axis=0) for part in (given & right, given, right))
    if score == "cats_micro_f":
        return 2.0 * hits.sum() / (all_given.sum() + all_right.sum())
    return float(np.mean(2.0 * hits[labels] / (all_given[labels] + all_right[labels])))
