"""The steps of one direction of a layer in one chunk of rows, ahead and back."""

from __future__ import annotations

from typing import NamedTuple, Optional

import torch
from torch import Tensor

from . import library
from .sequences import Chunk, enter
from .weights import gates_of


class Steps(NamedTuple):
    """What is known about each step, or the derivatives of it.

    gates: (rows, gates * units). out: (rows, units). kept: (rows, units), an LSTM's cells, or a
    GRU's hidden part before its reset. All may be columns of something wider.
    """

    gates: Tensor
    out: Tensor
    kept: Tensor


def part(wide: Tensor, i: int, count: int) -> Tensor:
    """The i-th of `count` equal parts of the columns."""
    width = wide.shape[1] // count
    return wide[:, i * width : (i + 1) * width]


def first_state(entered: Optional[Tensor], chunk: Chunk, i: int, units: int) -> Tensor:
    """(2, n, units): the hidden states and cells of the i-th direction before the first steps.

    entered: (1, or 2 with an LSTM's cells, directions, sequences, units before some were added).
    """
    if entered is None:
        size = 2, len(chunk.sequences), units
        return chunk.sequences.new_zeros(size, dtype=torch.float32)
    return enter(entered[:, i], chunk.sequences, units)


def project(kernel: str, rows: Tensor, inputs: Tensor, bias: Tensor, gates: Tensor) -> None:
    """Fill `gates` (directions, n, gates * units) with the products of rows (n, input).

    inputs: the weights of all directions, packed. bias: (directions, gates * units).
    """
    library.run(
        f"{kernel}_projection",
        input=rows.shape[1],
        units=gates.shape[2] // gates_of(kernel),
        directions=len(gates),
        count=len(rows),
        row_stride=rows.stride(0),
        rows=rows,
        inputs=inputs,
        bias=bias,
        gates=gates,
    )


def step_ahead(
    kernel: str,
    chunk: Chunk,
    steps: Steps,
    packed: Tensor,
    late_bias: Tensor,
    entered: Optional[Tensor],
    *,
    backward: bool,
) -> None:
    """Fill `out` and `kept`, and put the activated gates in the place of their inputs.

    packed: the recurrent weights. entered: as for `first_state`.
    """
    state = first_state(entered, chunk, int(backward), steps.out.shape[1])
    advance(
        kernel,
        state,
        gates=steps.gates,
        out=steps.out,
        kept=steps.kept,
        starts=chunk.starts,
        lengths=chunk.lengths,
        weights=packed,
        late_bias=late_bias,
        backward=backward,
        fresh=entered is None,
    )


def advance(
    kernel: str,
    state: Tensor,
    *,
    gates: Tensor,
    out: Tensor,
    starts: Tensor,
    lengths: Tensor,
    weights: Tensor,
    late_bias: Tensor,
    backward: bool,
    fresh: bool,
    kept: Optional[Tensor] = None,
    index: Optional[Tensor] = None,
) -> None:
    """Fill `out`, and `kept` with what a way back needs if it is given.

    state: (2, n, units), changed to the one after the last steps. fresh: whether it is zero.
    starts, lengths: (n,) of the sequences, the longest first. index: see `Recurrence` in kernels.h.
    """
    hidden, cell = state
    library.run(
        kernel,
        units=hidden.shape[1],
        count=len(hidden),
        reversed=backward,
        keep=kept is not None,
        fresh=fresh,
        gate_stride=gates.stride(0),
        out_stride=out.stride(0),
        kept_stride=0 if kept is None else kept.stride(0),
        starts=starts,
        places=starts,
        lengths=lengths,
        index=index,
        weights=weights,
        late_bias=late_bias,
        gates=gates,
        out=out,
        kept=kept,
        hidden=hidden,
        spare=torch.empty_like(hidden),
        cell=cell,
    )


def step_back(
    kernel: str,
    chunk: Chunk,
    steps: Steps,
    d_steps: Steps,
    recurrent: Tensor,
    first: Tensor,
    *,
    backward: bool,
) -> None:
    """From the derivatives of `out` to those of the gates, and for a GRU of `kept`.

    recurrent: the weights (gates * units, units). first: the `first_state`, a constant.
    """
    units = steps.out.shape[1]
    d_hidden, d_cell = steps.out.new_zeros(2, len(chunk.starts), units)
    library.run(
        f"{kernel}_gradient",
        units=units,
        count=len(chunk.starts),
        reversed=backward,
        gate_stride=steps.gates.stride(0),
        out_stride=steps.out.stride(0),
        kept_stride=steps.kept.stride(0),
        starts=chunk.starts,
        lengths=chunk.lengths,
        weights=recurrent,
        gates=steps.gates,
        out=steps.out,
        kept=steps.kept,
        first=first[0 if kernel == "gru" else 1],
        d_out=d_steps.out,
        d_gates=d_steps.gates,
        d_late=d_steps.kept,
        d_hidden=d_hidden,
        d_cell=d_cell,
    )
