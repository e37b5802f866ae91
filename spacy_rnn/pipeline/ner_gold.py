"""What an example's annotation allows each token to be: an Example becomes a mask of tags."""

from __future__ import annotations

import warnings
from typing import List

import numpy as np
from spacy.tokens import Span as DocSpan
from spacy.training import Example

from ..labels.tag_scheme import Span, TagScheme
from .entity_layers import EntityLayer


def allowed_tags(example: Example, layer: EntityLayer, scheme: TagScheme) -> np.ndarray:
    """(tokens, K) bool. A token that nothing is known about allows every tag.

    RAISES: ValueError naming a label that has no tags.
    """
    allowed = np.ones((len(example.predicted), len(scheme.tags)), dtype=bool)
    known = layer.read(example)
    if known is None:
        return allowed
    allowed[known.outside] = False
    allowed[known.outside, 0] = True
    for span in aligned(example, known.entities):
        allowed[span.start : span.end] = False
        rows = np.arange(span.start, span.end)
        allowed[rows, _tags_of(Span(span.start, span.end, span.label_), scheme)] = True
    return allowed


def aligned(example: Example, entities: List[DocSpan]) -> List[DocSpan]:
    """Entities of the reference as spans of the predicted doc. What cannot be one is left open,
    with a warning."""
    spans = []
    for entity in entities:
        found = example.get_aligned_spans_y2x([entity])
        if not found:
            _warn(entity, "does not begin and end where tokens of the pipeline do")
        elif found[0][0].is_space or found[0][-1].is_space:
            _warn(entity, "begins or ends with whitespace")
        else:
            spans += found
    return spans


def _tags_of(span: Span, scheme: TagScheme) -> List[int]:
    if span.label not in scheme.labels:
        raise ValueError(
            f"The training data has an entity labelled {span.label!r}, but the labels of the "
            f"component are {list(scheme.labels)}. Put the label into [initialize.components] "
            "labels, or call add_label before training."
        )
    return scheme.span_tags(span)


def _warn(entity: DocSpan, problem: str) -> None:
    warnings.warn(
        f"The entity {entity.text!r} ({entity.label_}) {problem}: its tokens are left out of "
        "training, neither as an entity nor as none.",
        stacklevel=2,
    )
