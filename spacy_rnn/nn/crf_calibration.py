"""Making a CRF's probabilities come true on held-out sequences, by maximum likelihood."""

from __future__ import annotations

import math
from typing import List, Sequence, Tuple

import numpy as np
import torch

from .crf import CRFScores
from .crf_loss import negative_log_likelihood

# The deviation of the normal prior on the log of the temperature.
TEMPERATURE_SHIFT = 1.0
STEPS = 60
# Of the gradient per sequence and deviation: probabilities are told with two or three digits.
PRECISE_ENOUGH = 1e-4


@torch.no_grad()
def fit_calibration(
    batches: Sequence[Tuple[CRFScores, np.ndarray]], groups: np.ndarray, label_shift: float
) -> Tuple[float, List[float]]:
    """The temperature and the log odds of groups of tags that make the annotation most probable.

    This is Platt scaling of a whole CRF: it remains one, so that its marginals stay exact and agree
    with each other. A normal prior on each log odds and on the log of the temperature, around
    changing nothing, holds back what few sequences would say.

    batches: constrained scores with the allowed tags, (total, K) bool, as for the loss.
    groups: (g, K) bool, the tags whose scores rise and fall together.
    label_shift: the deviation of the prior on the log odds, 0 to leave them alone.
    RETURNS: temperature and g log odds; 1.0 and zeros if there is nothing to learn from.
    """
    members = torch.as_tensor(groups, dtype=torch.float64)
    # What is fitted are deviations of the prior.
    moves = torch.zeros(1 + len(members), dtype=torch.float64)
    width = torch.full_like(moves, label_shift)
    width[0] = TEMPERATURE_SHIFT
    total = max(1, sum(len(scores.lengths) for scores, _ in batches))

    def surprise() -> float:
        values = width * moves
        loss = float(moves @ moves) / 2.0
        slope = torch.zeros_like(moves)
        for scores, allowed in batches:
            cooled = scores.detach().cool(float(values[0].exp()))
            odds = (values[1:] @ members).to(scores.emissions)
            batch_loss, d_scores = negative_log_likelihood(cooled.favour(odds), allowed)
            count = len(scores.lengths)
            loss += count * batch_loss
            slope[0] -= count * _along(d_scores, cooled)
            slope[1:] += count * (members @ d_scores.emissions.sum(0).double().cpu())
        moves.grad = (moves + width * slope) / total
        return loss / total

    optimizer = torch.optim.LBFGS(
        [moves], max_iter=STEPS, tolerance_grad=PRECISE_ENOUGH, line_search_fn="strong_wolfe"
    )
    optimizer.step(surprise)
    log_temperature, *log_odds = (width * moves).tolist()
    return math.exp(log_temperature), log_odds


def _along(d_scores: CRFScores, scores: CRFScores) -> float:
    """How fast a loss rises if all scores grow in proportion."""
    pairs = zip(d_scores[:4], scores[:4])
    # What is impossible stays so, and would make this NaN.
    return sum(float((d * s.nan_to_num(neginf=0.0)).sum(dtype=torch.float64)) for d, s in pairs)
