"""Scores of entities: precision, recall, F-score."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable

from spacy.training import Example

from .entity_layers import entity_layer

COUNTED = ("ents_p", "ents_r", "ents_f")


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
        annotated they are 0.0, never None, if there is nothing to count.
    """
    layer = entity_layer(annotates, spans_key)
    annotated = [example for example in examples if layer.is_annotated(example.reference)]
    scores = layer.score(annotated)
    if annotated:
        scores.update({name: scores.get(name) or 0.0 for name in COUNTED})
        scores["ents_per_type"] = scores.get("ents_per_type") or {}
    return scores
