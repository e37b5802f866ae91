"""Encoded sources and what writes about them: what a head makes, and searches and losses take."""

from __future__ import annotations

from typing import NamedTuple, Sequence, Tuple

import torch
from torch import Tensor

from ..nn.decoder import Decoder
from ..nn.ragged import Ragged

# Sources decoded side by side, and padded source rows: beyond this their memory leaves the cache.
ROWS = 64
CELLS = 16384


class Decodable(NamedTuple):
    """Encoded sources and what writes about them.

    sources: (sum(lengths), width), a leaf of the gradient. dropout: 0 outside of training.
    """

    sources: Ragged
    decoder: Decoder
    dropout: float

    @property
    def device(self) -> torch.device:
        return self.sources.data.device

    def choose(self, source_ids: Sequence[Sequence[int]], rows: Tensor) -> Tuple[Ragged, Tensor]:
        """RETURNS: some of the sources, and the ids of their rows, still on the CPU."""
        everything = self.sources.to_list()
        ids = [torch.tensor(source_ids[i]) for i in rows]
        return Ragged.from_list([everything[i] for i in rows]), torch.cat(ids)
