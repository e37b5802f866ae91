"""Truncated back-propagation through time (Williams & Peng 1990): long sequences are learned in
chunks, between which states are carried over and gradients are cut."""

from __future__ import annotations

from typing import List, Optional

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from ..native import recurrent as native
from .chunks import Chunks, cut, no_states, read_one_way, read_packed
from .ragged import Ragged, dropout_masks
from .stack import RecurrentStack

# What a gradient needs is there for so many rows at a time.
ROWS_AT_A_TIME = 2048


def encode_in_chunks(
    encoder: RecurrentStack, sequences: Ragged, size: int, dropout: float
) -> Ragged:
    """Encode (sum(lengths), input_width), with the gradient cut every `size` rows.

    Once the states between chunks are known, chunks are sequences like any others. What their
    gradient needs is computed again, for some of them at a time.
    RETURNS: (sum(lengths), width).
    """
    chunks = cut(sequences.lengths, size)
    masks = None
    if dropout > 0.0:
        shape = (len(sequences.lengths), encoder.hidden_width)
        device = sequences.data.device
        drawn = [dropout_masks(*shape, dropout, device) for _ in encoder.layers]
        masks = [mask[chunks.owners.to(device)] for mask in drawn]
    states = _states_between(encoder, chunks, sequences.data, masks)
    count = -(-len(sequences.data) // max(size, ROWS_AT_A_TIME))
    groups = torch.arange(len(chunks.owners)).chunk(count)
    rows = sequences.data.split([int(chunks.lengths[group].sum()) for group in groups])
    encoded = []
    for group, part in zip(groups, rows):
        entered = [state[:, :, group] for state in states]
        dropped = masks and [mask[group] for mask in masks]
        encoded.append(_read_group(encoder, Ragged(part, chunks.lengths[group]), entered, dropped))
    return sequences.with_data(torch.cat(encoded))


@torch.no_grad()
def _states_between(
    encoder: RecurrentStack, chunks: Chunks, data: Tensor, masks: Optional[List[Tensor]]
) -> List[Tensor]:
    """RETURNS: for each layer (1, or 2 with an LSTM's cells, directions, chunks, units), the states
    in which chunks are entered."""
    rows, states = [Ragged.from_list([part]) for part in data.split(chunks.lengths.tolist())], []
    for i, layer in enumerate(encoder.layers):
        between = no_states(layer, encoder.cell.directions, len(rows))
        halves: List[List[Tensor]] = [[] for _ in rows]
        for direction in range(encoder.cell.directions):
            for wave in read_one_way(layer, direction, chunks, rows.__getitem__):
                between[:, direction, wave.chunks] = wave.entered
                parts = wave.rows.with_data(wave.out).to_list()
                for k, out in zip(wave.chunks.tolist(), parts):
                    halves[k].append(out)
        states.append(between)
        for k, hidden in enumerate(halves):
            made = encoder.finish_layer(i, torch.cat(hidden, dim=1), rows[k].data)
            rows[k] = rows[k].with_data(made * masks[i][k] if masks else made)
    return states


def _read_group(
    encoder: RecurrentStack,
    rows: Ragged,
    entered: List[Tensor],
    masks: Optional[List[Tensor]],
) -> Tensor:
    def run(data: Tensor) -> Tensor:
        for i, layer in enumerate(encoder.layers):
            if native.can_read(layer, data):
                hidden = native.read(layer, data, rows.lengths, entered[i])
            else:
                hidden, _ = read_packed(layer, rows.with_data(data), entered[i])
            data = encoder.finish_layer(i, hidden, data)
            if masks:
                data = data * masks[i][rows.sequence_ids()]
        return encoder.finish(data)

    if torch.is_grad_enabled():
        return checkpoint(run, rows.data, use_reentrant=False, preserve_rng_state=False)
    return run(rows.data)
