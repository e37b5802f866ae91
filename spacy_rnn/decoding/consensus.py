"""Of several targets the one that the others agree with, instead of the likeliest."""

from __future__ import annotations

import math
from typing import List, Sequence

from .overlap import overlap
from .ranking import Hypothesis


def by_consensus(hypotheses: Sequence[Hypothesis], sharpness: float) -> List[Hypothesis]:
    """Minimum Bayes risk decoding (Kumar & Byrne 2004): sorted by the overlap with each other that
    is to be expected, where a target's chance is proportional to exp(sharpness * score).

    hypotheses: of one source, best first, as they stay where the overlap is the same.
    RETURNS: the same ones; score: their expected overlap, itself included.
    """
    best = max((each.score for each in hypotheses), default=0.0)
    chances = [math.exp(sharpness * (each.score - best)) for each in hypotheses]
    expected = list(chances)
    for i, first in enumerate(hypotheses):
        for j, second in enumerate(hypotheses[:i]):
            shared = overlap(first.words, second.words)
            expected[i] += chances[j] * shared
            expected[j] += chances[i] * shared
    total = sum(chances)
    scored = [each._replace(score=e / total) for each, e in zip(hypotheses, expected)]
    return sorted(scored, key=lambda each: -each.score)
