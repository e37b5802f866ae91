"""Learning from what a decoder writes itself: candidates, and the gradient of their risk."""

from __future__ import annotations

from typing import List, NamedTuple, Sequence

import torch

from ..decoding.overlap import overlap
from ..decoding.search import SearchSettings
from ..nn.ragged import Ragged, similar_lengths
from ..nn.risk import candidate_scores, expected_errors
from ..symbols import END
from .decodable import CELLS, Decodable
from .writing import write

# Candidates learned side by side, and the padded rows of the sources that each of them looks at.
TAUGHT = 256
LOOKED_AT = 2 * CELLS


class OwnSearch(NamedTuple):
    """How a decoder finds texts of its own.

    source_ids: of each source's rows, without what must not be copied.
    """

    settings: SearchSettings
    source_ids: Sequence[Sequence[int]]


class Candidates(NamedTuple):
    """What a decoder would write about each source, and how far that is from the gold target.

    targets: ids with `END`, best first; none about a source that nothing is learned from.
    errors: of each of them, between 0 and 1.
    """

    targets: List[List[List[int]]]
    errors: List[List[float]]


def find_candidates(
    decodable: Decodable,
    gold: Sequence[Sequence[int]],
    own: OwnSearch,
) -> Candidates:
    """The n best targets of a decoder alone. Their errors are what gold ones do not share with
    them, see `overlap`.

    gold: ids with `END`, none where there is no target: nothing is searched for there.
    """
    made = Candidates([[] for _ in gold], [[] for _ in gold])
    rows = [i for i, target in enumerate(gold) if target]
    if not rows:
        return made
    sources = decodable.sources.to_list()
    some = decodable._replace(sources=Ragged.from_list([sources[i] for i in rows]))
    found = write([some], [own.source_ids[i] for i in rows], own.settings)
    for i, best in zip(rows, found):
        made.targets[i] = [[*each.words, END] for each in best]
        made.errors[i] = [1.0 - overlap(gold[i][:-1], each.words) for each in best]
    return made


def teach_risk(
    decodable: Decodable,
    source_ids: Sequence[Sequence[int]],
    candidates: Candidates,
    weights: Sequence[float],
    sharpness: float,
    scale: float,
) -> float:
    """Leave the gradient of the expected errors, times `scale`, in the decoder and its sources.

    weights: of each source's error. sharpness: see `expected_errors`.
    RETURNS: the sum of the weighted errors.
    """
    decoder, device = decodable.decoder, decodable.device
    counts = torch.tensor([len(targets) for targets in candidates.targets])
    most = max(1, *counts.tolist())
    lengths = decodable.sources.lengths * (counts > 0)
    total = 0.0
    for rows in similar_lengths(lengths, max(1, TAUGHT // most), LOOKED_AT // most):
        sources, ids = decodable.choose(source_ids, rows)
        memory = decoder.remember(sources, ids.to(device))
        targets = [torch.tensor(ids, device=device) for i in rows for ids in candidates.targets[i]]
        own = Ragged.from_list(targets)
        scores = candidate_scores(decoder, memory, own, counts[rows], decodable.dropout)
        errors = torch.tensor([error for i in rows for error in candidates.errors[i]])
        errors, _ = Ragged(errors.to(scores), counts[rows]).padded()
        weight = torch.tensor([weights[i] for i in rows]).to(scores)
        risk = (weight * expected_errors(scores, errors, sharpness)).sum()
        (risk * scale).backward()
        total += risk.item()
    return total
