"""The best of very many words, of which nearly all are read only once."""

from __future__ import annotations

from typing import Tuple

import torch
from torch import Tensor

from ..nn.next_word import BLOCK


def best_words(scores: Tensor, offsets: Tensor, count: int) -> Tuple[Tensor, Tensor, Tensor]:
    """The best words over all hypotheses of each document, best first.

    Of each block of words the maximum is taken; into the best blocks, as many as words are wanted,
    it looks closer.

    scores: (B, K, W). offsets: (B, K), added to the scores of each hypothesis.
    count: how many; there are fewer where K * W is less.
    RETURNS: their scores with offset, their hypotheses, and words. (B, count) each.
    """
    rows, beams, words = scores.shape
    blocks = -(-words // BLOCK)
    if words % BLOCK or beams * blocks <= count:
        totals, places = _top((scores + offsets.unsqueeze(2)).flatten(1), count)
        return totals, places // words, places % words
    peaks = scores.unflatten(2, (blocks, BLOCK)).amax(dim=3) + offsets.unsqueeze(2)
    chosen = peaks.flatten(1).topk(count, dim=1).indices
    start = torch.arange(rows, device=scores.device).unsqueeze(1) * (beams * blocks)
    inside = scores.view(-1, BLOCK)[start + chosen]
    inside = inside + offsets.gather(1, chosen // blocks).unsqueeze(2)
    totals, places = _top(inside.flatten(1), count)
    block = chosen.gather(1, places // BLOCK)
    return totals, block // blocks, block % blocks * BLOCK + places % BLOCK


def _top(totals: Tensor, count: int) -> Tuple[Tensor, Tensor]:
    return totals.topk(min(count, totals.shape[1]), dim=1)
