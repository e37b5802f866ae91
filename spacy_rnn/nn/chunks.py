"""Long sequences read chunk by chunk, with states carried over: as if read at once, in both
directions.

Each layer is read whole before the next one: from the end, whose outputs are kept, and then from
the start, which completes them.
"""

from __future__ import annotations

from typing import Callable, Iterator, List, NamedTuple, Tuple

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from ..native import recurrent as native
from ..native.repeated import is_worth_it, read_repeated_one_way
from .ragged import Ragged, Repeated, pack
from .stack import RecurrentStack

AHEAD, BEHIND = 0, 1


class Chunks(NamedTuple):
    """Sequences cut into chunks, which are numbered sequence after sequence.

    lengths: (c,) of the chunks. owners: (c,) the sequence of each.
    waves: the w-th chunks of all sequences that have so many.
    """

    lengths: Tensor
    owners: Tensor
    waves: List[Tensor]


class Wave(NamedTuple):
    """One direction of a layer over some chunks.

    chunks: (k,). rows: what was read. entered: (1, or 2 with an LSTM's cells, k, units) the states
    before. out: (rows, units).
    """

    chunks: Tensor
    rows: Ragged
    entered: Tensor
    out: Tensor


def cut(lengths: Tensor, size: int) -> Chunks:
    """Cut sequences of these lengths (n,) into chunks of `size` rows; the last may be shorter."""
    counts = (lengths + size - 1) // size
    owners = torch.repeat_interleave(torch.arange(len(lengths)), counts)
    place = torch.arange(len(owners)) - (torch.cumsum(counts, 0) - counts)[owners]
    rest = (lengths[owners] - place * size).clamp(max=size)
    waves = [torch.nonzero(place == w).squeeze(1) for w in range(int(counts.max()))]
    return Chunks(rest, owners, waves)


@torch.no_grad()
def read_chunks(
    encoder: RecurrentStack, lengths: List[int], read: Callable[[int], Ragged]
) -> Iterator[Tensor]:
    """Encode one sequence that is never there as a whole: what is kept of it are the outputs of one
    layer, and of one direction of the next.

    lengths: of its chunks, all of one size but the last.
    read: makes a chunk of the input, one sequence, once for each direction.
    YIELDS: (length of the chunk, width), in order.
    """
    chunks = cut(torch.tensor([sum(lengths)]), lengths[0])
    take = read
    for i in range(len(encoder.layers) - 1):
        kept = dict(enumerate(_layer_in_chunks(encoder, i, chunks, read, take)))
        read, take = kept.__getitem__, kept.pop
    for rows in _layer_in_chunks(encoder, len(encoder.layers) - 1, chunks, read, take):
        yield encoder.finish(rows.data)


def _layer_in_chunks(
    encoder: RecurrentStack,
    i: int,
    chunks: Chunks,
    read: Callable[[int], Ragged],
    take: Callable[[int], Ragged],
) -> Iterator[Ragged]:
    """take: as `read`, when a chunk is read for the last time."""
    behind = []
    if encoder.cell.bidirectional:
        behind = [w.out for w in read_one_way(encoder.layers[i], BEHIND, chunks, read)]
    for wave in read_one_way(encoder.layers[i], AHEAD, chunks, take):
        hidden = torch.cat([wave.out, behind.pop()], dim=1) if behind else wave.out
        before = wave.rows.data if encoder.residual else None
        yield wave.rows.with_data(encoder.finish_layer(i, hidden, before))


def read_one_way(
    layer: nn.Module, direction: int, chunks: Chunks, read: Callable[[int], Ragged]
) -> Iterator[Wave]:
    """All chunks in one direction, with the states carried over."""
    states = no_states(layer, int(chunks.owners[-1]) + 1)
    for wave in chunks.waves[::-1] if direction == BEHIND else chunks.waves:
        rows, owners = _join([read(k) for k in wave.tolist()]), chunks.owners[wave]
        entered = states[:, owners]
        out, states[:, owners] = _read_direction(layer, direction, rows, entered)
        yield Wave(wave, rows, entered, out)


def no_states(layer: nn.Module, *shape: int) -> Tensor:
    """(1, or 2 with an LSTM's cells, *shape, units) of zeros."""
    parts = 2 if isinstance(layer, nn.LSTM) else 1
    return layer.weight_hh_l0.new_zeros(parts, *shape, layer.hidden_size)


def _join(parts: List[Ragged]) -> Ragged:
    return parts[0] if len(parts) == 1 else Ragged.from_list([part.data for part in parts])


def _read_direction(
    layer: nn.Module, direction: int, rows: Ragged, entered: Tensor
) -> Tuple[Tensor, Tensor]:
    """RETURNS: (total, units), and the states after the last steps."""
    if isinstance(rows, Repeated) and native.can_read(layer, rows.distinct):
        if is_worth_it(rows.distinct, rows.index):
            places = rows.distinct, rows.index, rows.lengths
            return read_repeated_one_way(layer, direction, *places, entered)
    if native.can_read(layer, rows.data):
        return native.read_one_way(layer, direction, rows.data, rows.lengths, entered)
    both = torch.stack([entered] * (1 + layer.bidirectional), dim=1)
    out, left = read_packed(layer, rows, both)
    units = layer.hidden_size
    # A copy: the other half need not stay.
    return out[:, direction * units : (direction + 1) * units].clone(), left[:, direction]


def read_packed(layer: nn.Module, rows: Ragged, state: Tensor) -> Tuple[Tensor, Tensor]:
    """state: (1, or 2 with an LSTM's cells, directions, n, units) before the first steps.

    RETURNS: (total, directions * units), and the states after the last steps.
    """
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
