"""Products of each step of a decoder with what stays the same: weights, and the memory it reads."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

import torch
from torch import Tensor
from torch.autograd import Function

# The rows of each step, and the gradient of their product.
Steps = List[Tuple[Tensor, Tensor]]


class Products:
    """Plain products. rows: (B, K, n). fixed: two-dimensional, or one matrix for each of B."""

    def by_columns(self, rows: Tensor, fixed: Tensor) -> Tensor:
        """fixed: (..., m, n), as a linear layer's weights are laid out. RETURNS: (B, K, m)."""
        return torch.matmul(rows, fixed.transpose(-1, -2))

    def by_rows(self, rows: Tensor, fixed: Tensor) -> Tensor:
        """fixed: (..., n, m). RETURNS: (B, K, m)."""
        return torch.matmul(rows, fixed)


PLAIN = Products()


class DeferredProducts(Products):
    """Products whose gradient by what is fixed is made once, after the last step.

    For each step autograd makes a product as large as the memory, and as the weights, and adds it
    to those before. Kept until the end, all steps are the rows of a single product.

    fixed: what this is done for, everything else has plain products. Each step must depend on the
        one before, and the first one on what `begin` returns.
    """

    def __init__(self, *fixed: Tensor) -> None:
        self.fixed = fixed
        self.columns: List[Steps] = [[] for _ in fixed]
        self.rows: List[Steps] = [[] for _ in fixed]

    def begin(self, start: Tensor) -> Tensor:
        """RETURNS: start as it is, through which the gradient of what is fixed goes back."""
        return _Begin.apply(self, start, *self.fixed)

    def by_columns(self, rows: Tensor, fixed: Tensor) -> Tensor:
        place = self._place(fixed)
        if place is None:
            return super().by_columns(rows, fixed)
        return _Product.apply(rows, fixed.detach().transpose(-1, -2), self.columns[place])

    def by_rows(self, rows: Tensor, fixed: Tensor) -> Tensor:
        place = self._place(fixed)
        if place is None:
            return super().by_rows(rows, fixed)
        return _Product.apply(rows, fixed.detach(), self.rows[place])

    def _place(self, fixed: Tensor) -> Optional[int]:
        return next((i for i, known in enumerate(self.fixed) if known is fixed), None)

    def gradient(self, place: int) -> Optional[Tensor]:
        """What all steps together send back to one of `fixed`; None if no step used it."""
        fixed, parts = self.fixed[place], []
        if self.columns[place]:
            rows, gradients = _joined(self.columns[place])
            parts.append(_outer(gradients, rows, fixed))
        if self.rows[place]:
            rows, gradients = _joined(self.rows[place])
            parts.append(_outer(rows, gradients, fixed))
        return sum(parts) if parts else None


class _Product(Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, matrix: Tensor, steps: Steps) -> Tensor:
        ctx.save_for_backward(rows, matrix)
        ctx.steps = steps
        return torch.matmul(rows, matrix)

    @staticmethod
    def backward(ctx: Any, d_product: Tensor) -> Tuple[Tensor, None, None]:
        rows, matrix = ctx.saved_tensors
        ctx.steps.append((rows, d_product))
        return torch.matmul(d_product, matrix.transpose(-1, -2)), None, None


class _Begin(Function):
    @staticmethod
    def forward(ctx: Any, products: DeferredProducts, start: Tensor, *fixed: Tensor) -> Tensor:
        ctx.products = products
        return start.view_as(start)

    @staticmethod
    def backward(ctx: Any, d_start: Tensor) -> Tuple[Optional[Tensor], ...]:
        places = range(len(ctx.products.fixed))
        return None, d_start, *(ctx.products.gradient(place) for place in places)


def _joined(steps: Steps) -> Tuple[Tensor, Tensor]:
    """All steps as rows: (B, T, n) each."""
    rows, gradients = zip(*steps)
    steps.clear()
    return torch.cat(rows, dim=1), torch.cat(gradients, dim=1)


def _outer(left: Tensor, right: Tensor, fixed: Tensor) -> Tensor:
    """(B, T, m), (B, T, n) -> (m, n) or (B, m, n), as `fixed` has it."""
    if fixed.dim() == 2:
        left, right = left.flatten(0, 1), right.flatten(0, 1)
    return left.transpose(-1, -2) @ right
