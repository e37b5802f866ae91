"""Long sequences read chunk by chunk: states are carried over, and gradients are cut between chunks
(truncated back-propagation through time: Williams & Peng 1990).

The result is that of reading at once, in both directions. A first pass from the end finds the state
in which each chunk is entered from behind; a second one, from the start, then has all that it needs
to read a layer, and to find the states of the next layer from ahead; and so on. Inputs are read
again in each pass, never kept: one more pass than there are layers, and one in all for an encoder
that reads one way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence
from torch.utils.checkpoint import checkpoint

from .ragged import Ragged, dropout_masks, pack

if TYPE_CHECKING:
    from .recurrent import RecurrentEncoder

AHEAD, BEHIND = 0, 1


class Chunks(NamedTuple):
    """Sequences cut into chunks, which are numbered sequence after sequence.

    lengths: (c,) of the chunks. owners: (c,) the sequence of each.
    waves: the w-th chunks of all sequences that have so many.
    """

    lengths: Tensor
    owners: Tensor
    waves: List[Tensor]


def cut(lengths: Tensor, size: int) -> Chunks:
    """Cut sequences of these lengths (n,) into chunks of `size` rows; the last may be shorter."""
    counts = (lengths + size - 1) // size
    owners = torch.repeat_interleave(torch.arange(len(lengths)), counts)
    place = torch.arange(len(owners)) - (torch.cumsum(counts, 0) - counts)[owners]
    rest = (lengths[owners] - place * size).clamp(max=size)
    waves = [torch.nonzero(place == w).squeeze(1) for w in range(int(counts.max()))]
    return Chunks(rest, owners, waves)


def encode_in_chunks(
    encoder: "RecurrentEncoder", sequences: Ragged, size: int, dropout: float
) -> Ragged:
    """Encode (sum(lengths), input_width), with the gradient cut every `size` rows. What a gradient
    needs is computed again, for one wave of chunks at a time.

    RETURNS: (sum(lengths), width).
    """
    chunks = cut(sequences.lengths, size)
    rows = sequences.data.split(chunks.lengths.tolist())
    masks = None
    if dropout > 0.0:
        shape = (len(sequences.lengths), encoder.hidden_width)
        masks = [dropout_masks(*shape, dropout, sequences.data.device) for _ in encoder.layers]
    encoded: Dict[int, Tensor] = {}
    for wave, part in _waves(encoder, chunks, lambda i: rows[i], masks):
        encoded.update(zip(wave.tolist(), part.to_list()))
    return sequences.with_data(torch.cat([encoded[i] for i in range(len(rows))]))


@torch.no_grad()
def read_chunks(
    encoder: "RecurrentEncoder", lengths: List[int], read: Callable[[int], Tensor]
) -> Iterator[Tensor]:
    """Encode one sequence of any length in the memory of its longest chunk.

    lengths: of its chunks, all of one size but the last.
    read: makes the input rows of a chunk, once in each pass.
    YIELDS: (length of the chunk, width), in order.
    """
    chunks = cut(torch.tensor([sum(lengths)]), lengths[0])
    for _, part in _waves(encoder, chunks, read, None):
        yield part.data


def _waves(
    encoder: "RecurrentEncoder",
    chunks: Chunks,
    read: Callable[[int], Tensor],
    masks: Optional[List[Tensor]],
) -> Iterator[Tuple[Tensor, Ragged]]:
    """YIELDS: the chunks of a wave, and what the encoder makes of them."""
    states = [_no_state(encoder, layer, len(chunks.owners)) for layer in encoder.layers]
    passes = len(encoder.layers) + 1 if encoder.cell.bidirectional else 1
    for number in range(1, passes + 1):
        direction = (passes - number) % 2
        last = number == passes
        for wave in chunks.waves[::-1] if direction == BEHIND else chunks.waves:
            entered = [state[:, :, wave] for state in states[: len(states) if last else number]]
            dropped = masks and [mask[chunks.owners[wave]] for mask in masks]
            with torch.set_grad_enabled(last and torch.is_grad_enabled()):
                rows = Ragged.from_list([read(i) for i in wave.tolist()])
                encoded, left = _read_wave(encoder, rows, entered, dropped, whole=last)
            for state, leaving in zip(states, left):
                _carry(state, leaving, wave, chunks.owners, direction)
            if last:
                yield wave, encoded


def _read_wave(
    encoder: "RecurrentEncoder",
    rows: Ragged,
    entered: List[Tensor],
    masks: Optional[List[Tensor]],
    whole: bool,
) -> Tuple[Ragged, List[Tensor]]:
    def run(data: Tensor) -> Tuple[Tensor, List[Tensor]]:
        left = []
        for i, state in enumerate(entered):
            hidden, leaving = _read_layer(encoder.layers[i], rows.with_data(data), state)
            data = encoder.finish_layer(i, hidden, data)
            if masks:
                data = data * masks[i][rows.sequence_ids()]
            left.append(leaving)
        return encoder.finish(data) if whole else data, left

    if torch.is_grad_enabled():
        data, left = checkpoint(run, rows.data, use_reentrant=False, preserve_rng_state=False)
    else:
        data, left = run(rows.data)
    return rows.with_data(data), left


def _read_layer(layer: nn.Module, rows: Ragged, state: Tensor) -> Tuple[Tensor, Tensor]:
    """RETURNS: (total, directions * units), and the state in which each chunk is left."""
    packing = pack(rows.lengths, rows.data.device)
    entering = tuple(state[:, :, packing.order])
    is_lstm = isinstance(layer, nn.LSTM)
    packed, leaving = layer(
        PackedSequence(rows.data[packing.rows], packing.batch_sizes),
        entering if is_lstm else entering[0],
    )
    left = torch.empty_like(state)
    leaving = torch.stack(leaving if is_lstm else (leaving,))
    left[:, :, packing.order] = leaving.detach().to(left.dtype)
    return packed.data[packing.restore], left


def _no_state(encoder: "RecurrentEncoder", layer: nn.Module, chunks: int) -> Tensor:
    """(1, or 2 with an LSTM's cell, directions, chunks, units) of zeros."""
    parts = 2 if isinstance(layer, nn.LSTM) else 1
    return layer.weight_hh_l0.new_zeros(parts, encoder.cell.directions, chunks, layer.hidden_size)


def _carry(states: Tensor, left: Tensor, wave: Tensor, owners: Tensor, direction: int) -> None:
    """A chunk is entered in the state in which the one before it, or behind it, was left."""
    neighbours = wave + (1 if direction == AHEAD else -1)
    inside = (neighbours >= 0) & (neighbours < len(owners))
    inside &= owners[neighbours.clamp(0, len(owners) - 1)] == owners[wave]
    states[:, direction, neighbours[inside]] = left[:, direction, inside]
