"""What a search must not write: each constraint sets log-probabilities to -inf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Sequence

import torch
from torch import Tensor

from ..symbols import END

# (log-probabilities (B, K, W), words so far (B, K, t), sources (B,)) -> log-probabilities.
Constraint = Callable[[Tensor, Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class MinLength:
    """No end before so many words. minimum: (documents,) int64."""

    minimum: Tensor

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> Tensor:
        early = words.shape[2] < self.minimum[sources]
        return _close(log_probs, END, early)


@dataclass(frozen=True)
class MaxLength:
    """Nothing but the end after so many words. maximum: (documents,) int64."""

    maximum: Tensor

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> Tensor:
        late = words.shape[2] >= self.maximum[sources]
        if not late.any():
            return log_probs
        only_end = torch.full_like(log_probs, -torch.inf)
        only_end[..., END] = log_probs[..., END]
        return torch.where(late.view(-1, 1, 1), only_end, log_probs)


@dataclass(frozen=True)
class NoRepeat:
    """No n-gram of words twice in one target (Paulus et al. 2018). size: n, at least 1."""

    size: int

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> Tensor:
        if words.shape[2] < self.size:
            return log_probs
        seen = words.unfold(2, self.size, 1)
        recent = words[:, :, words.shape[2] - self.size + 1 :].unsqueeze(2)
        again = (seen[..., :-1] == recent).all(dim=3)
        # A word that does not follow the recent ones closes the end, which opens again below.
        banned = seen[..., -1].masked_fill(~again, END)
        end = log_probs[..., END].clone()
        log_probs = log_probs.scatter(2, banned, -torch.inf)
        log_probs[..., END] = end
        return log_probs


@dataclass(frozen=True)
class Forbidden:
    """Words never written. words: ids."""

    words: Sequence[int]

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> Tensor:
        return log_probs.index_fill(
            2, torch.tensor(list(self.words), device=words.device), -torch.inf
        )


@dataclass(frozen=True)
class Beginning:
    """The words that every target begins with. words: ids."""

    words: Sequence[int]

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> Tensor:
        step = words.shape[2]
        if step >= len(self.words):
            return log_probs
        forced = torch.full_like(log_probs, -torch.inf)
        forced[..., self.words[step]] = 0.0
        return forced


def constrain(
    log_probs: Tensor, words: Tensor, sources: Tensor, constraints: Sequence[Constraint]
) -> Tensor:
    """Apply all constraints; where nothing is left to write, the target ends.

    log_probs: (B, K, W). words: (B, K, t). sources: (B,) the document of each row.
    """
    end = log_probs[..., END]
    for constraint in constraints:
        log_probs = constraint(log_probs, words, sources)
    stuck = torch.isneginf(log_probs.amax(dim=2))
    if stuck.any():
        log_probs = log_probs.clone()
        log_probs[..., END] = torch.where(stuck, end, log_probs[..., END])
    return log_probs


def _close(log_probs: Tensor, word: int, rows: Tensor) -> Tensor:
    """Forbid one word in some rows of (B, K, W)."""
    if rows.any():
        log_probs = log_probs.clone()
        log_probs[rows, :, word] = -torch.inf
    return log_probs
