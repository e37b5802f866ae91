"""The negative log-likelihood of a CRF whose annotation may be partial, with its exact gradient."""

from __future__ import annotations

from typing import Tuple

import numpy as np
import torch
from torch import Tensor

from .crf import CRFScores
from .forward_backward import Expected, forward_backward
from .ragged import Ragged


@torch.no_grad()
def negative_log_likelihood(scores: CRFScores, allowed: np.ndarray) -> Tuple[float, CRFScores]:
    """-log P(one of the allowed paths), averaged over the sequences that allow less than anything.

    A sequence of T tokens with one allowed tag each has the usual loss; tokens that allow several
    sum over them (Tsuboi et al. 2008); a sequence that allows everything has no loss.

    allowed: (total, K) bool.
    RETURNS: the loss, and the gradient of each score; `lengths` are passed on.
    RAISES: ValueError if a sequence has no possible path among the allowed ones.
    """
    every, _ = forward_backward(scores)
    permitted = torch.as_tensor(allowed, device=scores.emissions.device)
    if bool((permitted.sum(1) == 1).all()):
        gold = _along(scores.detach(), permitted)
    else:
        gold, _ = forward_backward(scores.constrain_tags(allowed))
    _check_possible(gold)
    bound = Ragged((~permitted).any(1).double(), scores.lengths)
    annotated = max(1, int((bound.sums() > 0).sum()))
    loss = (every.log_weight - gold.log_weight).sum() / annotated
    tags = (every.tags - gold.tags) / annotated
    first, last = _ends(scores.lengths)
    gradient = CRFScores(
        tags,
        tags[first].sum(0),
        (every.pairs - gold.pairs) / annotated,
        tags[last].sum(0),
        scores.lengths,
    )
    return float(loss), gradient


def _along(scores: CRFScores, permitted: Tensor) -> Expected:
    """The one path that is permitted: its score, and what it touches."""
    path = permitted.int().argmax(1)
    first, last = _ends(scores.lengths)
    later = torch.ones(len(path), dtype=torch.bool)
    later[first] = False
    later = later.nonzero().squeeze(1).to(path.device)
    points = scores.emissions.gather(1, path.unsqueeze(1)).squeeze(1).double()
    points[first] += scores.start[path[first]]
    points[last] += scores.end[path[last]]
    points[later] += scores.transitions[path[later - 1], path[later]]
    width = scores.transitions.shape[1]
    pairs = torch.bincount(path[later - 1] * width + path[later], minlength=width * width)
    tags = permitted.to(scores.emissions.dtype)
    log_weight = Ragged(points, scores.lengths).sums()
    return Expected(log_weight, tags, pairs.view(width, width).to(tags.dtype))


def _ends(lengths: Tensor) -> Tuple[Tensor, Tensor]:
    """The first and last rows of the sequences that are not empty."""
    ends = torch.cumsum(lengths, 0)[lengths > 0]
    return ends - lengths[lengths > 0], ends - 1


def _check_possible(gold: Expected) -> None:
    impossible = (~torch.isfinite(gold.log_weight)).nonzero().flatten().tolist()
    if impossible:
        raise ValueError(
            f"The annotation of sequences {impossible} of the batch allows no legal sequence of tags."
        )
