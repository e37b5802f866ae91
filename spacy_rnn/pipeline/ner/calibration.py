"""Fitting an entity recognizer's probabilities to examples held out from training."""

from __future__ import annotations

import math
from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Tuple

import numpy as np
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import minibatch

from ...decoding.entities import ScoredSpan, Wanted, find_entities
from ...labels.tag_scheme import TagScheme
from ...nn.crf import CRFScores
from ...nn.crf_calibration import fit_calibration
from ..confidence_scores import Judged
from ..threshold import CANDIDATES
from .annotation import doc_span
from .entity_layers import EntityLayer
from .gold import allowed_tags
from .judgement import Triple, judge

DOCS_AT_ONCE = 256
# The lowest calibration error on texts of a third source: benchmarks/third_source.py.
LABEL_SHIFT = 0.05


class Calibration(NamedTuple):
    """temperature: what all scores are divided by. odds: what is then added to the scores of the
    tags with which an entity of a label begins, 0 for a label that is not named.
    chosen_threshold, given_threshold: the one that was fitted as well, and the one in whose place;
    None if none was."""

    temperature: float = 1.0
    odds: Dict[str, float] = {}
    chosen_threshold: Optional[float] = None
    given_threshold: Optional[float] = None

    def apply(self, scores: CRFScores, scheme: TagScheme) -> CRFScores:
        cooled = scores.cool(self.temperature)
        if not self.odds:
            return cooled
        odds = np.array([self.odds.get(label, 0.0) for label in scheme.labels])
        return cooled.favour(scores.emissions.new_tensor(odds @ scheme.openings))


class HeldOut(NamedTuple):
    """Some examples, and the scores of their predicted docs, constrained but not calibrated."""

    examples: List[Example]
    scores: CRFScores


def held_out(
    examples: Iterable[Example],
    score: Callable[[List[Doc]], CRFScores],
    layer: EntityLayer,
    scheme: TagScheme,
) -> List[HeldOut]:
    """What there is to learn from: examples without tokens or annotation, or with a label that the
    scheme does not have, are left out."""
    usable = (example for example in examples if _usable(example, layer, scheme))
    batches = minibatch(usable, DOCS_AT_ONCE)
    return [HeldOut(batch, score([example.predicted for example in batch])) for batch in batches]


def fit(
    batches: Iterable[HeldOut], layer: EntityLayer, scheme: TagScheme, label_shift: float
) -> Calibration:
    """Make the annotation as unsurprising as can be.

    label_shift: the standard deviation of the normal prior that holds back the labels' log odds.
    """
    known = [
        (scores, np.concatenate([allowed_tags(example, layer, scheme) for example in examples]))
        for examples, scores in batches
    ]
    temperature, odds = fit_calibration(known, scheme.openings, label_shift)
    return Calibration(temperature, dict(zip(scheme.labels, odds)))


def judge_spans(
    batches: Iterable[HeldOut], calibration: Calibration, layer: EntityLayer, scheme: TagScheme
) -> Judged:
    """Compare all spans that some threshold would make entities with the annotation."""
    wanted = Wanted(confidence=True, threshold=float(CANDIDATES[0]))
    examples: List[Example] = []
    found: List[List[Tuple[Triple, float]]] = []
    for batch, scores in batches:
        readings = find_entities(calibration.apply(scores, scheme), scheme, wanted)
        for example, reading in zip(batch, readings):
            examples.append(example)
            found.append([_judgeable(example.predicted, scored) for scored in reading.entities])
    return judge(examples, found, layer)


def _judgeable(doc: Doc, scored: ScoredSpan) -> Tuple[Triple, float]:
    span = doc_span(doc, scored.span)
    return (span.start, span.end, span.label_), scored.probability


def check_label_shift(label_shift: float) -> None:
    """RAISES: ValueError if it is no standard deviation."""
    if not 0.0 <= label_shift < math.inf:
        raise ValueError(f"label_shift must be 0 or a finite number above, got {label_shift}")


def _usable(example: Example, layer: EntityLayer, scheme: TagScheme) -> bool:
    known = layer.read(example) if len(example.predicted) else None
    return known is not None and all(span.label_ in scheme.labels for span in known.entities)
