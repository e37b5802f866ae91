"""A recurrent layer with its gradient, as one function of autograd."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, Tuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from . import library
from .sequences import Chunk
from .steps import Steps, first_state, part, step_ahead, step_back
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
        count = len(sides)
        inputs, bias = torch.cat([s.inputs for s in sides]), torch.cat([s.bias for s in sides])
        packed = [library.pack(side.recurrent, gates_of(kernel), library.lanes()) for side in sides]
        gates = rows.new_empty(len(rows), len(bias))
        units = count * len(sides[0].late)
        out, kept = rows.new_empty(len(rows), units), rows.new_empty(len(rows), units)
        for chunk in chunks:
            torch.addmm(bias, rows[chunk.rows], inputs.t(), out=gates[chunk.rows])
            for i, side in enumerate(sides):
                steps = Steps(*(part(each[chunk.rows], i, count) for each in (gates, out, kept)))
                step_ahead(kernel, chunk, steps, packed[i], side.late, entered, backward=bool(i))
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
        inputs = torch.cat([side.inputs for side in sides])
        d_weights = [_WeightGradients(side, kernel) for side in sides]
        d_rows = torch.empty_like(rows, memory_format=torch.contiguous_format)
        most = max((len(rows[chunk.rows]) for chunk in context.chunks), default=0)
        room = [each.new_empty(most, each.shape[1]) for each in (gates, kept)]
        for chunk in context.chunks:
            # A chunk's derivatives are used up while they are still in the cache.
            d_gates, d_kept = (each[: len(rows[chunk.rows])] for each in room)
            for i, side in enumerate(sides):
                steps = Steps(*(part(each[chunk.rows], i, count) for each in (gates, out, kept)))
                d_steps = Steps(
                    part(d_gates, i, count),
                    part(d_out[chunk.rows], i, count),
                    part(d_kept, i, count),
                )
                first = first_state(context.entered, chunk, i, steps.out.shape[1])
                step_back(kernel, chunk, steps, d_steps, side.recurrent, first, backward=bool(i))
                before = _step_before(steps.out, chunk, first[0], bool(i))
                d_weights[i].add(rows[chunk.rows], before, d_steps.gates, d_steps.kept)
            torch.mm(d_gates, inputs, out=d_rows[chunk.rows])
        flat = [weight for each in d_weights for weight in each.as_in_torch(units)]
        return d_rows, None, None, None, *flat


def _sides(weights: Sequence[Tensor], kernel: str) -> List[Direction]:
    return [direction(weights[i : i + 4], kernel) for i in range(0, len(weights), 4)]


def _narrow(out: Tensor, count: int, units: int) -> Tensor:
    """Take the units that were added away from each of `count` parts of the columns."""
    return out.unflatten(1, (count, out.shape[1] // count))[:, :, :units].flatten(1)


def _widen(out: Tensor, count: int, units: int) -> Tensor:
    """Add units of zeros to each of `count` parts of the columns."""
    real = out.shape[1] // count
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
        self.bias, self.late = torch.zeros_like(side.bias), torch.zeros_like(side.late)
        # The other way round, which is faster to multiply.
        self.inputs, self.recurrent = (
            part.new_zeros(part.shape[::-1]) for part in (side.inputs, side.recurrent)
        )
        # The last gate of a GRU gets its recurrent part through the reset gate.
        self.own = len(self.bias) - (len(self.late) if kernel == "gru" else 0)

    def add(self, rows: Tensor, before: Tensor, d_gates: Tensor, d_late: Tensor) -> None:
        """d_gates: (n, gates * units). d_late: (n, units), for a GRU."""
        self.inputs.addmm_(rows.t(), d_gates)
        self.bias += d_gates.sum(0)
        self.recurrent[:, : self.own].addmm_(before.t(), d_gates[:, : self.own])
        if self.own < len(self.bias):
            self.recurrent[:, self.own :].addmm_(before.t(), d_late)
            self.late += d_late.sum(0)

    def as_in_torch(self, units: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        """RETURNS: weight_ih, weight_hh, bias_ih and bias_hh, without the added units."""
        hidden_bias = self.bias.clone()
        hidden_bias[self.own :] = self.late[: len(self.bias) - self.own]
        inputs, recurrent = self.inputs.t().contiguous(), self.recurrent.t().contiguous()
        biases = (cut(bias, self.gates, units) for bias in (self.bias, hidden_bias))
        recurrent = cut(recurrent, self.gates, units)[:, :units]
        return cut(inputs, self.gates, units), recurrent, *biases
