"""The n best paths through the scores of a CRF, with their probabilities."""

from __future__ import annotations

from typing import List, NamedTuple, Tuple

import torch
from torch import Tensor

from ..nn.crf import FORBIDDEN, CRFScores
from ..nn.forward_backward import forward_backward


class Path(NamedTuple):
    """One sequence of tags and its exact probability."""

    tags: List[int]
    probability: float


@torch.no_grad()
def n_best(scores: CRFScores, n: int) -> List[List[Path]]:
    """For each sequence its n most probable paths, best first; fewer where fewer are possible.

    RAISES: ValueError if n < 1.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    exact = CRFScores(*(part.detach().double() for part in scores[:4]), scores.lengths)
    log_weights = forward_backward(exact)[0].log_weight
    found = []
    for emissions, log_z in zip(exact.emissions.split(scores.lengths.tolist()), log_weights):
        paths = _search(exact._replace(emissions=emissions), n)
        found.append([Path(tags, float((score - log_z).exp())) for tags, score in paths])
    return found


def _search(scores: CRFScores, n: int) -> List[Tuple[List[int], Tensor]]:
    """The n best paths of a single sequence, and their scores."""
    if not len(scores.emissions):
        return [([], scores.emissions.new_zeros(()))]
    width = len(scores.start)
    # (ranks, K): the scores of the best paths to each tag.
    reached = (scores.start + scores.emissions[0]).unsqueeze(0)
    origins: List[Tensor] = []
    for emission in scores.emissions[1:]:
        entering = (reached.unsqueeze(2) + scores.transitions).flatten(0, 1)
        best = entering.topk(min(n, len(entering)), dim=0)
        origins.append(best.indices)
        reached = best.values + emission
    finals = (reached + scores.end).flatten()
    best = finals.topk(min(n, len(finals)))
    possible = best.values > FORBIDDEN
    places = best.indices[possible].tolist()
    return [(_trace(origins, place, width), s) for place, s in zip(places, best.values[possible])]


def _trace(origins: List[Tensor], place: int, width: int) -> List[int]:
    """Walk back from a place, rank * K + tag, after the last step."""
    tags = [place % width]
    for origin in reversed(origins):
        place = int(origin[place // width, place % width])
        tags.append(place % width)
    return tags[::-1]
