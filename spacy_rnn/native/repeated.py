"""A recurrent layer over rows that repeat: each distinct one is projected once."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import library
from .sequences import check_lengths, longest_first
from .weights import Layer, packed

# So many sequences step together: their states stay near while the recurrent weights pass by.
SEQUENCES_AT_A_TIME = 48
# With fewer repetitions than this, projecting the rows where they are read is faster.
LEAST_REPETITION = 1.25
# Projections of more rows than this would take more memory than they save time.
MOST_ROWS = 1 << 15


def is_worth_it(distinct: Tensor, index: Tensor) -> bool:
    """Whether rows repeat often enough, and nothing has to be learned through them."""
    return (
        not torch.is_grad_enabled()
        and len(distinct) <= MOST_ROWS
        and len(distinct) * LEAST_REPETITION <= len(index)
    )


def read_repeated(layer: Layer, distinct: Tensor, index: Tensor, lengths: Tensor) -> Tensor:
    """One layer without gradients. (u, input) rows -> (total, directions * units).

    index: (total,) int64, the row of `distinct` in each place. lengths: (n,) int64 of the
    sequences, zeros allowed.
    """
    check_lengths(lengths, index)
    if len(index) and not 0 <= int(index.min()) <= int(index.max()) < len(distinct):
        raise ValueError(f"index must name rows of the {len(distinct)}, got {index}")
    kernel = "lstm" if isinstance(layer, nn.LSTM) else "gru"
    weights = packed(layer, kernel)
    directions, units = weights.late.shape
    gates = F.linear(distinct, weights.projection, weights.bias.flatten())
    starts, sizes = longest_first(lengths.numpy())
    out = gates.new_empty(len(index), directions, units)
    for first in range(0, len(starts), SEQUENCES_AT_A_TIME):
        some = slice(first, first + SEQUENCES_AT_A_TIME)
        hidden, spare, cell = gates.new_empty(3, len(starts[some]), units)
        for direction in range(directions):
            library.run(
                kernel,
                units=units,
                count=len(hidden),
                reversed=direction,
                keep=False,
                fresh=True,
                gate_stride=gates.stride(0),
                out_stride=out.stride(0),
                kept_stride=0,
                starts=starts[some],
                places=starts[some],
                lengths=sizes[some],
                index=index,
                weights=weights.recurrent[direction],
                late_bias=weights.late[direction],
                gates=gates[:, direction * gates.shape[1] // directions :],
                out=out[:, direction],
                kept=None,
                hidden=hidden.zero_(),
                spare=spare,
                cell=cell.zero_(),
            )
    return out[:, :, : layer.hidden_size].flatten(1)
