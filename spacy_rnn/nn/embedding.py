"""Embedding tables that grow, and the noise that embeddings are trained with."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .ragged import Ragged

ROWS_OF_FIRST_BLOCK = 512


def rows_in(blocks: int) -> int:
    """How many rows a table of so many blocks has. Each block is as large as all before it."""
    return ROWS_OF_FIRST_BLOCK << (blocks - 1) if blocks else 0


class GrowingEmbedding(nn.Module):
    """A table of vectors that gets more rows during training.

    Rows come in blocks, each a parameter of its own: adding one leaves the optimizer's moments
    and averages of the others in place.

    width: length of a vector.
    scale: standard deviation of new rows; 0 makes them zero.
    blocks: how many blocks there are from the start.
    """

    def __init__(self, width: int, scale: float, blocks: int = 1) -> None:
        super().__init__()
        self.width = width
        self.scale = scale
        self.blocks = nn.ParameterList()
        for _ in range(blocks):
            self._add_block()

    @property
    def rows(self) -> int:
        return rows_in(len(self.blocks))

    def grow(self, rows: int) -> int:
        """Make room for at least so many rows. RETURNS: the number of blocks now."""
        while self.rows < rows:
            self._add_block()
        return len(self.blocks)

    def _add_block(self) -> None:
        rows = rows_in(len(self.blocks) + 1) - self.rows
        device = self.blocks[0].device if len(self.blocks) else None
        block = torch.empty(rows, self.width, device=device)
        self.blocks.append(nn.Parameter(nn.init.normal_(block, 0.0, self.scale)))

    def forward(self, rows: Tensor) -> Tensor:
        """(n,) int64 -> (n, width)."""
        if len(self.blocks) == 1:
            return F.embedding(rows, self.blocks[0])
        if rows.device.type != "cpu":
            # Joining the blocks is quicker there than asking which rows lie in which.
            return F.embedding(rows, torch.cat(tuple(self.blocks)))
        # Blocks double: the number of the block that holds a row is the length of its leading bits.
        holders = np.frexp(rows.numpy() // ROWS_OF_FIRST_BLOCK)[1]
        found, places = [], []
        for number in np.flatnonzero(np.bincount(holders)).tolist():
            places.append(np.flatnonzero(holders == number))
            place = torch.from_numpy(places[-1])
            found.append(F.embedding(rows[place] - rows_in(number), self.blocks[number]))
        if len(found) < 2:
            return found[0] if found else self.blocks[0][rows]
        restore = np.empty(len(rows), dtype=np.int64)
        restore[np.concatenate(places)] = np.arange(len(rows))
        return torch.cat(found)[torch.from_numpy(restore)]


def word_dropout(words: Ragged, rate: float) -> Ragged:
    """Put zeros in the place of whole rows at this rate (as Flair does), the rest as it is."""
    if rate <= 0.0:
        return words
    keep = torch.rand(len(words.data), 1, device=words.data.device) >= rate
    return words.with_data(words.data * keep)
