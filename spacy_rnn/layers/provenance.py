"""Where the words of written texts come from: copied or not, from which token, seen where."""

from __future__ import annotations

from typing import List, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor

from ..decoding.ranking import Hypothesis
from ..nn.compiled_decoder import CompiledDecoder, can_compile
from ..nn.ragged import Ragged, similar_lengths
from .decodable import CELLS, ROWS, Decodable


class Provenance(NamedTuple):
    """Where the words of one target come from, on the mean of those that wrote it.

    copied: of each word's probability, the share that copying has. rows: the source token that
    most of it comes from, -1 where the source lacks the word. attention: (words, source tokens).
    """

    copied: List[float]
    rows: List[int]
    attention: np.ndarray


def trace(
    decodables: Sequence[Decodable],
    source_ids: Sequence[Sequence[int]],
    targets: Sequence[Hypothesis],
) -> List[Provenance]:
    """Look up where each word of finished targets was copied from. One target per source."""
    found = [Provenance([], [], np.zeros((0, 0), dtype="float32")) for _ in targets]
    lengths = decodables[0].sources.lengths
    written = torch.tensor([len(target.words) for target in targets], dtype=torch.long)
    with torch.no_grad():
        for rows in similar_lengths(lengths * (written > 0), ROWS, CELLS):
            made = _trace(decodables, source_ids, [targets[i] for i in rows], rows)
            for row, provenance in zip(rows.tolist(), made):
                found[row] = provenance
    return found


def _trace(
    decodables: Sequence[Decodable],
    source_ids: Sequence[Sequence[int]],
    targets: Sequence[Hypothesis],
    rows: Tensor,
) -> List[Provenance]:
    device = decodables[0].device
    words = Ragged.from_list([torch.tensor(t.words, device=device) for t in targets])
    log_probs = Ragged.from_list([torch.tensor(t.log_probs[:-1], device=device) for t in targets])
    padded, mask = words.padded()
    ids = Ragged.from_list([torch.tensor(source_ids[i], device=device) for i in rows])
    same = ids.padded(-1)[0].unsqueeze(1) == padded.unsqueeze(2)
    looks = [_look(each, source_ids, rows, padded, same) for each in decodables]
    attention, copied = (torch.stack(parts).mean(dim=0) for parts in zip(*looks))
    weights, places = (attention * same).max(dim=2)
    shares = copied[mask] / log_probs.data.exp()
    shares = words.with_data(shares.clamp_max(1.0).cpu()).to_list()
    places = words.with_data(places.masked_fill(weights == 0.0, -1)[mask].cpu()).to_list()
    looks = attention.cpu().numpy()
    return [
        Provenance(share.tolist(), place.tolist(), look[: len(place), :size])
        for share, place, look, size in zip(shares, places, looks, ids.lengths.tolist())
    ]


def _look(
    decodable: Decodable,
    source_ids: Sequence[Sequence[int]],
    rows: Tensor,
    words: Tensor,
    same: Tensor,
) -> Tuple[Tensor, Tensor]:
    """What one decoder looks at while it writes words (B, T).

    same: (B, T, S) which tokens of the source are the word.
    RETURNS: its attention (B, T, S), and the probability that it copies each word (B, T).
    """
    decoder = decodable.decoder
    sources, ids = decodable.choose(source_ids, rows)
    ids = ids.to(decodable.device)
    if can_compile(decoder, sources.data):
        trace = CompiledDecoder(decoder, sources, ids).unroll(words)
    else:
        trace = decoder.unroll(decoder.remember(sources, ids), words)
    copied = decoder.choose(trace.readout).copy.exp() * (trace.attention * same).sum(dim=2)
    return trace.attention, copied if decoder.settings.copy else torch.zeros_like(copied)
