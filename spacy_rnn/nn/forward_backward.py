"""Forward-backward: the sums over all paths of a CRF, over packed rows.

The fast way works with probabilities, scaled to sum to 1 at each step (Rabiner 1989), so that one
small matrix product per step serves the whole batch, in compiled code one small product per row.
Where a step's sum underflows, everything is done again in float64 logarithms.
"""

from __future__ import annotations

from itertools import islice
from typing import Iterator, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from ..native import crf as native
from .crf import CRFScores
from .ragged import Packing, Ragged, pack, time_steps


class Expected(NamedTuple):
    """What the paths of a batch do on average.

    log_weight: (n,) float64, the log of the sum over all paths; 0 for an empty sequence.
    tags: (total, K), the probability of each tag.
    pairs: (K, K), how often each transition is taken in the whole batch.
    """

    log_weight: Tensor
    tags: Tensor
    pairs: Tensor


class Messages(NamedTuple):
    """What the rest of a sequence says about a tag, as logs (total, K):
    P(tag j at t | tag i at t - 1) = exp(transitions[i, j] + onward[t, j] - behind[t - 1, i]).
    """

    behind: Tensor
    onward: Tensor


class _Sums(NamedTuple):
    """Both ways' result in packed order. norms (total,) and closing (n',) add up to log Z."""

    tags: Tensor
    pairs: Tensor
    behind: Tensor
    onward: Tensor
    norms: Tensor
    closing: Tensor


@torch.no_grad()
def forward_backward(scores: CRFScores) -> Tuple[Expected, Messages]:
    """Exact sums in the emissions' precision. An impossible sequence has log_weight -inf."""
    scores = scores.detach()
    sums = native.sums(*scores) if native.can_read(*scores[:4]) else None
    if sums is not None:
        return Expected(*sums[:3]), Messages(*sums[3:])
    packing = pack(scores.lengths, scores.emissions.device)
    log_weight = scores.emissions.new_zeros(len(scores.lengths), dtype=torch.float64)
    if not len(packing.order):
        empty = scores.emissions
        return Expected(log_weight, empty, torch.zeros_like(scores.transitions)), Messages(
            empty, empty
        )
    packed = scores._replace(emissions=scores.emissions[packing.rows])
    sums = _scaled(packed, packing)
    if sums is None:
        sums = _logarithmic(packed, packing)
    log_weight += Ragged(sums.norms.double()[packing.restore], scores.lengths).sums()
    log_weight[packing.order] += sums.closing.double()
    dtype = scores.emissions.dtype
    tags, behind, onward = (
        rows[packing.restore].to(dtype) for rows in (sums.tags, sums.behind, sums.onward)
    )
    return Expected(log_weight, tags, sums.pairs.to(dtype)), Messages(behind, onward)


def _scaled(scores: CRFScores, packing: Packing) -> Optional[_Sums]:
    """RETURNS: None where a probability left the range of its type."""
    sizes: List[int] = packing.batch_sizes.tolist()
    peak = scores.emissions.amax(1, keepdim=True)
    weights = (scores.emissions - peak).exp()
    shifts = [part.max() for part in (scores.start, scores.transitions, scores.end)]
    start = (scores.start - shifts[0]).exp()
    steps = (scores.transitions - shifts[1]).exp()
    end = (scores.end - shifts[2]).exp()
    alpha, beta = torch.empty_like(weights), torch.empty_like(weights)
    norms = weights.new_empty(len(weights), 1)
    before = None
    for a, weight, norm in zip(*(time_steps(rows, sizes) for rows in (alpha, weights, norms))):
        if before is None:
            torch.mul(weight, start, out=a)
        else:
            torch.mm(before[: len(a)], steps, out=a).mul_(weight)
        torch.sum(a, 1, keepdim=True, out=norm)
        before = a.div_(norm)
    last, previous = packing.last_rows(), packing.previous_rows()
    closing = alpha[last] @ end
    beta[last] = end / closing.unsqueeze(1)
    onward = weights.div_(norms)
    back = steps.t().contiguous()
    later = (time_steps(rows, sizes, backward=True) for rows in (onward, beta))
    for step, b, earlier in zip(*later, _steps_before(beta, sizes)):
        torch.mm(step.mul_(b), back, out=earlier[: len(step)])
    first = sizes[0]
    onward[:first] *= beta[:first]
    log_norms, log_closing = norms.log(), closing.log()
    if not torch.isfinite(log_norms.sum() + log_closing.sum() + beta.sum()):
        return None
    pairs = steps * (alpha[previous].t() @ onward[first:])
    log_norms += peak
    log_norms[:first] += shifts[0]
    log_norms[first:] += shifts[1]
    return _Sums(
        alpha * beta,
        pairs,
        beta.log(),
        onward.log() - shifts[1],
        log_norms.squeeze(1),
        log_closing + shifts[2],
    )


def _logarithmic(scores: CRFScores, packing: Packing) -> _Sums:
    emissions, start, transitions, end = (part.double() for part in scores[:4])
    sizes: List[int] = packing.batch_sizes.tolist()
    alpha, beta = torch.empty_like(emissions), torch.empty_like(emissions)
    before = None
    for a, emission in zip(time_steps(alpha, sizes), time_steps(emissions, sizes)):
        if before is None:
            a.copy_(start + emission)
        else:
            entering = before[: len(a)].unsqueeze(2) + transitions
            a.copy_(torch.logsumexp(entering, 1) + emission)
        before = a
    last = packing.last_rows()
    closing = torch.logsumexp(alpha[last] + end, 1)
    beta[last] = end
    pairs = torch.zeros_like(transitions)
    later = (time_steps(rows, sizes, backward=True) for rows in (emissions, beta))
    earlier = (_steps_before(rows, sizes) for rows in (alpha, beta))
    for step, b, a_before, b_before in zip(*later, *earlier):
        leaving = transitions + (step + b).unsqueeze(1)
        b_before[: len(b)] = torch.logsumexp(leaving, 2)
        taken = (a_before[: len(b)].unsqueeze(2) + leaving).flatten(1)
        pairs += taken.softmax(1).sum(0).view_as(pairs)
    norms = emissions.new_zeros(len(emissions))
    return _Sums((alpha + beta).softmax(1), pairs, beta, emissions + beta, norms, closing)


def _steps_before(rows: Tensor, sizes: List[int]) -> Iterator[Tensor]:
    """From the last step but one back to the first."""
    return islice(time_steps(rows, sizes, backward=True), 1, None)
