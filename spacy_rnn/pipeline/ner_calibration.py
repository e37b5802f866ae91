"""The temperature at which probabilities come true (Guo et al. 2017)."""

from __future__ import annotations

import math
from typing import Callable, List, Sequence, Tuple

from spacy.training import Example

from ..decoding.entities import Wanted, find_entities
from ..labels.tag_scheme import TagScheme
from ..nn.crf import CRFScores
from .confidence_scores import judge, log_loss
from .entity_layers import EntityLayer

COLDEST, HOTTEST = 0.2, 10.0
TOLERANCE = 0.01


def best_temperature(
    batches: Sequence[Tuple[List[Example], CRFScores]], layer: EntityLayer, scheme: TagScheme
) -> float:
    """Make the entities of the best path as unsurprising as can be, right or wrong.

    batches: examples with the constrained scores of their predicted docs.
    RETURNS: 1.0 if there is no entity to learn from.
    """

    def surprise(log_temperature: float) -> float:
        examples, found = [], []
        for batch, scores in batches:
            cooled = scores.cool(math.exp(log_temperature))
            readings = find_entities(cooled, scheme, Wanted(confidence=True))
            examples += batch
            found += [reading.entities for reading in readings]
        return log_loss(judge(examples, found, layer))

    found = minimize(surprise, math.log(COLDEST), math.log(HOTTEST))
    return math.exp(found) if surprise(found) > 0.0 else 1.0


def minimize(function: Callable[[float], float], low: float, high: float) -> float:
    """The minimum of a function with one valley on [low, high], by golden section."""
    ratio = (math.sqrt(5.0) - 1.0) / 2.0
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > TOLERANCE:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = function(right)
    return (low + high) / 2.0
