"""Moving rows and hypotheses of batches: named tuples of tensors, documents first."""

from __future__ import annotations

from typing import Tuple, TypeVar

import torch
from torch import Tensor

Tensors = TypeVar("Tensors", bound=Tuple[Tensor, ...])


def take_rows(tensors: Tensors, rows: Tensor) -> Tensors:
    """Keep some documents. tensors: (B, ...) each. rows: (B',)."""
    return type(tensors)(*(tensor[rows] for tensor in tensors))


def take_beams(tensors: Tensors, beams: Tensor) -> Tensors:
    """Choose hypotheses within each document. tensors: (B, K, ...) each. beams: (B, K')."""
    rows = torch.arange(len(beams), device=beams.device).unsqueeze(1)
    return type(tensors)(*(tensor[rows, beams] for tensor in tensors))
