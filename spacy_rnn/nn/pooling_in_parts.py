"""Pooling of one sequence that comes in parts, so that its rows are never there all at once."""

from __future__ import annotations

from functools import reduce
from typing import Iterable, NamedTuple

import torch
from torch import Tensor

from .pooling import Pooling


class _Part(NamedTuple):
    """What poolings need to know of some rows.

    count: of the rows. total, highest, first, last: (width,), over them, and of the outer two.
    peak, weight: (heads,), the highest score of attention, and the sum of exp(score - peak).
    weighted: (heads, width), the rows summed with these weights.
    """

    count: int
    total: Tensor
    highest: Tensor
    first: Tensor
    last: Tensor
    peak: Tensor
    weight: Tensor
    weighted: Tensor


def pool_in_parts(pooling: Pooling, parts: Iterable[Tensor]) -> Tensor:
    """What the pooling makes of all rows together.

    parts: (rows, width) each, in order; at least one, and none without rows.
    RETURNS: (width of the pooling,).
    """
    whole = reduce(_join, (_look(pooling, rows) for rows in parts))
    half = (len(whole.total) + 1) // 2
    vectors = {
        "attention": (whole.weighted / whole.weight.unsqueeze(1)).flatten(),
        "mean": whole.total / whole.count,
        "max": whole.highest,
        "last": torch.cat([whole.last[:half], whole.first[half:]]),
    }
    return torch.cat([vectors[kind] for kind in pooling.kinds])


def _look(pooling: Pooling, rows: Tensor) -> _Part:
    scores = pooling.scores(rows)
    peak = scores.amax(0)
    weights = torch.exp(scores - peak)
    return _Part(
        len(rows),
        rows.sum(0),
        rows.amax(0),
        rows[0],
        rows[-1],
        peak,
        weights.sum(0),
        weights.t() @ rows,
    )


def _join(one: _Part, other: _Part) -> _Part:
    peak = torch.maximum(one.peak, other.peak)
    shrink, shrink_other = torch.exp(one.peak - peak), torch.exp(other.peak - peak)
    return _Part(
        one.count + other.count,
        one.total + other.total,
        torch.maximum(one.highest, other.highest),
        one.first,
        other.last,
        peak,
        one.weight * shrink + other.weight * shrink_other,
        one.weighted * shrink.unsqueeze(1) + other.weighted * shrink_other.unsqueeze(1),
    )
