"""Sums over all paths of a chain of tags, and its best path, in compiled code."""

from __future__ import annotations

from typing import NamedTuple, Optional

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from . import library
from .sequences import check_lengths


class Sums(NamedTuple):
    """Sums over all paths of sequences with `total` rows and K tags.

    log_weight: (n,) float64. tags: (total, K) the probability of each tag. pairs: (K, K) how often
    each step is taken. behind, onward: (total, K) the `Messages` of `nn.forward_backward`.
    """

    log_weight: Tensor
    tags: Tensor
    pairs: Tensor
    behind: Tensor
    onward: Tensor


def can_read(*scores: Tensor) -> bool:
    """Whether the kernels are there, and these are scores that they know."""
    return library.is_available() and all(
        part.dtype == torch.float32 and part.device.type == "cpu" for part in scores
    )


def best_paths(
    emissions: Tensor, start: Tensor, transitions: Tensor, end: Tensor, lengths: Tensor
) -> Tensor:
    """(total,) int64: the best path of each sequence; as in `decoding.viterbi`, to the bit."""
    check_lengths(lengths, emissions)
    impossible = float("-inf")
    emissions, start, transitions, end = (
        _widen(part, impossible) for part in (emissions, start, transitions, end)
    )
    tags = emissions.shape[1]
    transitions = F.pad(transitions, (0, 0, 0, tags - len(transitions)), value=impossible)
    path = torch.empty(len(emissions), dtype=torch.long)
    library.run(
        "viterbi",
        tags=tags,
        count=len(lengths),
        lengths=lengths,
        emissions=emissions,
        start=start,
        transitions=transitions,
        into=transitions.t().contiguous(),
        end=end,
        reached=emissions.new_empty(int(lengths.max()) if len(lengths) else 0, tags),
        path=path,
    )
    return path


def sums(
    emissions: Tensor, start: Tensor, transitions: Tensor, end: Tensor, lengths: Tensor
) -> Optional[Sums]:
    """Sums over all paths. RETURNS: None if a number left its range, or there is no path."""
    check_lengths(lengths, emissions)
    tags = emissions.shape[1]
    width = tags + -tags % library.lanes()
    rows = emissions.new_empty(3, len(emissions), width)
    log_weight = torch.empty(len(lengths), dtype=torch.float64)
    pairs = torch.empty(tags, tags)
    library.run(
        "sums",
        tags=tags,
        width=width,
        count=len(lengths),
        lengths=lengths,
        emissions=emissions.contiguous(),
        start=start.contiguous(),
        transitions=transitions.contiguous(),
        end=end.contiguous(),
        room=emissions.new_empty(3 * width + 2, width),
        chances=rows[0],
        behind=rows[1],
        onward=rows[2],
        pairs=pairs,
        log_weight=log_weight,
    )
    if not np.isfinite(log_weight.numpy()).all():
        return None
    chances, behind, onward = rows[:, :, :tags]
    return Sums(log_weight, chances, pairs, behind, onward)


def _widen(part: Tensor, value: float) -> Tensor:
    """Fill the last dimension up to whole vectors."""
    extra = -part.shape[-1] % library.lanes()
    return F.pad(part, (0, extra), value=value) if extra else part.contiguous()
