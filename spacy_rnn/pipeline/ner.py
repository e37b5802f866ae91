"""Named entities with a conditional random field: the component."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import Callable, Dict, Iterable, List, Optional, Sequence, Tuple

import numpy as np
from spacy.errors import Errors
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc
from spacy.training import Example, validate_get_examples
from spacy.vocab import Vocab
from thinc.api import Model

from ..annotations import declare_confidence
from ..decoding.entities import Reading, Wanted, find_entities
from ..labels.tag_scheme import TagScheme
from ..nn.crf import CRFScores
from ..nn.crf_loss import negative_log_likelihood
from .entity_layers import EntityLayer, entity_layer
from .ner_annotation import annotate
from .ner_gold import allowed_tags
from .ner_limits import possible_tags
from .ner_settings import NERSettings

DOCS_TO_INITIALIZE_WITH = 10


class RecurrentNER(TrainablePipe):
    """Finds entities that do not overlap, with their exact probabilities if wanted."""

    def __init__(
        self,
        vocab: Vocab,
        model: Model[List[Doc], CRFScores],
        name: str,
        *,
        settings: NERSettings = NERSettings(),
        scorer: Optional[Callable] = None,
    ) -> None:
        super().__init__(vocab, model, name, labels=[], temperature=1.0, **asdict(settings))
        self.scorer = scorer
        declare_confidence()

    @property
    def labels(self) -> Tuple[str, ...]:
        """The labels, in the order of their tags."""
        return tuple(self.cfg["labels"])

    @property
    def label_data(self) -> List[str]:
        """What `init labels` writes and `initialize` reads."""
        return self.cfg["labels"]

    @property
    def scheme(self) -> TagScheme:
        return TagScheme(self.cfg["scheme"], self.labels)

    @property
    def layer(self) -> EntityLayer:
        """Where the entities are read and written."""
        return entity_layer(self.cfg["annotates"], self.cfg["spans_key"])

    def add_label(self, label: str) -> int:
        """RETURNS: 0 if the label is there already, else 1. What was learned so far is kept."""
        if not isinstance(label, str):
            raise ValueError(Errors.E187)
        if label in self.labels:
            return 0
        self.cfg["labels"] = [*self.labels, label]
        self.vocab.strings.add(label)
        self.set_output(len(self.scheme.tags))
        return 1

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Optional[Language] = None,
        labels: Optional[Iterable[str]] = None,
    ) -> None:
        """Set up the labels, from `labels` or from the data, and new weights.

        RAISES: ValueError if there are no labels.
        """
        validate_get_examples(get_examples, "RecurrentNER.initialize")
        for label in self._labels_of(get_examples()) if labels is None else labels:
            self.add_label(label)
        if not self.labels:
            raise ValueError(
                f"No entities for {self.name!r} in the training data, and no labels in "
                f"[initialize.components.{self.name}]: there is nothing to learn."
            )
        self.set_output(len(self.scheme.tags))
        sample = [example.x for example in islice(get_examples(), DOCS_TO_INITIALIZE_WITH)]
        self.model.initialize(X=sample)

    def _labels_of(self, examples: Iterable[Example]) -> List[str]:
        known = filter(None, map(self.layer.read, examples))
        return sorted({span.label_ for gold in known for span in gold.entities})

    def predict(self, docs: Sequence[Doc]) -> List[Reading]:
        """Find the entities of docs without changing them."""
        docs = list(docs)
        if not any(len(doc) for doc in docs):
            return [Reading([], []) for _ in docs]
        respected = None if self.cfg["overwrite"] else self.layer
        scores = self._constrain(docs, self.model.predict(docs), respected)
        wanted = Wanted(bool(self.cfg["spans_key"]), self.cfg["threshold"], self.cfg["p_min"])
        return find_entities(scores.cool(self.cfg["temperature"]), self.scheme, wanted)

    def set_annotations(self, docs: Sequence[Doc], readings: Sequence[Reading]) -> None:
        """Write what `predict` found."""
        for doc, reading in zip(docs, readings):
            annotate(doc, reading, self.layer, self.cfg["overwrite"], self.cfg["spans_key"])

    def get_loss(self, examples: Sequence[Example], scores: CRFScores) -> Tuple[float, CRFScores]:
        """The negative log-likelihood of the annotation, per annotated doc, and its gradient."""
        docs = [example.predicted for example in examples]
        layer, scheme = self.layer, self.scheme
        allowed = np.concatenate([allowed_tags(example, layer, scheme) for example in examples])
        return negative_log_likelihood(self._constrain(docs, scores, None), allowed)

    def _constrain(
        self, docs: Sequence[Doc], scores: CRFScores, respected: Optional[EntityLayer]
    ) -> CRFScores:
        scores = scores.constrain_paths(*self.scheme.legal)
        possible = possible_tags(docs, self.scheme, respected)
        return scores if possible is None else scores.constrain_tags(possible)
