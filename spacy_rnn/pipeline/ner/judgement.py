"""Which of the spans that were found are right."""

from __future__ import annotations

from typing import Iterable, List, Set, Tuple

import numpy as np
from spacy.training import Example

from ..confidence_scores import Judged
from .entity_layers import EntityLayer
from .gold import aligned

Triple = Tuple[int, int, str]


def judge(
    examples: Iterable[Example], found: Iterable[Iterable[Tuple[Triple, float]]], layer: EntityLayer
) -> Judged:
    """Compare scored spans of each example's predicted doc with its annotation. Spans on tokens
    that nothing is known about are neither right nor wrong, and left out."""
    verdicts: List[Tuple[float, bool]] = []
    present = 0
    for example, spans in zip(examples, found):
        known = layer.read(example)
        if known is None:
            continue
        right: Set[Triple] = {(s.start, s.end, s.label_) for s in aligned(example, known.entities)}
        certain = known.outside.copy()
        for start, end, _ in right:
            certain[start:end] = True
        present += len(right)
        for span, probability in spans:
            if certain[span[0] : span[1]].all():
                verdicts.append((probability, tuple(span) in right))
    chances, correct = np.array(verdicts, dtype="float64").reshape(-1, 2).T
    return Judged(chances, correct.astype(bool), present)
