"""Recurrent layers above each other: their weights, and what follows each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from torch import Tensor, nn


@dataclass(frozen=True)
class Cell:
    """The kind of recurrent unit, and whether it reads both ways.

    kind: "lstm" (Hochreiter & Schmidhuber 1997), "gru" (Cho et al. 2014) or "elman" (Elman 1990).
    nonlinearity: "tanh" or "relu", for "elman" only.
    """

    kind: str = "lstm"
    bidirectional: bool = True
    nonlinearity: str = "tanh"

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1

    def layer(self, input_width: int, units: int) -> Union[nn.LSTM, nn.GRU, nn.RNN]:
        """One torch layer with `units` per direction."""
        if self.kind == "lstm":
            return nn.LSTM(input_width, units, bidirectional=self.bidirectional)
        if self.kind == "gru":
            return nn.GRU(input_width, units, bidirectional=self.bidirectional)
        return nn.RNN(
            input_width, units, nonlinearity=self.nonlinearity, bidirectional=self.bidirectional
        )


class RecurrentStack(nn.Module):
    """What all ways of reading sequences with stacked recurrent layers share.

    input_width: width of the input rows.
    width: width of the output rows.
    hidden_width: width of each layer, shared by its directions; a last linear layer maps it
        to `width` where the two differ.
    residual: add a layer's input to its output wherever the widths agree.
    layer_norm: normalise the output of every layer (Ba et al. 2016).
    backprop_tokens: above 0, gradients are cut every so many rows of a longer sequence.
    """

    def __init__(
        self,
        input_width: int,
        width: int,
        hidden_width: int,
        depth: int = 1,
        cell: Cell = Cell(),
        residual: bool = False,
        layer_norm: bool = False,
        backprop_tokens: int = 0,
    ) -> None:
        super().__init__()
        self.cell = cell
        self.backprop_tokens = backprop_tokens
        self.hidden_width = hidden_width
        self.residual = residual
        widths = [input_width] + [hidden_width] * depth
        units = hidden_width // cell.directions
        self.layers = nn.ModuleList(cell.layer(w, units) for w in widths[:-1])
        self.norms = nn.ModuleList(nn.LayerNorm(hidden_width) for _ in range(depth * layer_norm))
        self.output: Optional[nn.Linear] = None
        if hidden_width != width:
            self.output = nn.Linear(hidden_width, width)
        self.width = width
        for layer in self.layers:
            _initialize(layer)

    def finish_layer(self, i: int, hidden: Tensor, before: Optional[Tensor]) -> Tensor:
        """What follows the i-th recurrent layer, but dropout.

        hidden: what the layer made. before: what it read, for a residual encoder.
        """
        if self.residual and hidden.shape == before.shape:
            hidden = hidden + before
        return self.norms[i](hidden) if len(self.norms) else hidden

    def finish(self, rows: Tensor) -> Tensor:
        """(total, hidden_width) of the last layer -> (total, width)."""
        return rows if self.output is None else self.output(rows)


def _initialize(layer: nn.Module) -> None:
    """Xavier input weights, orthogonal recurrent weights (Saxe et al. 2014), zero biases, and
    1 for an LSTM's forget gate (Jozefowicz et al. 2015)."""
    units = layer.hidden_size
    for name, weight in layer.named_parameters():
        if weight.is_meta:
            continue
        if name.startswith("weight_hh"):
            for gate in weight.data.chunk(len(weight) // units):
                nn.init.orthogonal_(gate)
        elif name.startswith("weight_ih"):
            nn.init.xavier_uniform_(weight)
        else:
            nn.init.zeros_(weight)
            if isinstance(layer, nn.LSTM) and name.startswith("bias_ih"):
                nn.init.ones_(weight.data[units : 2 * units])
