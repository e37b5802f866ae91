"""Greedy search, many documents at once: the likeliest word, or one that is drawn."""

from __future__ import annotations

from typing import Callable, List, NamedTuple, Sequence

import torch
from torch import Tensor

from ..nn.next_word import Step
from ..symbols import END
from .batch import staying, take_rows
from .best import best_words
from .constraints import Constraint, MaxLength, constrain
from .ended import Ended, collect
from .ranking import Hypothesis, Ranking

# (log-probabilities (B, 1, W), words written before) -> the words to write (B, 1).
Pick = Callable[[Tensor, int], Tensor]

# What is found where scores are not finite.
NOTHING = Hypothesis([], [], 0.0)


class _Live(NamedTuple):
    """Documents being written. sources: (B,) which they are. going: (B, 1) whether they have not
    ended. previous: (B, 1) the last word. words, log_probs: (B, 1, t)."""

    sources: Tensor
    going: Tensor
    previous: Tensor
    words: Tensor
    log_probs: Tensor


def likeliest(log_probs: Tensor, step: int) -> Tensor:
    """(B, 1, W) -> (B, 1)."""
    return best_words(log_probs, torch.zeros_like(log_probs[..., 0]), 1)[2]


def greedy_search(
    step: Step,
    memory: NamedTuple,
    state: NamedTuple,
    longest: Tensor,
    constraints: Sequence[Constraint] = (),
    ranking: Ranking = Ranking(),
    pick: Pick = likeliest,
) -> List[Hypothesis]:
    """One target per document: what a beam of width 1 finds, sooner.

    memory, state, longest: as for `beam_search`. pick: chooses each word.
    """
    live = _begin(longest, state[0].dtype)
    constraints = [*constraints, MaxLength(longest)]
    steps: List[Ended] = []
    while len(live.sources):
        state, scores = step(memory, state, live.previous)
        constrain(scores, live.words, live.sources, constraints)
        words = pick(scores, len(steps))
        steps.append(_end(live, words, scores, ranking, state[-1]))
        live = _go_on(live, words, steps[-1].last)
        rows = staying(~live.going[:, 0], len(steps))
        if rows is not None:
            memory, state, live = (take_rows(part, rows) for part in (memory, state, live))
    return [found[0] if found else NOTHING for found in collect(steps, len(longest))]


def _begin(longest: Tensor, dtype: torch.dtype) -> _Live:
    sources = torch.arange(len(longest), device=longest.device)
    previous = torch.full_like(sources, END).unsqueeze(1)
    words = previous.unsqueeze(2)[..., :0]
    going = torch.ones_like(previous, dtype=torch.bool)
    return _Live(sources, going, previous, words, words.to(dtype))


def _end(live: _Live, words: Tensor, scores: Tensor, ranking: Ranking, attention: Tensor) -> Ended:
    """words: (B, 1) the next ones, of which some are ends. attention: (B, 1, S), summed."""
    last = scores.gather(2, words.unsqueeze(2)).squeeze(2)
    totals = live.log_probs.sum(dim=2) + last
    ranked = ranking.scores(totals, live.words.shape[2] + 1, ranking.unread(attention))
    ended = live.going & (words == END)
    ranked = ranked.masked_fill(~ended, -torch.inf)
    beams = torch.zeros_like(words)
    return Ended(live.sources, ranked, last, beams, live.words, live.log_probs)


def _go_on(live: _Live, words: Tensor, log_probs: Tensor) -> _Live:
    return live._replace(
        going=live.going & (words != END),
        previous=words,
        words=torch.cat((live.words, words.unsqueeze(2)), dim=2),
        log_probs=torch.cat((live.log_probs, log_probs.unsqueeze(2)), dim=2),
    )
