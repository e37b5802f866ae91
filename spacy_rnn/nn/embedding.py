"""Embedding tables that grow, and the noise that embeddings are trained with."""

from __future__ import annotations

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
        found, places = [], []
        for number, block in enumerate(self.blocks):
            start = rows_in(number)
            place = torch.nonzero((rows >= start) & (rows < start + len(block))).squeeze(1)
            if len(place):
                found.append(F.embedding(rows[place] - start, block))
                places.append(place)
        restore = torch.argsort(torch.cat(places)) if places else rows
        return torch.cat(found)[restore] if found else self.blocks[0][rows]


def word_dropout(words: Ragged, rate: float) -> Ragged:
    """Put zeros in the place of whole rows at this rate (as Flair does), the rest as it is."""
    if rate <= 0.0:
        return words
    keep = torch.rand(len(words.data), 1, device=words.data.device) >= rate
    return words.with_data(words.data * keep)
