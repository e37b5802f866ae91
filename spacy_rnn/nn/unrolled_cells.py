"""The steps of an LSTM and of a GRU, ahead and back, in few operations on whole arrays.

Gates are four planes of columns. On the way back, whatever does not depend on later steps is made
for all steps of a block at once, so that little is left to do for each of them.
"""

from __future__ import annotations

from typing import List, NamedTuple, Sequence, Tuple, Type, Union

import torch
from torch import Tensor


class Weights(NamedTuple):
    """Of all directions, in the order of the planes that they make: inputs the first ones, hidden
    states the last ones.

    inputs: (directions, planes * units, input).
    recurrent: (directions, planes * units, units). bias: (directions, 4 * units).
    """

    inputs: Tensor
    recurrent: Tensor
    bias: Tensor

    def by_columns(self) -> "Weights":
        """RETURNS: the same transposed, what is multiplied with few rows as a copy: that takes
        half the time."""
        return Weights(self.inputs.mT, self.recurrent.mT.contiguous(), self.bias)


class Steps(NamedTuple):
    """What is made in some steps: (directions, sum(sizes), ...), one step's rows after another's.

    gates: (..., 4 * units). out: (..., units) the hidden states.
    kept: (..., units) an LSTM's cells, or a GRU's proposals for its hidden states.
    out_before, kept_before: (directions, at least sizes[0], units) of the step before the first.
    sizes: the sequences of each step, which are the first ones of the step before.
    """

    gates: Tensor
    out: Tensor
    kept: Tensor
    out_before: Tensor
    kept_before: Tensor
    sizes: List[int]

    def split(self, part: Tensor) -> Tuple[Tensor, ...]:
        """RETURNS: a view of each step."""
        return part.split(self.sizes, 1)

    def planes(self) -> List[Tuple[Tensor, ...]]:
        """RETURNS: the views of each step, for each plane of the gates."""
        return [self.split(plane) for plane in self.gates.chunk(4, 2)]

    def hidden_before(self) -> Tensor:
        """RETURNS: as `out`, the hidden state of the step before each."""
        return torch.cat(before(self.out_before, self.split(self.out)), dim=1)


def before(first: Tensor, steps: Sequence[Tensor]) -> List[Tensor]:
    """RETURNS: for each step a view of the one before it, of the sequences that go on.

    first: what is before the first step.
    """
    return [
        last if last.size(1) == step.size(1) else last.narrow(1, 0, step.size(1))
        for last, step in zip((first, *steps), steps)
    ]


class LSTMSteps:
    """Planes: input gate, forget gate, new cell, output gate.

    All of them are sigmoids, the new cell with other weights: tanh(x) = 1 - 2 sigmoid(-2x).
    """

    @staticmethod
    def arrange(inputs: Tensor, recurrent: Tensor, bias: Tensor, late_bias: Tensor) -> Weights:
        """torch's weights (directions, ...), used up."""
        units = recurrent.shape[2]
        # Times one, lest the gradients of both be one and the same array.
        weights = Weights(inputs, recurrent, bias + 1.0 * late_bias)
        for part in weights:
            part[:, 2 * units : 3 * units] *= -2.0
        return weights

    @staticmethod
    def ahead(steps: Steps, recurrent: Tensor) -> None:
        """Fill `out` and `kept`, and complete the gates, which have the share of the inputs.

        recurrent: (directions, units, planes * units).
        """
        each_gates, outs, cells = map(steps.split, (steps.gates, steps.out, steps.kept))
        hiddens, cells_before = before(steps.out_before, outs), before(steps.kept_before, cells)
        turns = zip(hiddens, cells_before, each_gates, outs, cells, *steps.planes())
        for hidden, cell, gates, out, new_cell, take, keep, new, show in turns:
            gates.baddbmm_(hidden, recurrent).sigmoid_()
            torch.addcmul(take, keep, cell, out=new_cell).addcmul_(take, new, value=-2.0)
            torch.tanh(new_cell, out=out).mul_(show)

    @staticmethod
    def back(
        steps: Steps, d_out: Tensor, d_hidden: Tensor, d_cell: Tensor, recurrent: Tensor
    ) -> Tensor:
        """RETURNS: the derivatives of the gates before their sigmoids.

        d_out: the derivatives of `out`, used up.
        d_hidden: zeros, to which those of `out_before` are added.
        d_cell: from those of the last cells to those of `kept_before`.
        recurrent: (directions, planes * units, units).
        """
        take, keep, new, show = steps.gates.chunk(4, 2)
        d_gates = torch.addcmul(steps.gates, steps.gates, steps.gates, value=-1.0)
        d_take, d_keep, d_new, d_show = d_gates.chunk(4, 2)
        d_take.addcmul_(d_take, new, value=-2.0)
        d_keep.mul_(torch.cat(before(steps.kept_before, steps.split(steps.kept)), dim=1))
        d_new.mul_(take).mul_(-2.0)
        squashed = torch.tanh(steps.kept)
        d_show.mul_(squashed)
        to_cell = torch.addcmul(show, squashed, steps.out, value=-1.0)
        by_cell = d_gates.unflatten(2, (4, -1))[:, :, :3]
        d_outs = steps.split(d_out)
        others = map(steps.split, (to_cell, keep, d_show, by_cell, d_gates))
        turns = zip(before(d_hidden, d_outs), d_outs, *others)
        for d_before, d_each, towards, kept, d_showing, d_making, gates in reversed(list(turns)):
            d_mine = d_cell[:, : d_each.shape[1]].addcmul_(d_each, towards)
            d_showing.mul_(d_each)
            d_making.mul_(d_mine.unsqueeze(2))
            d_mine.mul_(kept)
            d_before.baddbmm_(gates, recurrent)
        return d_gates


class GRUSteps:
    """Planes: proposal, reset gate, update gate, and what the hidden states add to the proposal.

    The inputs make the first three, the hidden states the last three.
    """

    @staticmethod
    def arrange(inputs: Tensor, recurrent: Tensor, bias: Tensor, late_bias: Tensor) -> Weights:
        """As of `LSTMSteps`."""
        units = recurrent.shape[2]
        switches = (bias + late_bias)[:, : 2 * units]
        biases = torch.cat([bias[:, 2 * units :], switches, late_bias[:, 2 * units :]], dim=1)
        return Weights(torch.roll(inputs, units, 1), recurrent, biases)

    @staticmethod
    def ahead(steps: Steps, recurrent: Tensor) -> None:
        """As of `LSTMSteps`."""
        units = steps.out.shape[2]
        of_states, switches = steps.gates[:, :, units:], steps.gates[:, :, units : 3 * units]
        outs, *others = map(steps.split, (steps.out, of_states, switches, steps.kept))
        turns = zip(before(steps.out_before, outs), outs, *others, *steps.planes())
        for hidden, out, gates, both, fresh, new, reset, update, old in turns:
            gates.baddbmm_(hidden, recurrent)
            both.sigmoid_()
            torch.addcmul(new, reset, old, out=fresh).tanh_()
            torch.lerp(fresh, hidden, update, out=out)

    @staticmethod
    def back(
        steps: Steps, d_out: Tensor, d_hidden: Tensor, d_kept: Tensor, recurrent: Tensor
    ) -> Tensor:
        """As of `LSTMSteps`; nothing flows back through what is kept."""
        units = steps.out.shape[2]
        _, reset, update, old = steps.gates.chunk(4, 2)
        d_gates = torch.empty_like(steps.gates)
        d_new, d_reset, d_update, d_old = d_gates.chunk(4, 2)
        both, d_both = (part[:, :, units : 3 * units] for part in (steps.gates, d_gates))
        torch.addcmul(both, both, both, value=-1.0, out=d_both)
        one = steps.kept.new_ones(1)
        torch.addcmul(one, steps.kept, steps.kept, value=-1.0, out=d_new)
        d_new.addcmul_(d_new, update, value=-1.0)
        torch.mul(d_new, reset, out=d_old)
        d_reset.mul_(d_new).mul_(old)
        d_update.mul_(steps.hidden_before().sub_(steps.kept))
        of_states, planes = d_gates[:, :, units:], d_gates.unflatten(2, (4, -1))
        d_outs, *others = map(steps.split, (d_out, update, planes, of_states))
        turns = zip(before(d_hidden, d_outs), d_outs, *others)
        for d_before, d_each, kept, d_planes, gates in reversed(list(turns)):
            d_planes.mul_(d_each.unsqueeze(2))
            d_before.addcmul_(d_each, kept).baddbmm_(gates, recurrent)
        return d_gates


CellSteps = Union[Type[LSTMSteps], Type[GRUSteps]]
