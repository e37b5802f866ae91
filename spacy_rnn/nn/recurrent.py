"""Recurrent encoders: LSTM, GRU and Elman networks over ragged batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Union

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from ..native import recurrent as native
from ..native.repeated import is_worth_it, read_repeated
from .ragged import Bucket, Packing, Ragged, Repeated, bucket, locked_dropout, pack
from .truncated import encode_in_chunks

# Without gradients a long sequence is read in stretches of this many steps with the state carried
# over: the same result in bounded memory.
STEPS_PER_STRETCH = 4096

# How sequences are laid out for a layer: packed, in buckets, or where they are (their lengths) for
# the compiled kernels, which need neither.
Layout = Union[Packing, List[Bucket], Tensor]


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


class RecurrentEncoder(nn.Module):
    """Stacked recurrent layers: a sequence's output never depends on its batch neighbours.

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
            initialize_recurrent(layer)

    def forward(self, sequences: Ragged, dropout: float = 0.0) -> Ragged:
        """Encode (sum(lengths), input_width). RETURNS: (sum(lengths), width), same lengths.

        dropout: rate of the locked dropout after each layer.
        """
        if not sequences.lengths.numpy().any():
            return sequences.with_data(sequences.data.new_zeros(0, self.width))
        size = self.backprop_tokens
        if size and torch.is_grad_enabled() and int(sequences.lengths.max()) > size:
            return encode_in_chunks(self, sequences, size, dropout)
        layout = self._layout(sequences)
        for i, layer in enumerate(self.layers):
            before = sequences.data if self.residual else None
            hidden = self.finish_layer(i, _read(layer, sequences, layout), before)
            sequences = locked_dropout(sequences.with_data(hidden), dropout)
        return sequences.with_data(self.finish(sequences.data))

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

    def _layout(self, sequences: Ragged) -> Layout:
        repeated = isinstance(sequences, Repeated)
        if native.can_read(self.layers[0], sequences.distinct if repeated else sequences.data):
            return sequences.lengths
        # oneDNN runs an LSTM over dense buckets faster than torch runs packed steps;
        # it has no such path for the other cells, and cuDNN takes packed input.
        if self.cell.kind == "lstm" and sequences.data.device.type == "cpu":
            return bucket(sequences.lengths)
        return pack(sequences.lengths, sequences.data.device)


def _read(layer: nn.Module, sequences: Ragged, layout: Layout) -> Tensor:
    if isinstance(layout, Tensor):
        if isinstance(sequences, Repeated) and is_worth_it(sequences.distinct, sequences.index):
            return read_repeated(layer, sequences.distinct, sequences.index, layout)
        return native.read(layer, sequences.data, layout)
    rows = sequences.data
    if isinstance(layout, Packing):
        packed = layer(PackedSequence(rows[layout.rows], layout.batch_sizes))[0]
        return packed.data[layout.restore]
    directions = [_read_one_way(layer, rows, layout, backward=False)]
    if layer.bidirectional:
        directions.append(_read_one_way(layer, rows, layout, backward=True))
    return torch.cat(directions, dim=1)


def _read_one_way(lstm: nn.LSTM, rows: Tensor, buckets: List[Bucket], backward: bool) -> Tensor:
    """One direction of an LSTM. (total, input) -> (total, units)."""
    suffix = "_l0_reverse" if backward else "_l0"
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    weights = [getattr(lstm, name + suffix) for name in names]
    read, places = [], []
    for group in buckets:
        order = group.behind if backward else group.ahead
        hidden = _lstm(rows, order, weights)
        read.append(hidden.flatten(0, 1)[group.cells])
        places.append(order.flatten()[group.cells])
    restore = torch.empty(len(rows), dtype=torch.long)
    restore[torch.cat(places)] = torch.arange(len(rows))
    return torch.cat(read)[restore]


def _lstm(rows: Tensor, order: Tensor, weights: List[Tensor]) -> Tensor:
    """A one-way LSTM over the cells `order` (T, n) of `rows`. RETURNS: (T, n, units)."""
    training = torch.is_grad_enabled()
    units = weights[1].shape[1]
    state = (rows.new_zeros(1, order.shape[1], units), rows.new_zeros(1, order.shape[1], units))
    outputs = []
    for stretch in order.split(len(order) if training else STEPS_PER_STRETCH):
        output, *state = torch.lstm(
            rows[stretch], state, weights, True, 1, 0.0, training, False, False
        )
        outputs.append(output)
    return outputs[0] if len(outputs) == 1 else torch.cat(outputs)


def initialize_recurrent(layer: nn.Module) -> None:
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
