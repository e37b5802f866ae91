"""Where a decoder looks while it writes a given target."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import torch

from .seq2seq import Decodable
from .torch_bridge import numpy_of


def attention_map(
    decodable: Decodable, source_ids: Sequence[int], target: Sequence[int]
) -> np.ndarray:
    """decodable: of one source. source_ids: of its tokens. target: ids without the end.

    RETURNS: (words of the target, tokens of the source), each row sums to 1; on the CPU.
    """
    sources, decoder = decodable.sources, decodable.decoder
    device = sources.data.device
    with torch.no_grad():
        ids = torch.tensor(source_ids[: int(sources.lengths[0])], device=device)
        memory = decoder.remember(sources, ids)
        trace = decoder.unroll(memory, torch.tensor([list(target)], device=device))
    return numpy_of(trace.attention[0])
