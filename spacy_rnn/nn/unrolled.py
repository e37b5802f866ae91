"""LSTM and GRU layers over ragged rows in torch on a CPU, step by step with a gradient of our own.

Autograd would look after every operation of every step, and make the gradient of all weights at
each of them. Here products with weights are made for many steps at once wherever that can be.
"""

from __future__ import annotations

from itertools import chain
from typing import Any, List, NamedTuple, Tuple, Union

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from ..native.weights import kept
from .step_order import StepOrder
from .unrolled_cells import CellSteps, GRUSteps, LSTMSteps, Steps, Weights


def read(layer: Union[nn.LSTM, nn.GRU], rows: Tensor, order: StepOrder) -> Tensor:
    """One layer, both ways if it is bidirectional. (total, input) -> (total, directions * units).

    layer, rows: as `native.recurrent.is_plain` wants them.
    order: with as many directions as the layer has.
    """
    cell: CellSteps = LSTMSteps if isinstance(layer, nn.LSTM) else GRUSteps
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    ends = ("", "_reverse") if layer.bidirectional else ("",)
    weights = [[getattr(layer, name + end) for end in ends] for name in names]
    if torch.is_grad_enabled() and any(part.requires_grad for part in chain([rows], *weights)):
        return Unrolled.apply(rows, order, cell, *cell.arrange(*map(torch.stack, weights)))
    by_columns = kept(
        layer,
        list(chain(*weights)),
        lambda: cell.arrange(*map(torch.stack, weights)).by_columns(),
    )
    # Without a gradient, the gates of one block make room for those of the next.
    most = max(sum(block.sizes) for block in order.blocks)
    # Where autograd keeps no account at all, steps of few sequences take a sixth less.
    with torch.inference_mode():
        room = _make_room(by_columns, len(rows), most)
        _ahead(rows, order, cell, by_columns, room)
    return _restored(room.out, order)


class Unrolled(torch.autograd.Function):
    """(total, input), and the `Weights` of all directions -> (total, directions * units)."""

    @staticmethod
    def forward(
        context: Any, rows: Tensor, order: StepOrder, cell: CellSteps, *weights: Tensor
    ) -> Tensor:
        """order, cell: as in `read`."""
        by_columns = Weights(*weights).by_columns()
        room = _make_room(by_columns, len(rows), len(rows))
        context.save_for_backward(rows, *weights, *room)
        context.order, context.cell = order, cell
        _ahead(rows, order, cell, by_columns, room)
        return _restored(room.out, order)

    @staticmethod
    @once_differentiable
    def backward(context: Any, d_out: Tensor) -> Tuple[Any, ...]:
        rows, *saved = context.saved_tensors
        order, weights, room = context.order, Weights(*saved[:3]), Room(*saved[3:])
        made = _steps(order, room)
        d_hidden, d_kept = (torch.zeros_like(made[0].out_before) for _ in range(2))
        d_rows, d_weights = torch.zeros_like(rows), Weights(*map(torch.zeros_like, weights))
        d_out = d_out.reshape(-1, room.out.shape[2])
        for block, steps in zip(reversed(order.blocks), reversed(made)):
            read, last = order.rows[:, block.place], block.sizes[-1]
            d_steps = _taken(d_out, order.outputs[:, block.place])
            d_steps[:, -last:] += d_hidden[:, :last]
            d_gates = context.cell.back(steps, d_steps, d_hidden.zero_(), d_kept, weights.recurrent)
            d_inputs = d_gates[:, :, : weights.inputs.shape[1]]
            d_states = d_gates[:, :, -weights.recurrent.shape[1] :]
            d_weights.inputs.baddbmm_(d_inputs.mT, _taken(rows, read))
            d_weights.recurrent.baddbmm_(d_states.mT, steps.hidden_before())
            d_weights.bias.add_(d_gates.sum(1))
            d_read = torch.bmm(d_inputs, weights.inputs)
            d_rows.index_add_(0, read.flatten(), d_read.flatten(0, 1))
        return d_rows, None, None, *d_weights


class Room(NamedTuple):
    """Where steps are made. gates, kept: of all rows, or of those of one block after the other.

    gates: (directions, ..., 4 * units). out: (directions, total, units).
    kept: (directions, ..., units).
    """

    gates: Tensor
    out: Tensor
    kept: Tensor


def _make_room(by_columns: Weights, total: int, of_gates: int) -> Room:
    directions, units, _ = by_columns.recurrent.shape
    shapes = ((of_gates, 4 * units), (total, units), (of_gates, units))
    return Room(*(by_columns.bias.new_empty(directions, *shape) for shape in shapes))


def _steps(order: StepOrder, room: Room) -> List[Steps]:
    """RETURNS: for each block the views of its steps.

    Where blocks share their room, the cells before one lie behind those of its first step, or in
    their very place: they are read in time.
    """
    out = kept = room.out.new_zeros(len(room.out), order.blocks[0].sizes[0], room.out.shape[2])
    made = []
    for place, sizes in order.blocks:
        mine = place if room.kept.shape == room.out.shape else slice(sum(sizes))
        parts = room.gates[:, mine], room.out[:, place], room.kept[:, mine]
        made.append(Steps(*parts, out, kept, sizes))
        out, kept = (part[:, -sizes[-1] :] for part in parts[1:])
    return made


def _ahead(
    rows: Tensor, order: StepOrder, cell: CellSteps, by_columns: Weights, room: Room
) -> None:
    inputs, recurrent, bias = by_columns
    for block, steps in zip(order.blocks, _steps(order, room)):
        steps.gates.copy_(bias.unsqueeze(1))
        read = _taken(rows, order.rows[:, block.place])
        steps.gates[:, :, : inputs.shape[2]].baddbmm_(read, inputs)
        cell.ahead(steps, recurrent)


def _restored(out: Tensor, order: StepOrder) -> Tensor:
    """(directions, total, units) in the order of the steps -> (total, directions * units)."""
    rows = out.flatten(0, 1).index_select(0, order.restore.flatten())
    return rows.view(out.shape[1], -1)


def _taken(rows: Tensor, places: Tensor) -> Tensor:
    """(total, width), (directions, n) -> (directions, n, width)."""
    return rows.index_select(0, places.flatten()).unflatten(0, places.shape)
