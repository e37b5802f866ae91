"""Where the sequences of ragged rows lie."""

from __future__ import annotations

from typing import List, NamedTuple

import numpy as np
import torch
from torch import Tensor

# What training keeps of so many rows is still near when the way back through them is done.
ROWS_OF_A_CHUNK = 2048


def check_lengths(lengths: Tensor, rows: Tensor) -> None:
    """Compiled code reads where it is told to. RAISES: ValueError if that is not in these rows."""
    sizes = lengths.tolist()
    if lengths.dtype != torch.long or sum(sizes) != len(rows) or min(sizes, default=0) < 0:
        raise ValueError(f"lengths must be int64 and add up to {len(rows)} rows, got {lengths}")


def longest_first(sizes: np.ndarray) -> Tensor:
    """(3, n): the number of each sequence, where it starts, and its length, the longest first,
    none empty."""
    if len(sizes) == 1 and sizes[0]:
        return torch.tensor([[0], [0], [sizes[0]]])
    order = np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)]
    return torch.from_numpy(np.stack([order, (np.cumsum(sizes) - sizes)[order], sizes[order]]))


def enter(states: Tensor, order: Tensor, units: int) -> Tensor:
    """(2, n, units): hidden states and cells of sequences in this order, as kernels change them.

    states: (1, or 2 with an LSTM's cells, all sequences, units before some were added).
    """
    carried = states.new_zeros(2, len(order), units)
    carried[: len(states), :, : states.shape[2]] = states[:, order]
    return carried


def leave(states: Tensor, order: Tensor, carried: Tensor) -> Tensor:
    """RETURNS: states as they were given to `enter`, but those of `order` as they are now."""
    left = states.clone()
    left[:, order] = carried[: len(states), :, : states.shape[2]]
    return left


class Chunk(NamedTuple):
    """Neighbouring sequences that are trained on at a time.

    rows: theirs. sequences: (n,) their numbers among all, the longest first. starts, lengths: (n,)
    from the first of these rows on.
    """

    rows: slice
    sequences: Tensor
    starts: Tensor
    lengths: Tensor


def chunks(sizes: np.ndarray) -> List[Chunk]:
    """Cut all sequences into chunks of about ROWS_OF_A_CHUNK rows."""
    ends = np.cumsum(sizes)
    found, begin = [], 0
    while begin < len(sizes):
        first = ends[begin] - sizes[begin]
        end = max(begin + 1, int(np.searchsorted(ends, first + ROWS_OF_A_CHUNK, side="right")))
        numbers, *places = longest_first(sizes[begin:end])
        found.append(Chunk(slice(int(first), int(ends[end - 1])), begin + numbers, *places))
        begin = end
    return found
