"""Named entities with a conditional random field: the component."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import Callable, Iterable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from spacy.errors import Errors
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example, validate_get_examples
from spacy.vocab import Vocab
from thinc.api import Model

from ...annotations import declare_confidence
from ...decoding.entities import Reading, Wanted, find_entities
from ...decoding.nbest import Path, n_best
from ...labels.tag_scheme import TagScheme, tag_scheme
from ...nn.crf import CRFScores
from ...nn.crf_loss import negative_log_likelihood
from ..bad_docs import KeepsGoodDocs
from ..damaged_files import NamesDamagedFiles
from ..given_labels import names_of
from ..learning import LearnsInParts
from ..listeners import require_shared_vectors
from .annotation import annotate, doc_span
from .calibration import (
    LABEL_SHIFT,
    Calibration,
    check_label_shift,
    fit,
    held_out,
    judge_spans,
)
from .decision import check_threshold_for, threshold_of_spans
from .entity_layers import EntityLayer, entity_layer
from .gold import allowed_tags, incorrect_paths
from .limits import possible_tags
from .settings import NERSettings

DOCS_TO_INITIALIZE_WITH = 10


class Analysis(NamedTuple):
    """One way to read a doc, and how probable it is."""

    entities: List[Span]
    probability: float


class RecurrentNER(LearnsInParts, KeepsGoodDocs, NamesDamagedFiles):
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
        super().__init__(vocab, model, name, labels=[], **asdict(settings))
        self.calibration = Calibration()
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
        return tag_scheme(self.cfg["scheme"], self.labels)

    @property
    def layer(self) -> EntityLayer:
        """Where the entities are read and written."""
        return entity_layer(self.cfg["annotates"], self.cfg["spans_key"])

    @property
    def calibration(self) -> Calibration:
        """How probabilities are corrected. It is saved with the component."""
        return Calibration(*(self.cfg[name] for name in Calibration._fields))

    @calibration.setter
    def calibration(self, calibration: Calibration) -> None:
        self.cfg.update(calibration._asdict())

    def add_label(self, label: str) -> int:
        """RETURNS: 0 if the label is there already, else 1. What was learned so far is kept."""
        if not isinstance(label, str) or not label:
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
        names = names_of(self.name, labels)
        for label in self._labels_of(get_examples()) if names is None else names:
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
        require_shared_vectors(self.name, self.model, docs)
        if not any(len(doc) for doc in docs):
            return [Reading([], []) for _ in docs]
        wanted = Wanted(bool(self.cfg["spans_key"]), self.cfg["threshold"], self.cfg["p_min"])
        return find_entities(self._scores(docs), self.scheme, wanted)

    def set_annotations(self, docs: Sequence[Doc], readings: Sequence[Reading]) -> None:
        """Write what `predict` found."""
        for doc, reading in zip(docs, readings):
            annotate(doc, reading, self.layer, self.cfg["overwrite"], self.cfg["spans_key"])

    def learn(self, examples: List[Example], share: float) -> float:
        scores, backprop = self.model.begin_update([example.predicted for example in examples])
        loss, gradient = self.get_loss(examples, scores)
        backprop(gradient.scale(share))
        return share * loss

    def count_gold(self, examples: List[Example]) -> int:
        """The docs that something is known about."""
        key = self.cfg["incorrect_spans_key"]
        wrong = (
            {i for i, _ in incorrect_paths(examples, key, self.layer, self.scheme)} if key else ()
        )
        allowed = (allowed_tags(example, self.layer, self.scheme) for example in examples)
        return sum(not tags.all() or i in wrong for i, tags in enumerate(allowed))

    def get_loss(self, examples: Sequence[Example], scores: CRFScores) -> Tuple[float, CRFScores]:
        """The negative log-likelihood of the annotation, per annotated doc, and its gradient."""
        # It fits the weights that it was found with, and these are about to change.
        self._uncalibrate()
        docs = [example.predicted for example in examples]
        layer, scheme, key = self.layer, self.scheme, self.cfg["incorrect_spans_key"]
        allowed = np.concatenate([allowed_tags(example, layer, scheme) for example in examples])
        wrong = list(incorrect_paths(examples, key, layer, scheme)) if key else []
        return negative_log_likelihood(self._constrain(docs, scores, None), allowed, wrong)

    def n_best(self, docs: Sequence[Doc], n: int) -> List[List[Analysis]]:
        """The n most probable analyses of each doc, best first, without changing it."""
        found = n_best(self._scores(list(docs)), n) if docs else []
        return [[self._analysis(doc, path) for path in paths] for doc, paths in zip(docs, found)]

    def _analysis(self, doc: Doc, path: Path) -> Analysis:
        spans = self.scheme.decode(path.tags)
        return Analysis([doc_span(doc, span) for span in spans], path.probability)

    def calibrate(
        self,
        examples: Iterable[Example],
        label_shift: float = LABEL_SHIFT,
        threshold_for: Optional[str] = None,
    ) -> Calibration:
        """Fit the probabilities to examples held out from training.

        That moves the best analysis as well: a label that turns out rarer than the model thinks is
        predicted less often. Further training takes all of it back.

        label_shift: the standard deviation of the normal prior that holds back the labels' log
            odds; the more examples, the further they follow these. 0 leaves them alone. 1 if more
            of the examples' source will be read, and only the training data is of another.
        threshold_for: "ents_f", or "spans_KEY_f" for entities in a group: choose the `threshold`
            with which that score of what the component finds by itself is highest on the examples.
            None: leave it as it was set.
        RAISES: ValueError if label_shift is negative or not finite, or if there is no such score.
        """
        check_label_shift(label_shift)
        if threshold_for is not None:
            check_threshold_for(threshold_for, self.layer.prefix)
        self._uncalibrate()
        layer, scheme, given = self.layer, self.scheme, self.cfg["threshold"]
        batches = held_out(examples, self._open_scores, layer, scheme)
        fitted = fit(batches, layer, scheme, label_shift)
        if threshold_for is not None:
            chosen = threshold_of_spans(judge_spans(batches, fitted, layer, scheme), given)
            fitted = fitted._replace(chosen_threshold=chosen, given_threshold=given)
            self.cfg["threshold"] = chosen
        self.calibration = fitted
        return fitted

    def _uncalibrate(self) -> None:
        calibration = self.calibration
        # Not if somebody has set another since.
        if self.cfg["threshold"] == calibration.chosen_threshold:
            self.cfg["threshold"] = calibration.given_threshold
        self.calibration = Calibration()

    def _open_scores(self, docs: List[Doc]) -> CRFScores:
        """The scores as in training, whatever entities the docs bear already."""
        return self._constrain(docs, self.model.predict(docs), None)

    def _scores(self, docs: List[Doc]) -> CRFScores:
        """The calibrated scores of everything that the docs leave open."""
        respected = None if self.cfg["overwrite"] else self.layer
        scores = self.calibration.apply(self.model.predict(docs), self.scheme)
        return self._constrain(docs, scores, respected)

    def _constrain(
        self, docs: Sequence[Doc], scores: CRFScores, respected: Optional[EntityLayer]
    ) -> CRFScores:
        scores = scores.constrain_paths(*self.scheme.legal)
        possible = possible_tags(docs, self.scheme, respected)
        return scores if possible is None else scores.constrain_tags(possible)
