"""The rows that a recurrent layer reads at each step, in one direction or in both."""

from __future__ import annotations

from typing import List, NamedTuple

import numpy as np
import torch
from torch import Tensor

from .ragged import mirrored, pack

# Rows of a block, unless one step has more. Their gates should stay in the processor's cache, and
# their product with the input weights be a large one.
ROWS_OF_A_BLOCK = 1024


class Block(NamedTuple):
    """Some steps, the rows of one behind those of the other.

    place: a slice of all rows in this order.
    sizes: how many sequences reach each step, which are the first ones of the step before.
    """

    place: slice
    sizes: List[int]


class StepOrder(NamedTuple):
    """All steps of a batch. Both directions have as many sequences in each, the longest first.

    blocks: all steps, in order.
    rows: (directions, total) which row is read in each place.
    outputs: (directions, total) which of (total * directions) outputs that makes.
    restore: (total, directions) the place, of (directions * total), that makes each output.
    """

    blocks: List[Block]
    rows: Tensor
    outputs: Tensor
    restore: Tensor


def step_order(lengths: Tensor, directions: int) -> StepOrder:
    """The steps of sequences of these lengths (n,), not all of them empty.

    directions: 1, or 2 to read them from the last row to the first as well.
    """
    packing = pack(lengths)
    rows, restore = packing.rows, packing.restore
    mirror = mirrored(lengths)
    both = torch.stack([rows, mirror[rows]][:directions])
    direction = torch.arange(directions)
    outputs = both * directions + direction.unsqueeze(1)
    restores = torch.stack([restore, restore[mirror]][:directions], dim=1) + direction * len(rows)
    return StepOrder(_blocks(packing.batch_sizes.numpy()), both, outputs, restores)


def _blocks(sizes: np.ndarray) -> List[Block]:
    ends, blocks, step, row = np.cumsum(sizes), [], 0, 0
    while step < len(sizes):
        full = int(np.searchsorted(ends, row + ROWS_OF_A_BLOCK, side="right"))
        after = max(full, step + 1)
        end = int(ends[after - 1])
        blocks.append(Block(slice(row, end), sizes[step:after].tolist()))
        step, row = after, end
    return blocks
