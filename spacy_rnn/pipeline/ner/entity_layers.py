"""Where entities live on a Doc: in `doc.ents`, or in a group of `doc.spans`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, NamedTuple, Optional, Protocol, Sequence, Tuple

import numpy as np
from spacy.attrs import ORTH
from spacy.scorer import Scorer, get_ner_prf
from spacy.tokens import Doc, Span
from spacy.training import Example

OUTSIDE_IOB = 2
BEGIN_IOB = 3


class Known(NamedTuple):
    """What an example's reference says.

    entities: spans of the reference.
    outside: (tokens of the predicted doc,) bool, those known to be in no entity.
    """

    entities: Sequence[Span]
    outside: np.ndarray


class EntityLayer(Protocol):
    """One place for entities that do not overlap.

    prefix: begins the names of its scores.
    """

    prefix: str

    def read(self, example: Example) -> Optional[Known]:
        """RETURNS: None if the reference is not annotated."""

    def present(self, doc: Doc) -> Tuple[List[Span], List[Span]]:
        """RETURNS: entities that were set before, and single tokens that must not be in one."""

    def write(self, doc: Doc, entities: List[Span], blocked: List[Span]) -> None:
        """Set entities, and keep tokens blocked."""

    def is_annotated(self, doc: Doc) -> bool:
        """Whether a reference says anything about entities."""

    def score(self, examples: List[Example]) -> Dict[str, Any]:
        """Precision, recall and F-score."""


@dataclass(frozen=True)
class InEnts:
    """Entities in `doc.ents`."""

    prefix = "ents"

    def read(self, example: Example) -> Optional[Known]:
        if not self.is_annotated(example.reference):
            return None
        if same_tokens(example):
            outside = example.reference.to_array("ENT_IOB") == OUTSIDE_IOB
        else:
            aligned = example.get_aligned("ENT_IOB")
            outside = np.array([iob == OUTSIDE_IOB for iob in aligned], dtype=bool)
        return Known(example.reference.ents, outside)

    def present(self, doc: Doc) -> Tuple[List[Span], List[Span]]:
        if not doc.has_annotation("ENT_IOB"):
            return [], []
        iob, types = doc.to_array("ENT_IOB"), doc.to_array("ENT_TYPE")
        blocked = np.flatnonzero((iob == BEGIN_IOB) & (types == 0)).tolist()
        return list(doc.ents), [doc[i : i + 1] for i in blocked]

    def write(self, doc: Doc, entities: List[Span], blocked: List[Span]) -> None:
        doc.set_ents(entities, blocked=blocked)

    def is_annotated(self, doc: Doc) -> bool:
        return doc.has_annotation("ENT_IOB")

    def score(self, examples: List[Example]) -> Dict[str, Any]:
        return get_ner_prf(examples)


@dataclass(frozen=True)
class InSpans:
    """Entities in `doc.spans[key]`, whatever stands in `doc.ents`."""

    key: str

    @property
    def prefix(self) -> str:
        return f"spans_{self.key}"

    def read(self, example: Example) -> Optional[Known]:
        if not self.is_annotated(example.reference):
            return None
        entities = sorted(example.reference.spans[self.key], key=lambda span: span.start)
        for before, after in zip(entities, entities[1:]):
            if after.start < before.end:
                raise ValueError(
                    f"doc.spans[{self.key!r}] holds {before.text!r} and {after.text!r}, which "
                    "overlap: give each layer of entities a component and a spans_key of its own."
                )
        outside = np.ones(len(example.predicted), dtype=bool)
        for span in entities:
            outside[example.alignment.y2x[span.start : span.end]] = False
        return Known(entities, outside)

    def present(self, doc: Doc) -> Tuple[List[Span], List[Span]]:
        # The group is the component's own: it is always written anew.
        return [], []

    def write(self, doc: Doc, entities: List[Span], blocked: List[Span]) -> None:
        doc.spans[self.key] = sorted(entities, key=lambda span: span.start)

    def is_annotated(self, doc: Doc) -> bool:
        return self.key in doc.spans

    def score(self, examples: List[Example]) -> Dict[str, Any]:
        return Scorer.score_spans(
            examples,
            self.prefix,
            getter=lambda doc, _: doc.spans.get(self.key, []),
            has_annotation=self.is_annotated,
        )


def same_tokens(example: Example) -> bool:
    """Whether both docs have the same tokens, as in most training data: aligning takes longer than
    a CRF's loss."""
    predicted, reference = example.predicted, example.reference
    return len(predicted) == len(reference) and np.array_equal(
        predicted.to_array(ORTH), reference.to_array(ORTH)
    )


def entity_layer(annotates: str, spans_key: str) -> EntityLayer:
    """The layer that the settings name. RAISES: ValueError naming the setting."""
    if annotates == "ents":
        return InEnts()
    if annotates != "spans":
        raise ValueError(f"annotates must be 'ents' or 'spans', got {annotates!r}")
    if not spans_key:
        raise ValueError("annotates = 'spans' needs a spans_key: the name of a group in doc.spans")
    return InSpans(spans_key)
