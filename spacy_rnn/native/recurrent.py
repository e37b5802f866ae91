"""LSTM and GRU layers over ragged rows in compiled code: no padding, gates stay in registers."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from . import library
from .gradient import Read
from .sequences import check_lengths, chunks, longest_first
from .weights import Layer, packed

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


def read(layer: Layer, rows: Tensor, lengths: Tensor) -> Tensor:
    """One layer, both ways if it is bidirectional. (total, input) -> (total, directions * units).

    lengths: (n,) int64 of the sequences in `rows`, zeros allowed.
    """
    if rows.shape[1] != layer.input_size:
        raise ValueError(f"rows must be {layer.input_size} wide, got {rows.shape[1]}")
    check_lengths(lengths, rows)
    sizes = lengths.numpy()
    kernel = "lstm" if isinstance(layer, nn.LSTM) else "gru"
    if torch.is_grad_enabled():
        flat = [weight for side in layer.all_weights for weight in side]
        if rows.requires_grad or any(weight.requires_grad for weight in flat):
            return Read.apply(rows, chunks(sizes), kernel, *flat)
    rows = rows if rows.stride(1) == 1 else rows.contiguous()
    weights = packed(layer, kernel)
    starts, lengths = longest_first(sizes)
    directions, units = weights.late.shape
    room = min(len(rows), ROWS_AT_A_TIME)
    out = rows.new_empty(len(rows), directions, units)
    library.run(
        f"{kernel}_layer",
        input=rows.shape[1],
        units=units,
        directions=directions,
        count=len(starts),
        row_stride=rows.stride(0),
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
    )
    return out[:, :, : layer.hidden_size].flatten(1)
