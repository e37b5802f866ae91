"""The error to be expected of what a decoder would write, over the best of its targets."""

from __future__ import annotations

import torch
from torch import Tensor

from .decoder import Decoder, Memory
from .losses import LossSettings, teacher_forced_losses
from .ragged import Ragged

# What a candidate is likely by is its log-probability alone.
PLAIN = LossSettings()


def candidate_scores(
    decoder: Decoder, memory: Memory, candidates: Ragged, counts: Tensor, dropout: float = 0.0
) -> Tensor:
    """Mean log-probabilities of the words of each candidate, -inf where a source has fewer.

    memory: B sources. candidates: those of all sources, each with its `END`. counts: (B,) int64 on
    the CPU, how many each source has. RETURNS: (B, K) for the highest count K.
    """
    # Counted here: a GPU would have to be asked for the number of rows.
    rows = torch.arange(len(counts)).repeat_interleave(counts).to(memory.values.device)
    memory = Memory(*(part.index_select(0, rows) for part in memory))
    losses = teacher_forced_losses(decoder, memory, candidates, PLAIN, dropout)
    lengths = candidates.lengths.to(losses.device, losses.dtype)
    means = -candidates.with_data(losses).sums() / lengths
    return Ragged(means, counts).padded(-torch.inf)[0]


def expected_errors(scores: Tensor, errors: Tensor, sharpness: float) -> Tensor:
    """Minimum risk training (Shen et al. 2016), with scores that lengths do not favour and the
    candidates of a beam (Edunov et al. 2018).

    scores: (B, K), -inf where there is no candidate; at least one is finite. errors: (B, K).
    sharpness: a candidate's chance is proportional to exp(sharpness * score).
    RETURNS: (B,)
    """
    # Zero times infinity is not a number.
    weights = (sharpness * scores).masked_fill(torch.isneginf(scores), -torch.inf)
    return (torch.softmax(weights, dim=1) * errors).sum(dim=1)
