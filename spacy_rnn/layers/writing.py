"""Searching for the texts about decodable sources."""

from __future__ import annotations

from typing import List, Sequence, Tuple

import torch
from torch import Tensor

from ..decoding.ranking import Hypothesis
from ..decoding.search import SearchSettings, search
from ..nn.joint_words import jointly
from ..nn.next_word import Start, prepare
from ..nn.ragged import similar_lengths
from .decodable import CELLS, ROWS, Decodable


def write(
    decodables: Sequence[Decodable],
    source_ids: Sequence[Sequence[int]],
    settings: SearchSettings,
) -> List[List[Hypothesis]]:
    """The best targets of each source, best first; none for an empty source.

    decodables: of the same sources and words; the mean of their probabilities counts.
    source_ids: of each source's rows.
    """
    found: List[List[Hypothesis]] = [[] for _ in source_ids]
    first = decodables[0]
    with torch.no_grad():
        for rows in similar_lengths(first.sources.lengths, ROWS, CELLS):
            start, lengths = _start(decodables, source_ids, rows, settings.beam.width)
            made = search(*start, lengths, settings)
            for row, hypotheses in zip(rows.tolist(), made):
                found[row] = hypotheses
    return found


def _start(
    decodables: Sequence[Decodable], source_ids: Sequence[Sequence[int]], rows: Tensor, beams: int
) -> Tuple[Start, Tensor]:
    """RETURNS: what the search about some of the sources begins with, and their lengths."""
    starts = []
    for each in decodables:
        sources, ids = each.choose(source_ids, rows)
        extended = max(each.decoder.vocabulary, 1 + int(ids.max()))
        ids, lengths = (part.to(each.device) for part in (ids, sources.lengths))
        starts.append(prepare(each.decoder, sources, ids, extended, len(rows) * beams))
    return jointly(starts), lengths
