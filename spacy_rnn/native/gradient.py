"""A recurrent layer with its gradient, as one function of autograd."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, Tuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from . import library
from .sequences import Chunk
from .steps import Steps, first_state, part, project, step_ahead, step_back
from .weights import Direction, cut, direction, gates_of


class Read(torch.autograd.Function):
    """(total, input), and four weights for each direction -> (total, directions * units)."""

    @staticmethod
    def forward(
        context: Any,
        rows: Tensor,
        chunks: List[Chunk],
        kernel: str,
        entered: Optional[Tensor],
        *weights: Tensor,
    ) -> Tensor:
        """chunks: all sequences of `rows`. weights: as in torch's layer.

        entered: the states before the first steps, constants, as for `first_state`; None is zero.
        """
        sides = _sides(weights, kernel)
        count, units, size = len(sides), len(sides[0].late), len(sides[0].bias)
        inputs = library.pack([side.inputs for side in sides], gates_of(kernel), library.lanes())
        recurrent = [side.recurrent for side in sides]
        recurrent = library.pack(recurrent, gates_of(kernel), library.lanes())
        rows = rows.contiguous()
        out = rows.new_empty(len(rows), count * units)
        gates, kept = (rows.new_empty(count, len(rows), width) for width in (size, units))
        for chunk in chunks:
            for i, side in enumerate(sides):
                steps = _steps(gates, out, kept, chunk, i)
                project(kernel, rows[chunk.rows], inputs[i], side.bias, steps.gates[None])
                step_ahead(kernel, chunk, steps, recurrent[i], side.late, entered, backward=bool(i))
        context.save_for_backward(rows, gates, out, kept, *weights)
        context.chunks, context.kernel, context.entered = chunks, kernel, entered
        return _narrow(out, count, weights[1].shape[1])

    @staticmethod
    @once_differentiable
    def backward(context: Any, d_out: Tensor) -> Tuple[Optional[Tensor], ...]:
        rows, gates, out, kept, *weights = context.saved_tensors
        kernel, units = context.kernel, weights[1].shape[1]
        sides = _sides(weights, kernel)
        count = len(sides)
        d_out = _widen(d_out, count, out.shape[1] // count)
        d_weights = [_WeightGradients(side, kernel) for side in sides]
        d_rows = torch.empty_like(rows, memory_format=torch.contiguous_format)
        most = max((len(rows[chunk.rows]) for chunk in context.chunks), default=0)
        room = [each.new_empty(most, each.shape[2]) for each in (gates, kept)]
        for chunk in context.chunks:
            # A chunk's derivatives are used up while they are still in the cache.
            d_gates, d_kept = (each[: len(rows[chunk.rows])] for each in room)
            for i, side in enumerate(sides):
                steps = _steps(gates, out, kept, chunk, i)
                d_steps = Steps(d_gates, part(d_out[chunk.rows], i, count), d_kept)
                first = first_state(context.entered, chunk, i, steps.out.shape[1])
                step_back(kernel, chunk, steps, d_steps, side.recurrent, first, backward=bool(i))
                before = _step_before(steps.out, chunk, first[0], bool(i))
                d_weights[i].add(rows[chunk.rows], before, d_gates, d_kept)
                d_rows[chunk.rows].addmm_(d_gates, side.inputs, beta=float(i > 0))
        flat = [weight for each in d_weights for weight in each.as_in_torch(units)]
        return d_rows, None, None, None, *flat


def _steps(gates: Tensor, out: Tensor, kept: Tensor, chunk: Chunk, i: int) -> Steps:
    """A chunk of the i-th direction. gates, kept: (directions, total, ...). out: as in `Read`."""
    mine = part(out[chunk.rows], i, len(gates))
    return Steps(gates[i, chunk.rows], mine, kept[i, chunk.rows])


def _sides(weights: Sequence[Tensor], kernel: str) -> List[Direction]:
    return [direction(weights[i : i + 4], kernel) for i in range(0, len(weights), 4)]


def _narrow(out: Tensor, count: int, units: int) -> Tensor:
    """Take the units that were added away from each of `count` parts of the columns."""
    return out.unflatten(1, (count, out.shape[1] // count))[:, :, :units].flatten(1)


def _widen(out: Tensor, count: int, units: int) -> Tensor:
    """Add units of zeros to each of `count` parts of the columns."""
    real = out.shape[1] // count
    if real == units:
        return out.contiguous()
    return F.pad(out.unflatten(1, (count, real)), (0, units - real)).flatten(1).contiguous()


def _step_before(out: Tensor, chunk: Chunk, first: Tensor, reads_backward: bool) -> Tensor:
    """(rows, units) the output of the step before each row. first: (n, units) before the first."""
    before = torch.roll(out, -1 if reads_backward else 1, 0)
    before[chunk.starts + chunk.lengths - 1 if reads_backward else chunk.starts] = first
    return before


class _WeightGradients:
    """The gradients of one direction's weights, summed over chunks."""

    def __init__(self, side: Direction, kernel: str) -> None:
        self.gates = gates_of(kernel)
        self.inputs, self.recurrent, self.bias, self.late = map(torch.zeros_like, side)
        # The last gate of a GRU gets its recurrent part through the reset gate.
        self.own = len(self.bias) - (len(self.late) if kernel == "gru" else 0)

    def add(self, rows: Tensor, before: Tensor, d_gates: Tensor, d_late: Tensor) -> None:
        """d_gates: (n, gates * units). d_late: (n, units), for a GRU."""
        self.inputs.addmm_(d_gates.t(), rows)
        self.bias += d_gates.sum(0)
        self.recurrent[: self.own].addmm_(d_gates[:, : self.own].t(), before)
        if self.own < len(self.bias):
            self.recurrent[self.own :].addmm_(d_late.t(), before)
            self.late += d_late.sum(0)

    def as_in_torch(self, units: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        """RETURNS: weight_ih, weight_hh, bias_ih and bias_hh, without the added units."""
        hidden_bias = torch.cat([self.bias[: self.own], self.late[: len(self.bias) - self.own]])
        biases = (cut(bias, self.gates, units) for bias in (self.bias, hidden_bias))
        recurrent = cut(self.recurrent, self.gates, units)[:, :units]
        return cut(self.inputs, self.gates, units), recurrent, *biases
