"""A linear classifier over n-grams, and how its rows learn."""

from __future__ import annotations

from typing import Optional

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .class_bias import ClassBias

# What a row moves by at first, for a network that learns at a rate of 1. An n-gram stands in few
# texts: it must learn more from each of them than a network does.
ROW_PACE = 50.0
ROWS_OF_A_BLOCK = 4096


class SparseTable(nn.Module):
    """Weighted sums of rows of a large table, of which each batch needs few.

    Its rows learn by AdaGrad (Duchi et al. 2011) with one step size for each row: only those move
    that have a gradient, each by less the more it has had. Adam would go on moving the others: of
    n-grams, it learns the rarest by heart.

    blocks: of 4,096 rows each, which there are from the start.
    """

    def __init__(self, width: int, blocks: int = 1) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(blocks * ROWS_OF_A_BLOCK, width))
        self.register_buffer("squares", torch.zeros(blocks * ROWS_OF_A_BLOCK, 1))

    @property
    def blocks(self) -> int:
        return len(self.weight) // ROWS_OF_A_BLOCK

    def grow(self, rows: int) -> int:
        """Make room for at least so many rows. RETURNS: the number of blocks now."""
        missing = -(-rows // ROWS_OF_A_BLOCK) * ROWS_OF_A_BLOCK - len(self.weight)
        if missing > 0:
            # The same parameter: others know it, and keep its gradient, by its identity.
            gradient, self.weight.grad = self.weight.grad, None
            self.weight.data = F.pad(self.weight.data, (0, 0, 0, missing))
            self.squares = F.pad(self.squares, (0, 0, 0, missing))
            if gradient is not None:
                self.weight.grad = gradient.sparse_resize_(self.weight.shape, 1, 1)
        return self.blocks

    def forward(self, rows: Tensor, lengths: Tensor, weights: Optional[Tensor] = None) -> Tensor:
        """rows: (sum(lengths),) int64. lengths: (n,). weights: of the rows, 1 if not given.

        RETURNS: (n, width), zeros for no rows.
        """
        starts = torch.cumsum(lengths, 0) - lengths
        return F.embedding_bag(
            rows, self.weight, starts, mode="sum", sparse=True, per_sample_weights=weights
        )

    def step(self, learn_rate: float) -> None:
        """Move the rows that have a gradient, and drop it. Rows with a NaN stay where they are.

        Nothing has moved if it runs out of memory.
        """
        if self.weight.grad is None:
            return
        gradient = self.weight.grad.coalesce()
        rows, values = gradient.indices()[0], gradient.values()
        size = values.square().mean(dim=1, keepdim=True)
        finite = torch.isfinite(size)
        squares = self.squares[rows] + size.where(finite, 0.0)
        steps = values.where(finite, 0.0) / (squares.sqrt() + 1e-8)
        with torch.no_grad():
            self.weight.index_add_(0, rows, steps, alpha=-ROW_PACE * learn_rate)
            self.squares[rows] = squares
        self.weight.grad = None


class BagOfNgrams(nn.Module):
    """Logits of classes from the n-grams of texts, whatever their order.

    blocks: of the table, which there are from the start.
    """

    def __init__(self, classes: int, blocks: int = 1) -> None:
        super().__init__()
        self.ngrams = SparseTable(classes, blocks)
        self.bias = ClassBias(classes)

    def forward(self, rows: Tensor, lengths: Tensor, weights: Optional[Tensor] = None) -> Tensor:
        """rows: (sum(lengths),) of the n-grams. lengths: (n,). weights: of the n-grams, 1 if not
        given. RETURNS: (n, classes)."""
        return self.bias(self.ngrams(rows, lengths, weights))

    def copy_classes(self, other: "BagOfNgrams") -> None:
        """Take over the weights of the classes that `other` has."""
        with torch.no_grad():
            self.ngrams.weight[:, : other.ngrams.weight.shape[1]] = other.ngrams.weight
            self.ngrams.squares.copy_(other.ngrams.squares)
        self.bias.copy_classes(other.bias)
