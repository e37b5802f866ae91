"""Learning to write: the loss of gold targets, and the risk of what would be written instead."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

import torch
from thinc.types import Floats2d

from ..nn.losses import LossSettings, teacher_forced_losses
from ..nn.ragged import Ragged, similar_lengths
from .decodable import CELLS, Decodable
from .risk import OwnSearch, find_candidates, teach_risk
from .torch_bridge import gradient_of, to_list

# Sources learned side by side. Longer products, and one gradient of the vocabulary for all of
# them, are worth more than the cache.
TAUGHT = 256


def teach(
    decodables: Sequence[Decodable],
    source_ids: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    settings: LossSettings,
    share: float = 1.0,
    own: Optional[OwnSearch] = None,
) -> Tuple[float, List[List[Floats2d]]]:
    """Teacher forcing: leaves the gradient of the mean loss per word in the weights of decoders.

    decodables: of the same sources. Each learns as if it were alone.
    source_ids: of each source's rows. targets: ids with `END`, none where there is no target.
    share: what the gradient is multiplied with.
    own: needed by a loss with the risk of each decoder's own texts.
    RETURNS: the loss summed over words, as a mean over decoders; the gradient of each one's
    sources.
    """
    taught = [_teach(each, source_ids, targets, settings, share, own) for each in decodables]
    losses, gradients = zip(*taught)
    return sum(losses) / len(losses), list(gradients)


def _teach(
    decodable: Decodable,
    source_ids: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    settings: LossSettings,
    share: float,
    own: Optional[OwnSearch],
) -> Tuple[float, List[Floats2d]]:
    sources = decodable.sources
    words = sum(len(target) for target, n in zip(targets, sources.lengths.tolist()) if n)
    taught = torch.tensor([len(target) > 0 for target in targets])
    total = 0.0
    for rows in similar_lengths(sources.lengths * taught, TAUGHT, CELLS):
        chosen, ids = decodable.choose(source_ids, rows)
        memory = decodable.decoder.remember(chosen, ids.to(decodable.device))
        target = Ragged.from_list([torch.tensor(targets[i], device=decodable.device) for i in rows])
        losses = teacher_forced_losses(
            decodable.decoder, memory, target, settings, decodable.dropout
        ).sum()
        (losses * (share / words)).backward()
        total += losses.item()
    if settings.risk and words:
        candidates = find_candidates(decodable, targets, own)
        # A text counts as much as its gold target does in the loss per word.
        weights = [settings.risk * len(target) for target in targets]
        total += teach_risk(
            decodable, source_ids, candidates, weights, settings.sharpness, share / words
        )
    return total, to_list(gradient_of(sources.data), sources.lengths)
