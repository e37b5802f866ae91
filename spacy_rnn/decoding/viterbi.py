"""The best path through the scores of a CRF (Viterbi 1967), for a whole ragged batch at once."""

from __future__ import annotations

from typing import List

import torch
from torch import Tensor

from ..nn.crf import CRFScores
from ..nn.ragged import pack


@torch.no_grad()
def viterbi(scores: CRFScores) -> Tensor:
    """(total,) int64: the tags of each sequence's best path."""
    scores = scores.detach()
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
    for row, emission in zip(reached.split(sizes), emissions.split(sizes)):
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
    steps = list(zip(path.split(sizes), reached.split(sizes)))
    for (here, _), (_, earlier) in zip(steps[:0:-1], steps[-2::-1]):
        n = len(here)
        here.copy_(tags[:n])
        tags[:n] = (earlier[:n] + into[here]).argmax(1)
    steps[0][0].copy_(tags)
    return path
