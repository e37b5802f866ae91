"""What a search must not write: each constraint sets log-probabilities to -inf, in place.

Nothing here asks the device for a value while the search runs, except each bound once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Callable, Sequence

import torch
from torch import Tensor

from ..symbols import END

# Changes the log-probabilities (B, K, W), given the words so far (B, K, t) and the documents (B,).
Constraint = Callable[[Tensor, Tensor, Tensor], None]


@dataclass(frozen=True)
class MinLength:
    """No end before so many words. minimum: (documents,) int64."""

    minimum: Tensor

    @cached_property
    def _largest(self) -> int:
        return int(self.minimum.max())

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> None:
        if words.shape[2] < self._largest:
            early = words.shape[2] < self.minimum[sources]
            log_probs[..., END].masked_fill_(early.unsqueeze(1), -torch.inf)


@dataclass(frozen=True)
class MaxLength:
    """Nothing but the end after so many words. maximum: (documents,) int64."""

    maximum: Tensor

    @cached_property
    def _smallest(self) -> int:
        return int(self.maximum.min())

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> None:
        if words.shape[2] >= self._smallest:
            late = words.shape[2] >= self.maximum[sources]
            _close_all_but_end(log_probs, late)


@dataclass(frozen=True)
class NoRepeat:
    """No n-gram of words twice in one target (Paulus et al. 2018). size: n, at least 1."""

    size: int

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> None:
        if words.shape[2] < self.size:
            return
        seen = words.unfold(2, self.size, 1)
        recent = words[:, :, words.shape[2] - self.size + 1 :].unsqueeze(2)
        again = (seen[..., :-1] == recent).all(dim=3)
        # A word that does not follow the recent ones closes the end, which opens again below.
        banned = seen[..., -1].masked_fill(~again, END)
        end = log_probs[..., END].clone()
        log_probs.scatter_(2, banned, -torch.inf)
        log_probs[..., END] = end


@dataclass(frozen=True)
class Forbidden:
    """Words never written. words: (n,) ids."""

    words: Tensor

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> None:
        log_probs.index_fill_(2, self.words, -torch.inf)


@dataclass(frozen=True)
class Beginning:
    """The words that every target begins with. words: ids."""

    words: Sequence[int]

    def __call__(self, log_probs: Tensor, words: Tensor, sources: Tensor) -> None:
        step = words.shape[2]
        if step < len(self.words):
            log_probs.fill_(-torch.inf)
            log_probs[..., self.words[step]] = 0.0


def constrain(
    log_probs: Tensor, words: Tensor, sources: Tensor, constraints: Sequence[Constraint]
) -> None:
    """Apply all constraints in place; where nothing is left to write, the target ends.

    log_probs: (B, K, W). words: (B, K, t). sources: (B,) the document of each row.
    """
    end = log_probs[..., END].clone()
    for constraint in constraints:
        constraint(log_probs, words, sources)
    stuck = torch.isneginf(log_probs.amax(dim=2))
    log_probs[..., END] = torch.where(stuck, end, log_probs[..., END])


def _close_all_but_end(log_probs: Tensor, rows: Tensor) -> None:
    """rows: (B,) bool, of log_probs (B, K, W)."""
    end = log_probs[..., END].clone()
    if log_probs.device.type == "cpu":
        # Only these are touched; a GPU would have to be asked first which they are.
        log_probs.index_fill_(0, rows.nonzero()[:, 0], -torch.inf)
    else:
        log_probs.masked_fill_(rows.view(-1, 1, 1), -torch.inf)
    log_probs[..., END] = end
