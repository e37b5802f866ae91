"""Scheduled sampling: a decoder learns to go on from its own words (Bengio et al. 2015).

In two passes, so that all steps are still computed at once (Mihaylova and Martins 2019): the first
reads the right words and notes what the decoder would have written, the second reads some of that.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .decoder import Decoder, Memory
from .pointer import copying, mix_copies_in


@torch.no_grad()
def with_own_words(decoder: Decoder, memory: Memory, targets: Tensor, rate: float) -> Tensor:
    """Put the decoder's likeliest word in the place of some words.

    targets: (B, T) extended ids. rate: how likely each word is to be replaced. RETURNS: (B, T).
    """
    own = _likeliest(decoder, memory, targets)
    replaced = torch.rand(targets.shape, device=targets.device) < rate
    return torch.where(replaced, own, targets)


def _likeliest(decoder: Decoder, memory: Memory, targets: Tensor) -> Tensor:
    """(B, T) the likeliest word at each place, after the right ones."""
    trace = decoder.unroll(memory, targets)
    log_probs = torch.log_softmax(decoder.generate(trace.readout), dim=2)
    if decoder.settings.copy:
        others = max(0, 1 + int(memory.source_ids.max()) - decoder.vocabulary)
        chosen = decoder.choose(trace.readout)
        log_probs = F.pad(log_probs + chosen.generate.unsqueeze(2), (0, others), value=-torch.inf)
        mix_copies_in(log_probs, trace.attention, chosen.copy, *copying(memory.source_ids))
    return log_probs.argmax(dim=2)
