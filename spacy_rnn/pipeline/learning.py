"""One step of learning, of a whole batch or of a part of one."""

from __future__ import annotations

from typing import Dict, Iterable, List, Optional

from spacy.pipeline import TrainablePipe
from spacy.training import Example, validate_examples
from thinc.api import Optimizer, set_dropout_rate


class LearnsInParts(TrainablePipe):
    """A component with the mean loss of what is annotated, which can see a batch in parts.

    share: of the annotation of a larger batch, what the next examples have. The gradients of all
        parts of the batch then add up to that of the whole.
    """

    share: float = 1.0

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optional[Optimizer] = None,
        losses: Optional[Dict[str, float]] = None,
    ) -> Dict[str, float]:
        """Learn from examples. RETURNS: `losses`, with the loss added under our name."""
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = list(examples)
        validate_examples(examples, f"{type(self).__name__}.update")
        if any(len(example.predicted) for example in examples):
            set_dropout_rate(self.model, drop)
            losses[self.name] += self.learn(examples, self.share)
            if sgd not in (None, False):
                self.finish_update(sgd)
        return losses

    def learn(self, examples: List[Example], share: float) -> float:
        """Leave the gradient of the mean loss, times `share`, in the model. RETURNS: the loss."""
        raise NotImplementedError

    def count_gold(self, examples: List[Example]) -> int:
        """RETURNS: how much annotation the mean is taken over."""
        raise NotImplementedError
