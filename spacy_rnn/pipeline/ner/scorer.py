"""Scores of entities: precision, recall, F-score, and the trust their probabilities deserve."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Tuple

from spacy.tokens import Doc
from spacy.training import Example

from ..confidence_scores import average_precision, expected_calibration_error
from .entity_layers import entity_layer
from .judgement import Triple, judge


def make_ner_scorer() -> Callable[..., Dict[str, Any]]:
    """The scorer `spacy-rnn.ner_scorer.v1`."""
    return score_ner


def score_ner(
    examples: Iterable[Example],
    annotates: str = "ents",
    spans_key: str = "",
    **settings: Any,
) -> Dict[str, Any]:
    """Score what is annotated in the references; docs without annotation do not count.

    RETURNS: ents_p, ents_r, ents_f and ents_per_type as spaCy defines them. Where something is
        annotated they are 0.0, never None, if there is nothing to count. With a `spans_key` also
        ents_ece, the expected calibration error, and ents_auc, the area under precision and
        recall, of the scored spans. With annotates = "spans" the names begin with
        spans_{spans_key} in place of ents.
    """
    layer = entity_layer(annotates, spans_key)
    annotated = [example for example in examples if layer.is_annotated(example.reference)]
    scores = layer.score(annotated)
    if not annotated:
        return scores
    counted = (f"{layer.prefix}_{name}" for name in "prf")
    scores.update({name: scores.get(name) or 0.0 for name in counted})
    per_type = f"{layer.prefix}_per_type"
    scores[per_type] = scores.get(per_type) or {}
    if spans_key:
        judged = judge(annotated, [_scored(e.predicted, spans_key) for e in annotated], layer)
        scores[f"{layer.prefix}_ece"] = expected_calibration_error(judged)
        scores[f"{layer.prefix}_auc"] = average_precision(judged)
    return scores


def _scored(doc: Doc, key: str) -> List[Tuple[Triple, float]]:
    group = doc.spans.get(key, [])
    spans = [(span.start, span.end, span.label_) for span in group]
    return list(zip(spans, group.attrs["scores"].tolist())) if spans else []
