"""Recurrent encoders: LSTM, GRU and Elman networks over ragged batches."""

from __future__ import annotations

from typing import Union

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from ..native import recurrent as native
from ..native.repeated import is_worth_it, read_repeated
from . import unrolled
from .ragged import Packing, Ragged, Repeated, locked_dropout, pack
from .stack import RecurrentStack
from .step_order import StepOrder, step_order
from .truncated import encode_in_chunks

# How a layer finds its rows: packed for torch's own, step by step for our code in torch, and where
# they are (their lengths) for the compiled kernels.
Layout = Union[Packing, StepOrder, Tensor]


class RecurrentEncoder(RecurrentStack):
    """Stacked recurrent layers: a sequence's output never depends on its batch neighbours."""

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

    def _layout(self, sequences: Ragged) -> Layout:
        rows = sequences.distinct if isinstance(sequences, Repeated) else sequences.data
        if native.can_read(self.layers[0], rows):
            return sequences.lengths
        # One sequence alone has no products of several rows to gain from.
        alone = self.cell.kind == "lstm" and int(sequences.lengths.count_nonzero()) == 1
        if native.is_plain(self.layers[0], rows) and not alone:
            return step_order(sequences.lengths, self.cell.directions)
        return pack(sequences.lengths, rows.device)


def _read(layer: nn.Module, sequences: Ragged, layout: Layout) -> Tensor:
    if isinstance(layout, Tensor):
        if isinstance(sequences, Repeated) and is_worth_it(sequences.distinct, sequences.index):
            return read_repeated(layer, sequences.distinct, sequences.index, layout)
        return native.read(layer, sequences.data, layout)
    if isinstance(layout, StepOrder):
        return unrolled.read(layer, sequences.data, layout)
    packed = layer(PackedSequence(sequences.data[layout.rows], layout.batch_sizes))[0]
    return packed.data[layout.restore]
