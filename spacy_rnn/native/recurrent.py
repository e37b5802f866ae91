"""LSTM and GRU layers over ragged rows in compiled code: no padding, gates stay in registers."""

from __future__ import annotations

from typing import Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from . import library
from .gradient import Read
from .sequences import check_lengths, chunks, enter, leave, longest_first
from .weights import Layer, Packed, flat_weights, kernel_of, packed

# As in src/kernels.h: so many rows' gates are there at a time.
ROWS_AT_A_TIME = 512


def can_read(layer: nn.Module, rows: Tensor) -> bool:
    """Whether the kernels are there, and this is a layer and an input that they know."""
    return library.is_available() and rows.dtype == torch.float32 and is_plain(layer, rows)


def is_plain(layer: nn.Module, rows: Tensor) -> bool:
    """Whether steps of our own, compiled or not, can take the place of torch's: those of an LSTM or
    a GRU on a CPU, with one kind of number for all."""
    weight = layer.weight_hh_l0
    return (
        isinstance(layer, (nn.LSTM, nn.GRU))
        and rows.dtype == weight.dtype
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
    if entered is not None or (torch.is_grad_enabled() and _learns(layer, rows)):
        return Read.apply(rows, chunks(sizes), kernel, entered, *flat_weights(layer))
    places = longest_first(sizes)
    out = _run(kernel, packed(layer, kernel), rows, places)
    return (out if out.shape[2] == layer.hidden_size else out[:, :, : layer.hidden_size]).flatten(1)


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
    places = longest_first(sizes)
    state = enter(entered, places[0], weights.late.shape[1])
    out = _run(kernel, weights, rows, places, direction, state)
    return out[:, 0, : layer.hidden_size], leave(entered, places[0], state)


def _learns(layer: Layer, rows: Tensor) -> bool:
    return rows.requires_grad or any(weight.requires_grad for weight in flat_weights(layer))


def _check(layer: Layer, rows: Tensor, lengths: Tensor) -> np.ndarray:
    if rows.shape[1] != layer.input_size:
        raise ValueError(f"rows must be {layer.input_size} wide, got {rows.shape[1]}")
    check_lengths(lengths, rows)
    return lengths.numpy()


def _room_for_halves(rows: Tensor, count: int, sequences: int, units: int) -> Tensor:
    """For `count` of the rows at a time, and two states of each sequence."""
    inputs, states = count + library.TILE, 2 * (sequences + library.TILE)
    size = inputs * library.whole(rows.shape[1]) + states * library.whole(units)
    return rows.new_empty(size, dtype=torch.bfloat16)


def _run(
    kernel: str,
    weights: Packed,
    rows: Tensor,
    places: Tensor,
    direction: int = 0,
    carried: Optional[Tensor] = None,
) -> Tensor:
    """RETURNS: (total, directions, units and what was added).

    places: from `longest_first`. carried: (2, n, units), changed.
    """
    rows = rows if rows.stride(1) == 1 else rows.contiguous()
    directions, units = weights.late.shape
    count = places.shape[1]
    room, half = min(len(rows), ROWS_AT_A_TIME), library.is_half(weights.lanes)
    out = rows.new_empty(len(rows), directions, units)
    library.run(
        f"{kernel}_layer",
        lanes_in_use=weights.lanes,
        input=rows.shape[1],
        units=units,
        directions=directions,
        count=count,
        row_stride=rows.stride(0),
        reversed=direction,
        places=places,
        firsts=torch.empty_like(places[0]),
        rows=rows,
        inputs=weights.inputs,
        recurrent=weights.recurrent,
        bias=weights.bias,
        late_bias=weights.late,
        gates=rows.new_empty(room, weights.bias.shape[1]),
        state=rows.new_empty(3, count, units),
        out=out,
        carried=carried,
        halves=_room_for_halves(rows, room, count, units) if half else None,
    )
    return out
