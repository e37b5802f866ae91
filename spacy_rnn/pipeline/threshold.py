"""From which probability on something counts as found."""

from __future__ import annotations

from typing import Callable

import numpy as np

# Finer steps would fit the held-out texts alone.
CANDIDATES = np.arange(1, 100) / 100


def best_threshold(f_score: Callable[[float], float]) -> float:
    """The threshold at which an F-score of held-out texts is highest, the middle one of several.

    Of probabilities that come true it is half of the F-score there (Lipton et al. 2014), and seldom
    a half.
    """
    scores = np.array([f_score(at) for at in CANDIDATES])
    best = np.flatnonzero(scores == scores.max())
    return float(CANDIDATES[best[len(best) // 2]])
