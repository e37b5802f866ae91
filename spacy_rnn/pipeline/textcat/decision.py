"""From which probability on a category counts as given."""

from __future__ import annotations

import numpy as np
from thinc.types import Floats2d

from ..threshold import best_threshold

SCORES = ("cats_micro_f", "cats_macro_f")


def threshold_of_labels(
    chances: Floats2d, truths: np.ndarray, known: np.ndarray, score: str
) -> float:
    """One threshold for all labels, at which an F-score is highest.

    chances, truths, known: (n, labels) each.
    score: "cats_micro_f", or "cats_macro_f", in which a rare label weighs as much as a common one.
    RETURNS: one half if no label is known to be true.
    """
    right = (truths == 1.0) & (known > 0.0)
    labels = right.any(axis=0)
    if not labels.any():
        return 0.5
    return best_threshold(
        lambda at: _f_score((chances >= at) & (known > 0.0), right, labels, score)
    )


def _f_score(given: np.ndarray, right: np.ndarray, labels: np.ndarray, score: str) -> float:
    """labels: (labels,) bool, those that the macro average is taken over."""
    hits, all_given, all_right = (part.sum(axis=0) for part in (given & right, given, right))
    if score == "cats_micro_f":
        return 2.0 * hits.sum() / (all_given.sum() + all_right.sum())
    return float(np.mean(2.0 * hits[labels] / (all_given[labels] + all_right[labels])))
