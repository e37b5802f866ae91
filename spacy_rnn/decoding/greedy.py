"""Greedy search, many documents at once: always the likeliest word."""

from __future__ import annotations

from typing import Callable, List, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor

from ..symbols import END
from .batch import take_rows
from .constraints import Constraint, MaxLength, constrain
from .ranking import Hypothesis, Ranking

# (memory, state, previous words (B, K)) -> (state, log-probabilities of the next (B, K, W)).
Step = Callable[[NamedTuple, NamedTuple, Tensor], Tuple[NamedTuple, Tensor]]

# Finished documents leave the batch once they are this share of it: leaving copies the memory.
SHARE_TO_LEAVE = 0.25


class _Live(NamedTuple):
    """Documents still written. words, log_probs: (B, 1, t). previous: (B, 1). going: (B,)."""

    words: Tensor
    log_probs: Tensor
    previous: Tensor
    going: Tensor
    sources: Tensor


def greedy_search(
    step: Step,
    memory: NamedTuple,
    state: NamedTuple,
    longest: Tensor,
    constraints: Sequence[Constraint] = (),
    ranking: Ranking = Ranking(),
) -> List[Hypothesis]:
    """One target per document: what a beam of width 1 finds, sooner.

    memory, state, longest: as for `beam_search`.
    """
    live = _begin(longest, state[0].dtype)
    results: List[Hypothesis] = [Hypothesis([], [], 0.0)] * len(longest)
    constraints = [*constraints, MaxLength(longest)]
    while len(live.sources):
        state, scores = step(memory, state, live.previous)
        scores = constrain(scores, live.words, live.sources, constraints)
        live = _write(live, scores)
        ended = live.going & (live.previous[:, 0] == END)
        for row in ended.nonzero()[:, 0].tolist():
            results[live.sources[row]] = _finish(live, row, state[-1][row], ranking)
        live = live._replace(going=live.going & ~ended)
        if live.going.sum() <= (1.0 - SHARE_TO_LEAVE) * len(live.going):
            rows = live.going.nonzero()[:, 0]
            memory, state, live = (take_rows(part, rows) for part in (memory, state, live))
    return results


def _begin(longest: Tensor, dtype: torch.dtype) -> _Live:
    count, device = len(longest), longest.device
    words = torch.zeros(count, 1, 0, dtype=torch.long, device=device)
    previous = torch.full((count, 1), END, device=device)
    going = torch.ones(count, dtype=torch.bool, device=device)
    return _Live(words, words.to(dtype), previous, going, torch.arange(count, device=device))


def _write(live: _Live, scores: Tensor) -> _Live:
    values, words = scores.max(dim=2)
    return live._replace(
        words=torch.cat((live.words, words.unsqueeze(2)), dim=2),
        log_probs=torch.cat((live.log_probs, values.unsqueeze(2)), dim=2),
        previous=words,
    )


def _finish(live: _Live, row: int, attention: Tensor, ranking: Ranking) -> Hypothesis:
    words, log_probs = live.words[row, 0], live.log_probs[row]
    score = ranking.scores(log_probs.sum(dim=1), len(words), attention)
    return Hypothesis(words[:-1].tolist(), log_probs[0].tolist(), score.item())
