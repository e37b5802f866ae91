"""The scores of a whole vocabulary, made in parts that are summed up while they are still near."""

from __future__ import annotations

from typing import Any, Iterator, NamedTuple, Tuple

import torch
from torch import Tensor
from torch.autograd import Function

from ..symbols import UNKNOWN

# Scores made at once: beyond this they leave the processor's cache before they are summed.
CELLS = 1 << 18
# There is nothing to win from fewer words at a time.
FEWEST = 64


def parts(rows: Tensor, words: int) -> Iterator[slice]:
    """Which of so many words are scored at a time, for each of `rows`: all of them on a GPU."""
    width = max(CELLS // max(1, len(rows)), FEWEST) if rows.device.type == "cpu" else words
    for begin in range(0, words, width):
        yield slice(begin, min(begin + width, words))


class Scored(NamedTuple):
    """What a loss needs of the scores of the vocabulary (without `UNKNOWN`). All (N,).

    normalizer: the log of the sum of their exponentials. chosen: the score of one word each, -inf
    for `UNKNOWN`. mean: over all words.
    """

    normalizer: Tensor
    chosen: Tensor
    mean: Tensor


def score_vocabulary(readout: Tensor, weight: Tensor, bias: Tensor, words: Tensor) -> Scored:
    """readout: (N, width). weight: (V, width). bias: (V,). words: (N,) the ones to choose."""
    return Scored(*_Scores.apply(readout, weight, bias, words))


class _Scores(Function):
    """As autograd would do it, but with one array of all scores instead of five, in parts.

    Each part has words as rows: its products are faster than those of the transposed.
    """

    @staticmethod
    def forward(
        ctx: Any, readout: Tensor, weight: Tensor, bias: Tensor, words: Tensor
    ) -> Tuple[Tensor, Tensor, Tensor]:
        # Exponentials (words, N) of the scores below the highest of each part.
        ctx.above, ctx.tops = [], []
        sums, total = [], torch.zeros_like(readout[:, 0])
        for part in parts(readout, len(weight)):
            made = torch.addmm(bias[part].unsqueeze(1), weight[part], readout.T)
            total += made.sum(dim=0)
            if part.start == 0:
                total -= made[UNKNOWN]
                made[UNKNOWN] = -torch.inf
            top = made.amax(dim=0)
            sums.append(made.sub_(top).exp_().sum(dim=0).log_().add_(top))
            ctx.above.append(made)
            ctx.tops.append(top)
        normalizer = torch.logsumexp(torch.stack(sums), dim=0)
        chosen = torch.linalg.vecdot(readout, weight[words]) + bias[words]
        ctx.save_for_backward(readout, weight, words, normalizer)
        mean = total / (len(weight) - 1)
        return normalizer, chosen.masked_fill_(words == UNKNOWN, -torch.inf), mean

    @staticmethod
    def backward(
        ctx: Any, d_normalizer: Tensor, d_chosen: Tensor, d_mean: Tensor
    ) -> Tuple[Tensor, Tensor, Tensor, None]:
        readout, weight, words, normalizer = ctx.saved_tensors
        d_readout = d_chosen.unsqueeze(1) * weight[words]
        d_weight, d_bias = torch.empty_like(weight), torch.empty_like(weight[:, 0])
        d_each = d_mean / (len(weight) - 1)
        for part, above, top in zip(parts(readout, len(weight)), ctx.above, ctx.tops):
            share = torch.exp(top - normalizer).mul_(d_normalizer)
            d_made = torch.addcmul(d_each, above, share)
            if part.start == 0:
                d_made[UNKNOWN] = 0.0
            d_readout.addmm_(d_made.T, weight[part])
            torch.mm(d_made, readout, out=d_weight[part])
            torch.sum(d_made, dim=1, out=d_bias[part])
        d_weight.index_add_(0, words, d_chosen.unsqueeze(1) * readout)
        d_bias.index_add_(0, words, d_chosen)
        return d_readout, d_weight, d_bias, None
