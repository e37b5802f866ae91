"""The negative log-likelihood of a CRF whose annotation may be partial, with its exact gradient."""

from __future__ import annotations

from typing import Iterable, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor

from ..errors import NonFiniteError
from .crf import CRFScores
from .forward_backward import Expected, forward_backward
from .ragged import Ragged

# An excluded path's probability is held below 1 by this much: the gradient stays finite.
DOUBT = 1e-4


class Excluded(NamedTuple):
    """Paths of a sequence that are known to be wrong.

    sequence: its place in the batch. paths: (its length, K) bool, the tags of those paths.
    """

    sequence: int
    paths: np.ndarray


@torch.no_grad()
def negative_log_likelihood(
    scores: CRFScores, allowed: np.ndarray, excluded: Sequence[Excluded] = ()
) -> Tuple[float, CRFScores]:
    """-log P(one of the allowed paths), averaged over the sequences that something is known about.

    A sequence of T tokens with one allowed tag each has the usual loss; tokens that allow several
    sum over them (Tsuboi et al. 2008); a sequence that allows everything has no loss.

    allowed: (total, K) bool.
    excluded: each adds -log(1 - P(its paths)).
    RETURNS: the loss, and the gradient of each score; `lengths` are passed on.
    RAISES: ValueError if a sequence has no possible path among the allowed ones; NonFiniteError
        if a score is NaN.
    """
    scores = scores.detach()
    every, _ = forward_backward(scores)
    if (allowed.sum(1) == 1).all():
        gold = _along(scores, torch.from_numpy(allowed))
    else:
        gold, _ = forward_backward(scores.constrain_tags(allowed))
    # One wait for the device; all else that is asked here, the host knows.
    total, reached = torch.stack((every.log_weight, gold.log_weight)).cpu()
    _check(total, reached)
    loss = float((total - reached).sum())
    tags, pairs = every.tags - gold.tags, every.pairs - gold.pairs
    loss += _push_out(scores, excluded, tags, pairs)
    limited = torch.from_numpy(~allowed.all(1)).double()
    known = Ragged(limited, scores.lengths).sums() > 0
    known[[case.sequence for case in excluded]] = True
    count = max(1, int(known.sum()))
    tags /= count
    first, last = (rows.to(tags.device) for rows in _ends(scores.lengths))
    gradient = CRFScores(tags, tags[first].sum(0), pairs / count, tags[last].sum(0), scores.lengths)
    return loss / count, gradient


def _along(scores: CRFScores, permitted: Tensor) -> Expected:
    """The one path that is permitted: its score, and what it touches. permitted: on the CPU."""
    device, width = scores.emissions.device, scores.transitions.shape[1]
    path = permitted.int().argmax(1)
    first, last = _ends(scores.lengths)
    later = torch.ones(len(path), dtype=torch.bool)
    later[first] = False
    later = later.nonzero().squeeze(1)
    pairs = torch.bincount(path[later - 1] * width + path[later], minlength=width * width)
    pairs, path, first, last, later = (t.to(device) for t in (pairs, path, first, last, later))
    points = scores.emissions.gather(1, path.unsqueeze(1)).squeeze(1).double()
    points[first] += scores.start[path[first]]
    points[last] += scores.end[path[last]]
    points[later] += scores.transitions[path[later - 1], path[later]]
    tags = permitted.to(device, scores.emissions.dtype)
    log_weight = Ragged(points, scores.lengths).sums()
    return Expected(log_weight, tags, pairs.view(width, width).to(tags.dtype))


def _push_out(
    scores: CRFScores, excluded: Iterable[Excluded], tags: Tensor, pairs: Tensor
) -> float:
    """Add the gradient of -log(1 - P(paths)) for each case. RETURNS: the sum of these losses."""
    loss = 0.0
    ends = torch.cumsum(scores.lengths, 0).tolist()
    for sequence, paths in excluded:
        rows = slice(ends[sequence] - len(paths), ends[sequence])
        alone = scores._replace(
            emissions=scores.emissions[rows], lengths=scores.lengths[sequence : sequence + 1]
        )
        free, _ = forward_backward(alone)
        wrong, _ = forward_backward(alone.constrain_tags(paths))
        chance = min(float((wrong.log_weight - free.log_weight).exp()), 1.0 - DOUBT)
        loss -= float(np.log1p(-chance))
        if chance > 0.0:
            odds = chance / (1.0 - chance)
            tags[rows] += odds * (wrong.tags - free.tags)
            pairs += odds * (wrong.pairs - free.pairs)
    return loss


def _ends(lengths: Tensor) -> Tuple[Tensor, Tensor]:
    """The first and last rows of the sequences that are not empty."""
    ends = torch.cumsum(lengths, 0)[lengths > 0]
    return ends - lengths[lengths > 0], ends - 1


def _check(total: Tensor, reached: Tensor) -> None:
    """total, reached: (n,) the log-weights of all paths of each sequence, and of its gold ones."""
    if torch.isnan(total).any():
        raise NonFiniteError("The scores of the tags are NaN: so are the weights or their input.")
    impossible = (~torch.isfinite(reached)).nonzero().flatten().tolist()
    if impossible:
        raise ValueError(
            f"The annotation of sequences {impossible} of the batch allows no legal tags."
        )
