"""The best path through the scores of a CRF (Viterbi 1967), for a whole ragged batch at once."""

from __future__ import annotations

from itertools import islice
from typing import List

import torch
from torch import Tensor

from ..native import crf as native
from ..nn.crf import CRFScores
from ..nn.ragged import pack, time_steps


@torch.no_grad()
def viterbi(scores: CRFScores) -> Tensor:
    """(total,) int64: the tags of each sequence's best path."""
    scores = scores.detach()
    if native.can_read(*scores[:4]):
        return native.best_paths(*scores)
    packing = pack(scores.lengths, scores.emissions.device)
    if not len(packing.order):
        return packing.rows
    sizes: List[int] = packing.batch_sizes.tolist()
    reached = _ahead(scores, scores.emissions[packing.rows], sizes)
    finals = (reached[packing.last_rows()] + scores.end).argmax(1)
    return _back(reached, scores.transitions, finals, sizes)[packing.restore]


def _ahead(scores: CRFScores, emissions: Tensor, sizes: List[int]) -> Tensor:
    """(total, K) the score of the best path to each tag, less that of the step's best tag, in
    packed order: float32 keeps its precision over any length."""
    into = scores.transitions.t().contiguous()
    reached = torch.empty_like(emissions)
    before = None
    for row, emission in zip(time_steps(reached, sizes), time_steps(emissions, sizes)):
        if before is None:
            torch.add(emission, scores.start, out=row)
        else:
            torch.add((before[: len(row)].unsqueeze(1) + into).amax(2), emission, out=row)
        before = row.sub_(row.amax(1, keepdim=True))
    return reached


def _back(reached: Tensor, transitions: Tensor, finals: Tensor, sizes: List[int]) -> Tensor:
    """Walk back from the best final tags. The best predecessor is found again on the way: one row
    per token is cheaper than a table of K x K for each."""
    into = transitions.t().contiguous()
    path = torch.empty(len(reached), dtype=torch.long, device=reached.device)
    tags = finals.clone()
    steps_before = islice(time_steps(reached, sizes, backward=True), 1, None)
    for here, earlier in zip(time_steps(path, sizes, backward=True), steps_before):
        n = len(here)
        here.copy_(tags[:n])
        tags[:n] = (earlier[:n] + into[here]).argmax(1)
    path[: sizes[0]] = tags
    return path
