"""Fitting an entity recognizer's probabilities to examples held out from training."""

from __future__ import annotations

from typing import Callable, Dict, Iterable, List, NamedTuple

import numpy as np
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import minibatch

from ...labels.tag_scheme import TagScheme
from ...nn.crf import CRFScores
from ...nn.crf_calibration import fit_calibration
from .entity_layers import EntityLayer
from .gold import allowed_tags

DOCS_AT_ONCE = 256
# What is read later may be of a third kind beside the texts learned from and those held out. Its
# labels are then as frequent as halfway between them, as far as anyone can tell.
TRUST = 0.5


class Calibration(NamedTuple):
    """temperature: what all scores are divided by. odds: what is then added to the scores of the
    tags with which an entity of a label begins, 0 for a label that is not named."""

    temperature: float = 1.0
    odds: Dict[str, float] = {}

    def apply(self, scores: CRFScores, scheme: TagScheme) -> CRFScores:
        cooled = scores.cool(self.temperature)
        if not self.odds:
            return cooled
        odds = np.array([self.odds.get(label, 0.0) for label in scheme.labels])
        return cooled.favour(scores.emissions.new_tensor(odds @ scheme.openings))


def fit(
    examples: Iterable[Example],
    score: Callable[[List[Doc]], CRFScores],
    layer: EntityLayer,
    scheme: TagScheme,
    trust: float,
) -> Calibration:
    """Make the annotation of the examples as unsurprising as can be.

    score: gives the constrained scores of docs. Examples without annotation, or with a label that
    the scheme does not have, are left out.
    trust: how much of the odds that the examples ask for is kept, 0 to 1. RAISES: ValueError.
    """
    if not 0.0 <= trust <= 1.0:
        raise ValueError(f"trust must be between 0 and 1, got {trust}")
    batches = []
    for batch in minibatch((e for e in examples if _usable(e, layer, scheme)), DOCS_AT_ONCE):
        allowed = np.concatenate([allowed_tags(example, layer, scheme) for example in batch])
        batches.append((score([example.predicted for example in batch]), allowed))
    temperature, moves = fit_calibration(batches, scheme.openings)
    odds = {label: trust * move for label, move in zip(scheme.labels, moves)}
    return Calibration(temperature, odds)


def _usable(example: Example, layer: EntityLayer, scheme: TagScheme) -> bool:
    known = layer.read(example)
    return known is not None and all(span.label_ in scheme.labels for span in known.entities)
