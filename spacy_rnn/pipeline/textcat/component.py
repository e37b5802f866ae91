"""Text classification: spaCy's text categorizers, for texts of which only some carry categories."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, Optional, Tuple

import numpy as np
from spacy.language import Language
from spacy.pipeline.textcat_multilabel import MultiLabel_TextCategorizer
from spacy.training import Example
from thinc.api import Model
from thinc.types import Floats2d

from ...annotations import declare_attention
from ..given_labels import names_of
from .classifier import RecurrentClassifier
from .loss import LossSettings, settle_weights
from .scorer import score_exclusive, score_multilabel
from .settings import check_attention, check_model, check_threshold


class RecurrentTextCategorizer(RecurrentClassifier):
    """Exactly one category for each text, in `doc.cats`."""

    def __init__(
        self,
        vocab: Any,
        model: Model,
        name: str = "rnn_textcat",
        *,
        threshold: float,
        loss: LossSettings = LossSettings(),
        attention_attr: str = "",
        scorer: Optional[Callable] = score_exclusive,
    ) -> None:
        check_model(name, model, exclusive=True)
        check_threshold(name, "threshold", threshold)
        loss.check(name)
        check_attention(name, attention_attr, model)
        super().__init__(vocab, model, name, threshold=threshold, scorer=scorer)
        declare_attention(attention_attr)
        self.cfg.update(loss.as_cfg(), temperature=1.0, attention_attr=attention_attr)

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Optional[Language] = None,
        labels: Optional[Iterable[str]] = None,
        positive_label: Optional[str] = None,
    ) -> None:
        """As spaCy's; balanced class weights are counted on all examples."""
        names = names_of(self.name, labels)
        super().initialize(get_examples, nlp=nlp, labels=names, positive_label=positive_label)
        settle_weights(self, get_examples())

    def _examples_to_truth(self, examples: Iterable[Example]) -> Tuple[Floats2d, np.ndarray]:
        """Truths and known values, (n, labels) both: without a true category nothing is known."""
        truths, known = super()._examples_to_truth(list(examples))
        known[self.model.ops.to_numpy(truths).sum(axis=1) == 0.0] = 0.0
        return truths, known


class RecurrentMultiLabelTextCategorizer(RecurrentClassifier, MultiLabel_TextCategorizer):
    """Any number of categories for each text, in `doc.cats`. Categories not named are unknown."""

    def __init__(
        self,
        vocab: Any,
        model: Model,
        name: str = "rnn_textcat_multilabel",
        *,
        threshold: float,
        thresholds: Optional[Dict[str, float]] = None,
        loss: LossSettings = LossSettings(),
        attention_attr: str = "",
        scorer: Optional[Callable] = score_multilabel,
    ) -> None:
        check_model(name, model, exclusive=False)
        check_threshold(name, "threshold", threshold)
        for label, value in (thresholds or {}).items():
            check_threshold(name, f"thresholds.{label}", value)
        loss.check(name)
        check_attention(name, attention_attr, model)
        super().__init__(vocab, model, name, threshold=threshold, scorer=scorer)
        declare_attention(attention_attr)
        self.cfg.update(loss.as_cfg(), temperature=1.0, attention_attr=attention_attr)
        self.cfg["thresholds"] = dict(thresholds or {})

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Optional[Language] = None,
        labels: Optional[Iterable[str]] = None,
    ) -> None:
        """As spaCy's; balanced class weights are counted on all examples."""
        names = names_of(self.name, labels)
        MultiLabel_TextCategorizer.initialize(self, get_examples, nlp=nlp, labels=names)
        settle_weights(self, get_examples())
        unknown = sorted(set(self.cfg["thresholds"]) - set(self.labels))
        if unknown:
            raise ValueError(
                f"components.{self.name}.thresholds names {unknown}, which are not among the "
                f"labels {list(self.labels)}"
            )
