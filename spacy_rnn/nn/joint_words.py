"""The next word according to several decoders at once: the mean of their probabilities."""

from __future__ import annotations

from typing import List, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor

from .next_word import Start, Step


class Joined(tuple):
    """The tensors of several named tuples in a row, made as one of those is: `Joined(*tensors)`."""

    def __new__(cls, *tensors: Tensor) -> Joined:
        return super().__new__(cls, tensors)


def jointly(starts: Sequence[Start]) -> Start:
    """One search in place of several of the same documents and words, whose rooms differ."""
    if len(starts) == 1:
        return starts[0]
    memories, states = zip(*((start.memory, start.state) for start in starts))
    step = JointNextWord([start.step for start in starts], memories, states)
    return Start(step, _joined(memories), _with_coverage(states))


class JointNextWord:
    """The step of a search that asks several. memories, states: what each of them begins with."""

    def __init__(
        self, steps: Sequence[Step], memories: Sequence[NamedTuple], states: Sequence[NamedTuple]
    ) -> None:
        self._steps = steps
        self._memories = memories
        self._states = states

    @torch.no_grad()
    def __call__(self, memory: Joined, state: Joined, tokens: Tensor) -> Tuple[Joined, Tensor]:
        parts = zip(self._steps, _split(memory, self._memories), _split(state, self._states))
        states, scores = zip(*(step(*each, tokens) for step, *each in parts))
        total = scores[0].exp_()
        for other in scores[1:]:
            total += other.exp_()
        return _with_coverage(states), total.div_(len(scores)).log_()


def _joined(tuples: Sequence[NamedTuple]) -> Joined:
    return Joined(*(tensor for each in tuples for tensor in each))


def _with_coverage(states: Sequence[NamedTuple]) -> Joined:
    """With the mean of what all have looked at as the last, where a search looks for it."""
    return Joined(*_joined(states), torch.stack([state[-1] for state in states]).mean(dim=0))


def _split(joined: Joined, like: Sequence[NamedTuple]) -> List[NamedTuple]:
    """Named tuples of the types that there were."""
    tensors = iter(joined)
    return [type(each)(*(next(tensors) for _ in each)) for each in like]
