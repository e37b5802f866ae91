"""What an example's annotation says about tags: what is allowed, and what is known to be wrong."""

from __future__ import annotations

import warnings
from typing import Iterable, Iterator, List, Sequence

import numpy as np
from spacy.errors import Errors
from spacy.tokens import Span as DocSpan
from spacy.training import Example

from ...labels.tag_scheme import Span, TagScheme
from ...nn.crf_loss import Excluded
from .entity_layers import EntityLayer, same_tokens


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
        allowed[np.arange(span.start, span.end), _tags_of(span, scheme)] = True
    return allowed


def incorrect_paths(
    examples: Sequence[Example], key: str, layer: EntityLayer, scheme: TagScheme
) -> Iterator[Excluded]:
    """The paths that hold a span which a reference's `doc.spans[key]` knows to be wrong.

    Labels that the component does not have cannot be predicted, and are passed over.
    RAISES: ValueError if a span is annotated as right and as wrong.
    """
    for i, example in enumerate(examples):
        wrong = example.reference.spans.get(key, [])
        known = layer.read(example) if wrong else None
        right = set() if known is None else set(map(_as_span, aligned(example, known.entities)))
        for span in map(_as_span, example.get_aligned_spans_y2x(wrong, allow_overlap=True)):
            if span in right:
                raise ValueError(Errors.E868.format(span=tuple(span)))
            if span.label in scheme.labels:
                yield Excluded(i, scheme.paths_with(span, len(example.predicted)))


def aligned(example: Example, entities: Iterable[DocSpan]) -> List[DocSpan]:
    """Entities of the reference as spans of the predicted doc. What cannot be one is left open,
    with a warning."""
    same, spans = same_tokens(example), []
    for entity in entities:
        if same:
            found = [DocSpan(example.predicted, entity.start, entity.end, label=entity.label)]
        else:
            found = example.get_aligned_spans_y2x([entity])
        if not found:
            _warn(entity, "does not begin and end where tokens of the pipeline do")
        elif found[0][0].is_space or found[0][-1].is_space:
            _warn(entity, "begins or ends with whitespace")
        else:
            spans += found
    return spans


def _as_span(span: DocSpan) -> Span:
    return Span(span.start, span.end, span.label_)


def _tags_of(span: DocSpan, scheme: TagScheme) -> List[int]:
    if span.label_ not in scheme.labels:
        raise ValueError(
            f"The training data has an entity labelled {span.label_!r}, but the labels of the "
            f"component are {list(scheme.labels)}. Put the label into [initialize.components] "
            "labels, or call add_label before training."
        )
    return scheme.span_tags(_as_span(span))


def _warn(entity: DocSpan, problem: str) -> None:
    warnings.warn(
        f"The entity {entity.text!r} ({entity.label_}) {problem}: its tokens are left out of "
        "training, neither as an entity nor as none.",
        stacklevel=2,
    )
