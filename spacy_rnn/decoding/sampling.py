"""Words drawn by their probability instead of searched for."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Sampling:
    """temperature: above 1 evens probabilities out, below 1 sharpens them.
    top_k: only so many of the likeliest words, 0 for all (Fan et al. 2018).
    top_p: only the likeliest words that together are this probable (Holtzman et al. 2020).
    seed: of one draw per step that all documents share, so that neighbours change nothing."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0

    def pick(self, log_probs: Tensor, step: int) -> Tensor:
        """log_probs: (B, 1, W). step: words written before. RETURNS: (B, 1) ids."""
        values, words = log_probs.sort(dim=2, descending=True, stable=True)
        probabilities = torch.softmax(values / self.temperature, dim=2)
        if self.top_k:
            probabilities[..., self.top_k :] = 0.0
            probabilities = probabilities / probabilities.sum(dim=2, keepdim=True)
        before = probabilities.cumsum(dim=2) - probabilities
        probabilities = probabilities.masked_fill(before >= self.top_p, 0.0)
        reached = probabilities.cumsum(dim=2)
        drawn = torch.rand(step + 1, generator=torch.Generator().manual_seed(self.seed))[-1].item()
        place = (reached < drawn * reached[..., -1:]).sum(dim=2, keepdim=True)
        return words.gather(2, place).squeeze(2)
