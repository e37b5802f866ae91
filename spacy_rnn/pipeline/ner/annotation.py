"""Writing what was found to a Doc: entities, their probabilities, candidates."""

from __future__ import annotations

from typing import List, Sequence

import numpy as np
from spacy.tokens import Doc, Span, SpanGroup

from ...decoding.entities import Reading, ScoredSpan
from ...labels.tag_scheme import Span as TokenSpan
from .entity_layers import EntityLayer


def annotate(
    doc: Doc, reading: Reading, layer: EntityLayer, overwrite: bool, spans_key: str
) -> None:
    """Write a reading.

    overwrite: replace the entities that were set before; otherwise add to them.
    spans_key: the group for the scored spans, or empty.
    """
    kept, blocked = ([], []) if overwrite else layer.present(doc)
    layer.write(doc, kept + _spans(doc, reading.entities), blocked)
    if spans_key:
        spans = _spans(doc, reading.candidates)
        scores = np.array([scored.probability for scored in reading.candidates], dtype="float32")
        for span, score in zip(spans, scores.tolist()):
            span._.confidence = score
        doc.spans[spans_key] = SpanGroup(doc, name=spans_key, spans=spans, attrs={"scores": scores})


def doc_span(doc: Doc, found: TokenSpan) -> Span:
    """A span of the doc. Under "bio" its last tags may fall on whitespace: that is cut off."""
    end = found.end
    while doc[end - 1].is_space:
        end -= 1
    return Span(doc, found.start, end, label=found.label)


def _spans(doc: Doc, found: Sequence[ScoredSpan]) -> List[Span]:
    return [doc_span(doc, scored.span) for scored in found]
