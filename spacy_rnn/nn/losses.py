"""Teacher-forced loss of a decoder: all but the recurrence is computed once for all steps."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..symbols import UNKNOWN
from .decoder import Decoder, Memory, Trace
from .pointer import copied_mass, mixed_log_probs
from .ragged import Ragged
from .scheduled_sampling import with_own_words
from .vocabulary import score_vocabulary


@dataclass(frozen=True)
class LossSettings:
    """label_smoothing: weight of the uniform distribution over words (Szegedy et al. 2016).
    coverage: weight of the coverage loss (See et al. 2017). sampling: how likely the decoder reads
    its own word instead of the right one (see `scheduled_sampling`). risk: weight of the errors to
    be expected of its own texts, sharpness: how much the likelier ones count (see
    `expected_errors`)."""

    label_smoothing: float = 0.0
    coverage: float = 0.0
    sampling: float = 0.0
    risk: float = 0.0
    sharpness: float = 10.0


def teacher_forced_losses(
    decoder: Decoder,
    memory: Memory,
    targets: Ragged,
    settings: LossSettings = LossSettings(),
    dropout: float = 0.0,
) -> Tensor:
    """Negative log-likelihood of targets, each word after the right ones (if nothing is sampled).

    targets: (total,) extended ids, each sequence with its `END`. Unknown words are read, but
        there is nothing to learn from failing to write them.
    dropout: see `Decoder.unroll`.
    RETURNS: (total,) the loss at each position, 0 at unknown words.
    """
    padded, mask = targets.padded(UNKNOWN)
    read = padded
    if settings.sampling:
        read = with_own_words(decoder, memory, padded, settings.sampling)
    trace = decoder.unroll(memory, read, dropout)
    readout = trace.readout[mask]
    inside = targets.data.masked_fill(targets.data >= decoder.vocabulary, UNKNOWN)
    scored = score_vocabulary(readout, decoder.output.weight, decoder.output.bias, inside)
    log_probs = scored.chosen - scored.normalizer
    if decoder.settings.copy:
        copied = copied_mass(trace.attention, memory.source_ids, padded)[mask]
        log_probs = mixed_log_probs(log_probs, copied, decoder.choose(readout))
    losses = -log_probs
    if settings.label_smoothing:
        uniform = scored.normalizer - scored.mean
        losses = losses + settings.label_smoothing * (uniform - losses)
    if settings.coverage:
        losses = losses + settings.coverage * coverage_losses(trace)[mask]
    unlearnable = targets.data == UNKNOWN
    if not decoder.settings.copy:
        unlearnable = inside == UNKNOWN
    return losses.masked_fill(unlearnable, 0.0)


def coverage_losses(trace: Trace) -> Tensor:
    """Attention on what has been read already: sums of minima, so nothing can become NaN.

    RETURNS: (B, T), each between 0 and 1.
    """
    return torch.minimum(trace.attention, trace.coverage).sum(dim=2)
