"""What both text classifiers do otherwise than spaCy's."""

from __future__ import annotations

from typing import Iterable, List, Optional, Tuple, Union

import numpy as np
from spacy.pipeline.textcat import TextCategorizer
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import minibatch
from thinc.types import Floats2d

from ...layers.classifier import temper
from ...layers.ensemble import ballots, vote
from ..bad_docs import KeepsGoodDocs
from ..damaged_files import NamesDamagedFiles
from ..learning import LearnsInParts
from ..listeners import require_shared_vectors
from .attention import Classification, attend
from .calibration import best_share, best_temperature
from .decision import threshold_of_labels
from .explanation import occlude
from .loss import supervise
from .scorer import has_categories
from .settings import check_threshold_for

DOCS_AT_ONCE = 128


class RecurrentClassifier(LearnsInParts, KeepsGoodDocs, NamesDamagedFiles, TextCategorizer):
    """A text classifier whose probabilities can be fitted, explained, and kept with attention."""

    def predict(self, docs: Iterable[Doc]) -> Classification:
        """Classify docs without changing them."""
        docs = list(docs)
        require_shared_vectors(self.name, self.model, docs)
        wanted = self.cfg["attention_attr"]
        return Classification(self._chances(docs), attend(self.model, docs) if wanted else [])

    def set_annotations(self, docs: Iterable[Doc], found: Classification) -> None:
        """Write what `predict` found."""
        docs = list(docs)
        # At once: one by one, the host would wait for a GPU as often as there are scores.
        super().set_annotations(docs, self.model.ops.to_numpy(found.scores))
        for doc, attention in zip(docs, found.attention):
            doc._.set(self.cfg["attention_attr"], attention)

    def _chances(self, docs: List[Doc]) -> Floats2d:
        """Probabilities (n, labels) at the temperature of the component. A text without tokens
        has none: its row is zero, in any batch."""
        scores = self.model.ops.alloc2f(len(docs), len(self.labels))
        filled = [i for i, doc in enumerate(docs) if len(doc)]
        if filled:
            found = self.model.predict([docs[i] for i in filled])
            scores[filled] = self._cool(found, self.cfg["temperature"])
        return scores

    def get_loss(
        self, examples: Iterable[Example], scores: Union[Floats2d, Classification]
    ) -> Tuple[float, Floats2d]:
        """The loss per annotated text, and its gradient by the logits.

        scores: (n, labels), of the model; or what `predict` found.
        RAISES: ValueError if an example has a category that the component does not know.
        """
        if isinstance(scores, Classification):
            scores = scores.scores
        return supervise(self, list(examples))(scores)

    def learn(self, examples: List[Example], share: float) -> float:
        """A model of several parts that each have supervision of their own gets the loss as a
        function of probabilities."""
        examples = _filled(examples)
        judge = supervise(self, examples, share)
        # A temperature fits the weights it was found with, and these are about to change.
        self.cfg["temperature"] = 1.0
        scores, backprop = self.model.begin_update([example.predicted for example in examples])
        loss, gradient = judge(scores)
        parts = self.model.attrs.get("supervises_parts", False)
        backprop((lambda part: judge(part)[1]) if parts else gradient)
        return loss

    def count_gold(self, examples: List[Example]) -> int:
        """The texts that have categories, and tokens to learn them from."""
        return sum(map(has_categories, _filled(examples)))

    def calibrate(self, examples: Iterable[Example], threshold_for: Optional[str] = None) -> None:
        """Fit to held-out examples, of texts with known categories: the shares of two models that
        vote, then the temperature, then the threshold.

        threshold_for: the F-score that the threshold of labels which do not exclude each other is
            to make highest, "cats_micro_f" or "cats_macro_f". None: leave it as it is.
        RAISES: ValueError.
        """
        check_threshold_for(self.name, threshold_for, exclusive=not self.support_missing_values)
        examples = _filled(examples)
        if not examples:
            return
        model, to_numpy = self.model, self.model.ops.to_numpy
        concatenate = model.ops.xp.concatenate
        batches = list(minibatch([example.predicted for example in examples], DOCS_AT_ONCE))
        truths, known = self._examples_to_truth(examples)
        gold = (to_numpy(truths), known, not self.support_missing_values)
        if "share" in model.attrs:
            parts = [concatenate(part) for part in zip(*(ballots(model, docs) for docs in batches))]
            share = best_share(lambda share: to_numpy(vote(model, parts, share)), *gold)
            model.attrs["share"] = share
            raw = vote(model, parts, share)
        else:
            raw = concatenate([model.predict(docs) for docs in batches])
        temperature = best_temperature(
            lambda temperature: to_numpy(self._cool(raw, temperature)), *gold
        )
        self.cfg["temperature"] = temperature
        if threshold_for is not None:
            chances = to_numpy(self._cool(raw, temperature))
            self.cfg["threshold"] = threshold_of_labels(chances, *gold[:2], threshold_for)

    def explain(self, doc: Doc, label: Optional[str] = None) -> np.ndarray:
        """What the probability of a label loses when each token is left out.

        label: None for the most probable one.
        RETURNS: (tokens,); above 0 where a token speaks for the label.
        RAISES: ValueError if the component does not have the label.
        """
        if label is not None and label not in self.labels:
            raise ValueError(
                f"Component '{self.name}' cannot explain the label {label!r}: its labels are "
                f"{list(self.labels)}"
            )
        require_shared_vectors(self.name, self.model, [doc])
        if label is None:
            column = int(self._chances([doc])[0].argmax())
        else:
            column = self.labels.index(label)
        return occlude(doc, column, self._chances)

    def _cool(self, scores: Floats2d, temperature: float) -> Floats2d:
        if temperature == 1.0:
            return scores
        return temper(self.model, scores, temperature, exclusive=not self.support_missing_values)


def _filled(examples: Iterable[Example]) -> List[Example]:
    return [example for example in examples if len(example.predicted)]
