"""The linear-chain conditional random field (Lafferty et al. 2001): its scores, and their layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from .ragged import Ragged

FORBIDDEN = float("-inf")


class CRFScores(NamedTuple):
    """Scores of every sequence of K tags over n ragged sequences, `total` rows together.

    emissions: (total, K). transitions: (K, K), from the row's tag to the column's.
    start, end: (K,). lengths: (n,) int64 on the CPU, zeros allowed.
    A path's score is the sum of what it touches; -inf makes it impossible.
    """

    emissions: Tensor
    start: Tensor
    transitions: Tensor
    end: Tensor
    lengths: Tensor

    def detach(self) -> "CRFScores":
        return CRFScores(*(part.detach() for part in self))

    def constrain_tags(self, allowed: np.ndarray) -> "CRFScores":
        """Make each row's tags impossible where `allowed` (total, K) is False."""
        return self._replace(emissions=_forbid(self.emissions, allowed))

    def constrain_paths(
        self, start: np.ndarray, transitions: np.ndarray, end: np.ndarray
    ) -> "CRFScores":
        """Make paths impossible that begin, step or end where (K,), (K, K), (K,) are False."""
        return self._replace(
            start=_forbid(self.start, start),
            transitions=_forbid(self.transitions, transitions),
            end=_forbid(self.end, end),
        )

    def cool(self, temperature: float) -> "CRFScores":
        """Divide every score by a temperature > 0: same best path, other probabilities."""
        if temperature == 1.0:
            return self
        return CRFScores(*(part / temperature for part in self[:4]), self.lengths)

    def scale(self, factor: float) -> "CRFScores":
        """Multiply every score with a number."""
        return (
            self
            if factor == 1.0
            else CRFScores(*(part * factor for part in self[:4]), self.lengths)
        )

    def favour(self, log_odds: Tensor) -> "CRFScores":
        """Add (K,) to the scores of the tags, wherever they stand."""
        return self._replace(emissions=self.emissions + log_odds)


def _forbid(scores: Tensor, allowed: np.ndarray) -> Tensor:
    return scores.masked_fill(torch.as_tensor(~allowed, device=scores.device), FORBIDDEN)


class CRF(nn.Module):
    """Linear emissions, and a learned score for each start, transition and end.

    input_width: width of the input rows.
    tags: number of tags K.
    """

    def __init__(self, input_width: int, tags: int) -> None:
        super().__init__()
        self.emit = nn.Linear(input_width, tags)
        self.start = nn.Parameter(torch.zeros(tags))
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.end = nn.Parameter(torch.zeros(tags))

    def forward(self, sequences: Ragged) -> CRFScores:
        """Score (total, input_width)."""
        emissions = self.emit(sequences.data)
        # Sums over paths need more than half precision.
        emissions = emissions.to(torch.promote_types(emissions.dtype, torch.float32))
        return CRFScores(emissions, self.start, self.transitions, self.end, sequences.lengths)

    def copy_rows(self, other: "CRF") -> None:
        """Take over the weights of a CRF that knows the first of these tags."""
        with torch.no_grad():
            for name, old in other.named_parameters():
                new = self.get_parameter(name)
                new[tuple(slice(size) for size in old.shape)] = old
