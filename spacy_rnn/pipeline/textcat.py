"""Text classification: spaCy's text categorizers, for texts of which only some carry categories."""

from __future__ import annotations

from typing import Any, Callable, Iterable, List, Optional, Tuple

import numpy as np
from spacy.pipeline.textcat import TextCategorizer
from spacy.pipeline.textcat_multilabel import MultiLabel_TextCategorizer
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Model
from thinc.types import Floats2d

from .listeners import require_shared_vectors
from .textcat_scorer import has_categories, score_exclusive, score_multilabel


class RecurrentTextCategorizer(TextCategorizer):
    """Exactly one category for each text, in `doc.cats`."""

    def __init__(
        self,
        vocab: Any,
        model: Model,
        name: str = "rnn_textcat",
        *,
        threshold: float,
        scorer: Optional[Callable] = score_exclusive,
    ) -> None:
        check_model(name, model, exclusive=True)
        check_threshold(name, threshold)
        super().__init__(vocab, model, name, threshold=threshold, scorer=scorer)

    def predict(self, docs: Iterable[Doc]) -> Floats2d:
        return predict_texts(self, list(docs))

    def get_loss(self, examples: Iterable[Example], scores: Floats2d) -> Tuple[float, Floats2d]:
        return categorical_loss(self, list(examples), scores)

    def _examples_to_truth(self, examples: Iterable[Example]) -> Tuple[Floats2d, np.ndarray]:
        """Truths and known values, (n, labels) both: without a true category nothing is known."""
        truths, known = super()._examples_to_truth(list(examples))
        known[self.model.ops.to_numpy(truths).sum(axis=1) == 0.0] = 0.0
        return truths, known


class RecurrentMultiLabelTextCategorizer(MultiLabel_TextCategorizer):
    """Any number of categories for each text, in `doc.cats`. Categories not named are unknown."""

    def __init__(
        self,
        vocab: Any,
        model: Model,
        name: str = "rnn_textcat_multilabel",
        *,
        threshold: float,
        scorer: Optional[Callable] = score_multilabel,
    ) -> None:
        check_model(name, model, exclusive=False)
        check_threshold(name, threshold)
        super().__init__(vocab, model, name, threshold=threshold, scorer=scorer)

    def predict(self, docs: Iterable[Doc]) -> Floats2d:
        return predict_texts(self, list(docs))

    def get_loss(self, examples: Iterable[Example], scores: Floats2d) -> Tuple[float, Floats2d]:
        return categorical_loss(self, list(examples), scores)


def predict_texts(pipe: TextCategorizer, docs: List[Doc]) -> Floats2d:
    """Probabilities (n, labels). A text without tokens has none: its row is zero, in any batch."""
    require_shared_vectors(pipe.name, pipe.model, docs)
    scores = pipe.model.ops.alloc2f(len(docs), len(pipe.labels))
    filled = [i for i, doc in enumerate(docs) if len(doc)]
    if filled:
        scores[filled] = pipe.model.predict([docs[i] for i in filled])
    return scores


def categorical_loss(
    pipe: TextCategorizer, examples: List[Example], scores: Floats2d
) -> Tuple[float, Floats2d]:
    """Mean squared error as spaCy reports it, and p - y per annotated text, the gradient of the
    cross entropy by the logits.

    RAISES: ValueError if an example has a category that the component does not know.
    """
    pipe._validate_categories(examples)
    known_labels = set(pipe.labels)
    for example in examples:
        unknown = sorted(set(example.reference.cats) - known_labels)
        if unknown:
            raise ValueError(
                f"Component '{pipe.name}' does not know the categories {unknown} of the text "
                f"'{example.reference.text[:60]}'. Call add_label() for them, or initialize with "
                "training data or a labels file that has them."
            )
    truths, known = pipe._examples_to_truth(examples)
    d_scores = (scores - truths) * pipe.model.ops.asarray(known)
    annotated = sum(has_categories(example) for example in examples)
    return float((d_scores**2).mean()), d_scores / max(annotated, 1)


def check_model(name: str, model: Model, exclusive: bool) -> None:
    """RAISES: ValueError if the model was made for the other kind of component."""
    if model.attrs.get("multi_label") is exclusive:
        kinds = ("rnn_textcat_multilabel", "rnn_textcat")
        right, wrong = kinds[exclusive], kinds[not exclusive]
        raise ValueError(
            f"components.{name}.model.exclusive_classes must be {str(exclusive).lower()} for the "
            f"factory '{right}'. Use '{wrong}' otherwise."
        )


def check_threshold(name: str, threshold: float) -> None:
    if not 0.0 <= threshold <= 1.0:
        raise ValueError(f"components.{name}.threshold must be between 0 and 1, got {threshold}")
