"""A recurrent layer over rows that repeat: each distinct one is projected once."""

from __future__ import annotations

from typing import Tuple

import torch
from torch import Tensor

from . import library
from .sequences import check_lengths, enter, leave, longest_first
from .steps import advance, project
from .weights import Layer, Packed, kernel_of, packed

# So many sequences step together: their states stay near while the recurrent weights pass by.
SEQUENCES_AT_A_TIME = 48
# With fewer repetitions than this, projecting the rows where they are read is faster.
LEAST_REPETITION = 1.25
# Projections of more rows than this would take more memory than they save time.
MOST_ROWS = 1 << 15


def is_worth_it(distinct: Tensor, index: Tensor) -> bool:
    """Whether rows repeat often enough, and nothing has to be learned through them.

    In bfloat16 it never is: there the projection takes less time than the way around it.
    """
    return (
        not torch.is_grad_enabled()
        and not library.is_half(library.lanes_of_layers())
        and len(distinct) <= MOST_ROWS
        and len(distinct) * LEAST_REPETITION <= len(index)
    )


def read_repeated(layer: Layer, distinct: Tensor, index: Tensor, lengths: Tensor) -> Tensor:
    """One layer without gradients. (u, input) rows -> (total, directions * units).

    index: (total,) int64, the row of `distinct` in each place. lengths: (n,) int64 of the
    sequences, zeros allowed.
    """
    _check(distinct, index, lengths)
    kernel = kernel_of(layer)
    weights = packed(layer, kernel)
    directions, units = weights.late.shape
    gates = _project(kernel, distinct, weights)
    _, starts, sizes = longest_first(lengths.numpy())
    out = gates.new_empty(len(index), directions, units)
    for first in range(0, len(starts), SEQUENCES_AT_A_TIME):
        some = slice(first, first + SEQUENCES_AT_A_TIME)
        for i in range(directions):
            side = weights.one_way(i)
            advance(
                kernel,
                gates.new_zeros(2, len(starts[some]), units),
                gates=gates[i],
                out=out[:, i],
                starts=starts[some],
                lengths=sizes[some],
                index=index,
                weights=side.recurrent,
                late_bias=side.late,
                backward=bool(i),
                fresh=True,
            )
    return out[:, :, : layer.hidden_size].flatten(1)


def read_repeated_one_way(
    layer: Layer, direction: int, distinct: Tensor, index: Tensor, lengths: Tensor, entered: Tensor
) -> Tuple[Tensor, Tensor]:
    """One direction of a layer without gradients, as `recurrent.read_one_way` reads it.

    RETURNS: the output (total, units), and the states after the last steps.
    """
    _check(distinct, index, lengths)
    kernel = kernel_of(layer)
    weights = packed(layer, kernel).one_way(direction)
    units = weights.late.shape[1]
    gates = _project(kernel, distinct, weights)
    order, starts, sizes = longest_first(lengths.numpy())
    out, state = gates.new_empty(len(index), units), enter(entered, order, units)
    advance(
        kernel,
        state,
        gates=gates[0],
        out=out,
        starts=starts,
        lengths=sizes,
        index=index,
        weights=weights.recurrent,
        late_bias=weights.late,
        backward=bool(direction),
        fresh=False,
    )
    return out[:, : layer.hidden_size], leave(entered, order, state)


def _project(kernel: str, distinct: Tensor, weights: Packed) -> Tensor:
    """(directions, u, gates * units)"""
    gates = distinct.new_empty(len(weights.bias), len(distinct), weights.bias.shape[1])
    project(kernel, distinct.contiguous(), weights.inputs, weights.bias, gates)
    return gates


def _check(distinct: Tensor, index: Tensor, lengths: Tensor) -> None:
    check_lengths(lengths, index)
    if len(index) and not 0 <= int(index.min()) <= int(index.max()) < len(distinct):
        raise ValueError(f"index must name rows of the {len(distinct)}, got {index}")
