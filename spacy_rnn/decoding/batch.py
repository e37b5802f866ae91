"""Moving rows and hypotheses of batches: named tuples of tensors, documents first."""

from __future__ import annotations

from typing import Optional, Tuple, TypeVar

import torch
from torch import Tensor

# Finished documents leave the batch once they are this share of it: leaving copies the memory.
SHARE_TO_LEAVE = 0.25
# Whoever asks a GPU which documents are done waits until it has caught up: it is asked only every
# few steps. Other devices answer at once.
STEPS_BETWEEN_LOOKS = {"cuda": 4}

Tensors = TypeVar("Tensors", bound=Tuple[Tensor, ...])


def take_rows(tensors: Tensors, rows: Tensor) -> Tensors:
    """Keep some documents. tensors: (B, ...) each, some of them perhaps the same. rows: (B',)."""
    kept = {key: tensor[rows] for key, tensor in {id(each): each for each in tensors}.items()}
    return type(tensors)(*(kept[id(each)] for each in tensors))


def take_beams(tensors: Tensors, beams: Tensor) -> Tensors:
    """Choose hypotheses within each document. tensors: (B, K, ...) each. beams: (B, K')."""
    rows = torch.arange(len(beams), device=beams.device).unsqueeze(1)
    return type(tensors)(*(tensor[rows, beams] for tensor in tensors))


def staying(done: Tensor, step: int) -> Optional[Tensor]:
    """Who stays in the batch after this step. done: (B,) bool. RETURNS: rows.

    None where so few are done that nobody leaves, or where it is not yet time to look.
    """
    if step % STEPS_BETWEEN_LOOKS.get(done.device.type, 1):
        return None
    seen = done.cpu()
    if int(seen.sum()) < SHARE_TO_LEAVE * len(seen):
        return None
    return (~seen).nonzero()[:, 0].to(done.device)
