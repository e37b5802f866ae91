"""One search from its settings: greedy, beam or sampled, with the constraints they ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from ..nn.next_word import Step
from .beam import Beam, beam_search
from .consensus import by_consensus
from .constraints import Beginning, Constraint, Forbidden, MinLength, NoRepeat
from .greedy import greedy_search, likeliest
from .ranking import Hypothesis, Ranking
from .sampling import Sampling


@dataclass(frozen=True)
class Lengths:
    """How many words a target may have: absolutely, and as a share of its source's length.

    min_ratio, max_ratio: 0 for no such bound. The tighter bound holds; the maximum
        beats the minimum.
    """

    minimum: int = 1
    maximum: int = 60
    min_ratio: float = 0.0
    max_ratio: float = 0.0

    def of(self, sources: Tensor) -> Tuple[Tensor, Tensor]:
        """sources: (B,) lengths. RETURNS: (B,) fewest and most words, at least one."""
        longest = torch.full_like(sources, self.maximum)
        if self.max_ratio:
            longest = torch.minimum(longest, (sources * self.max_ratio).ceil().long())
        longest = longest.clamp_min(1)
        shortest = (sources * self.min_ratio).floor().long().clamp_min(self.minimum)
        return torch.minimum(shortest, longest), longest


@dataclass(frozen=True)
class SearchSettings:
    """beam: a width of 1 is greedy search. no_repeat_ngram: 0 allows repetition.
    forbidden: ids never written. beginning: ids that every target begins with.
    sampling: draw words instead of searching for them; there is no beam then.
    consensus: above 0, what a beam finds is sorted by it, see `by_consensus`."""

    beam: Beam = Beam(4)
    ranking: Ranking = Ranking()
    lengths: Lengths = Lengths()
    no_repeat_ngram: int = 0
    forbidden: Tuple[int, ...] = ()
    beginning: Tuple[int, ...] = ()
    sampling: Optional[Sampling] = None
    consensus: float = 0.0

    def constraints(self, shortest: Tensor) -> List[Constraint]:
        """shortest: (B,) fewest words."""
        found: List[Constraint] = [MinLength(shortest)]
        if self.no_repeat_ngram:
            found.append(NoRepeat(self.no_repeat_ngram))
        if self.forbidden:
            found.append(Forbidden(torch.tensor(self.forbidden, device=shortest.device)))
        if self.beginning:
            found.append(Beginning(self.beginning))
        return found


def search(
    step: Step, memory: NamedTuple, state: NamedTuple, sources: Tensor, settings: SearchSettings
) -> List[List[Hypothesis]]:
    """The best targets of each document, best first. sources: (B,) lengths."""
    shortest, longest = settings.lengths.of(sources)
    constraints = settings.constraints(shortest)
    beam, ranking = settings.beam, settings.ranking
    if settings.sampling or beam.width == 1:
        pick = settings.sampling.pick if settings.sampling else likeliest
        found = greedy_search(step, memory, state, longest, constraints, ranking, pick)
        return [[hypothesis] for hypothesis in found]
    if not settings.consensus:
        return beam_search(step, memory, state, longest, beam, constraints, ranking)
    whole = replace(beam, n_best=beam.width)
    found = beam_search(step, memory, state, longest, whole, constraints, ranking)
    return [by_consensus(each, settings.consensus)[: beam.n_best] for each in found]
