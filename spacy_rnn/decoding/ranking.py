"""How finished targets of different lengths are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, NamedTuple, Union

import torch
from torch import Tensor

LENGTH_PENALTIES = ("average", "gnmt")


class Hypothesis(NamedTuple):
    """One target. words: ids without the end. log_probs: of each word, and last of the end.
    score: what hypotheses are ranked by."""

    words: List[int]
    log_probs: List[float]
    score: float


@dataclass(frozen=True)
class Ranking:
    """score = log-probability / penalty(length) + coverage penalty.

    exponent: 0 compares bare log-probabilities, 1 with "average" their means.
    kind: "average": length ** exponent; "gnmt": ((5 + length) / 6) ** exponent (Wu et al. 2016).
    coverage: weight of sum(log(min(attention, 1))) over the source (Wu et al. 2016).
    """

    exponent: float = 1.0
    kind: str = "average"
    coverage: float = 0.0

    def scores(self, totals: Tensor, length: int, unread: Tensor) -> Tensor:
        """totals: (B, K) log-probabilities of targets of `length` words, the end included.

        unread: (B, K), see `unread`.
        """
        return totals / self._penalty(length) + unread

    def unread(self, attention: Tensor) -> Tensor:
        """What targets lose for what they have not read of their source. (B, K, S) -> (B, K).

        attention: summed over the target; 1 at padding.
        """
        if not self.coverage:
            return attention.new_zeros(attention.shape[:2])
        return self.coverage * attention.clamp(1e-10, 1.0).log().sum(dim=2)

    def best_possible(self, totals: Tensor, length: int, longest: Tensor) -> Tensor:
        """What hypotheses of `length` words can still score. (B, K), longest (B,) -> (B, K)."""
        shortest = self._penalty(length + 1)
        most = self._penalty((longest + 1).to(totals.dtype)).unsqueeze(1)
        return torch.maximum(totals / shortest, totals / most)

    def _penalty(self, length: Union[int, Tensor]) -> Union[float, Tensor]:
        base = length if self.kind == "average" else (5 + length) / 6
        return base**self.exponent
