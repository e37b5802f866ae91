"""LSTM and GRU layers over ragged rows in compiled code: no padding, gates stay in registers."""

from __future__ import annotations

from typing import Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from . import library
from .gradient import Read
from .sequences import check_lengths, chunks, enter, leave, longest_first
from .weights import Layer, Packed, kernel_of, packed

# As in src/kernels.h: so many rows' gates are there at a time.
ROWS_AT_A_TIME = 512


def can_read(layer: nn.Module, rows: Tensor) -> bool:
    """Whether the kernels are there, and this is a layer and an input that they know."""
    if not library.is_available() or not isinstance(layer, (nn.LSTM, nn.GRU)):
        return False
    weight = layer.weight_hh_l0
    return (
        rows.dtype == weight.dtype == torch.float32
        and rows.device.type == weight.device.type == "cpu"
        and not weight.is_inference()
        and not torch.is_autocast_enabled("cpu")
    )


def read(layer: Layer, rows: Tensor, lengths: Tensor, entered: Optional[Tensor] = None) -> Tensor:
    """One layer, both ways if it is bidirectional. (total, input) -> (total, directions * units).

    lengths: (n,) int64 of the sequences in `rows`, zeros allowed.
    entered: (1, or 2 with an LSTM's cells, directions, n, units) the states before the first steps,
        zeros if not given. No gradient flows there.
    """
    sizes, kernel = _check(layer, rows, lengths), kernel_of(layer)
    flat = [weight for side in layer.all_weights for weight in side]
    learns = torch.is_grad_enabled() and any(part.requires_grad for part in (rows, *flat))
    if learns or entered is not None:
        return Read.apply(rows, chunks(sizes), kernel, entered, *flat)
    _, starts, lengths = longest_first(sizes)
    out = _run(kernel, packed(layer, kernel), rows, starts, lengths)
    return out[:, :, : layer.hidden_size].flatten(1)


def read_one_way(
    layer: Layer, direction: int, rows: Tensor, lengths: Tensor, entered: Tensor
) -> Tuple[Tensor, Tensor]:
    """One direction of a layer, without a gradient. (total, input) -> (total, units).

    direction: 1 reads from each last row to the first.
    entered: (1, or 2 with an LSTM's cells, n, units) the states before the first steps.
    RETURNS: the output, and the states after the last steps.
    """
    sizes, kernel = _check(layer, rows, lengths), kernel_of(layer)
    weights = packed(layer, kernel).one_way(direction)
    order, starts, lengths = longest_first(sizes)
    state = enter(entered, order, weights.late.shape[1])
    out = _run(kernel, weights, rows, starts, lengths, direction, state)
    return out[:, 0, : layer.hidden_size], leave(entered, order, state)


def _check(layer: Layer, rows: Tensor, lengths: Tensor) -> np.ndarray:
    if rows.shape[1] != layer.input_size:
        raise ValueError(f"rows must be {layer.input_size} wide, got {rows.shape[1]}")
    check_lengths(lengths, rows)
    return lengths.numpy()


def _room_for_halves(room: int, width: int, count: int, units: int) -> Tensor:
    rows, states = room + library.TILE, 2 * (count + library.TILE)
    size = rows * library.whole(width) + states * library.whole(units)
    return torch.empty(size, dtype=torch.bfloat16)


def _run(
    kernel: str,
    weights: Packed,
    rows: Tensor,
    starts: Tensor,
    lengths: Tensor,
    direction: int = 0,
    carried: Optional[Tensor] = None,
) -> Tensor:
    """RETURNS: (total, directions, units and what was added). carried: (2, n, units), changed."""
    rows = rows if rows.stride(1) == 1 else rows.contiguous()
    directions, units = weights.late.shape
    room, half = min(len(rows), ROWS_AT_A_TIME), library.is_half(weights.lanes)
    out = rows.new_empty(len(rows), directions, units)
    library.run(
        f"{kernel}_layer",
        lanes_in_use=weights.lanes,
        input=rows.shape[1],
        units=units,
        directions=directions,
        count=len(starts),
        row_stride=rows.stride(0),
        reversed=direction,
        starts=starts,
        lengths=lengths,
        firsts=torch.empty_like(starts),
        rows=rows,
        inputs=weights.inputs,
        recurrent=weights.recurrent,
        bias=weights.bias,
        late_bias=weights.late,
        gates=rows.new_empty(room, weights.bias.shape[1]),
        state=rows.new_empty(3, len(starts), units),
        out=out,
        carried=carried,
        halves=_room_for_halves(room, rows.shape[1], len(starts), units) if half else None,
    )
    return out
