"""What a text classifier learns from its examples: the settings of its loss, and their use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Callable, Dict, Iterable, List, Tuple, Union

from spacy.pipeline.textcat import TextCategorizer
from spacy.training import Example
from thinc.types import Floats2d

from ...layers.class_loss import class_loss
from .scorer import has_categories

BALANCED = "balanced"
ClassWeights = Union[None, str, Dict[str, float]]


@dataclass(frozen=True)
class LossSettings:
    """The settings `class_weights`, `focal_gamma` and `label_smoothing` of a component."""

    class_weights: ClassWeights = None
    focal_gamma: float = 0.0
    label_smoothing: float = 0.0

    def check(self, name: str) -> None:
        """RAISES: ValueError naming the setting of the component `name`."""
        weights = self.class_weights
        given = isinstance(weights, dict) and all(weight > 0.0 for weight in weights.values())
        if not (weights is None or weights == BALANCED or given):
            raise ValueError(
                f"components.{name}.class_weights must be null, 'balanced', or labels with weights "
                f"above 0, got {weights!r}"
            )
        if not self.focal_gamma >= 0.0:
            raise ValueError(
                f"components.{name}.focal_gamma must be 0 or more, got {self.focal_gamma}"
            )
        if not 0.0 <= self.label_smoothing < 1.0:
            raise ValueError(
                f"components.{name}.label_smoothing must be at least 0 and less than 1, "
                f"got {self.label_smoothing}"
            )

    def as_cfg(self) -> Dict[str, Any]:
        return {**asdict(self), "balanced_weights": {}}


def supervise(
    pipe: TextCategorizer, examples: List[Example], share: float = 1.0
) -> Callable[[Floats2d], Tuple[float, Floats2d]]:
    """The loss per annotated text of any probabilities (n, labels), and its gradient by the logits.

    share: what both are multiplied with.
    RAISES: ValueError if an example has a category that the component does not know.
    """
    check_categories(pipe, examples)
    ops = pipe.model.ops
    truths, known = pipe._examples_to_truth(examples)
    known = ops.asarray(known) * (share / max(sum(map(has_categories, examples)), 1))

    def judge(scores: Floats2d) -> Tuple[float, Floats2d]:
        losses, gradient = class_loss(
            pipe.model,
            scores,
            truths,
            exclusive=not pipe.support_missing_values,
            weights=_weights(pipe),
            focal_gamma=pipe.cfg["focal_gamma"],
            label_smoothing=pipe.cfg["label_smoothing"],
        )
        return float((losses * known).sum()), gradient * known

    return judge


def check_categories(pipe: TextCategorizer, examples: List[Example]) -> None:
    """RAISES: ValueError if an example has a category that the component does not know."""
    pipe._validate_categories(examples)
    for example in examples:
        unknown = sorted(set(example.reference.cats) - set(pipe.labels))
        if unknown:
            raise ValueError(
                f"Component '{pipe.name}' does not know the categories {unknown} of the text "
                f"'{example.reference.text[:60]}'. Call add_label() for them, or initialize with "
                "training data or a labels file that has them."
            )


def settle_weights(pipe: TextCategorizer, examples: Iterable[Example]) -> None:
    """Check given class weights against the labels; count the texts for balanced ones.

    Balanced exclusive classes count the same in all; otherwise the texts that have a class count
    as much as those that have it not. A class without texts on either side counts as 1.
    RAISES: ValueError if a weight was given for a label that the component does not have.
    """
    weights = pipe.cfg["class_weights"]
    unknown = sorted(set(weights) - set(pipe.labels)) if isinstance(weights, dict) else []
    if unknown:
        raise ValueError(
            f"components.{pipe.name}.class_weights names {unknown}, "
            f"which are not among the labels {list(pipe.labels)}"
        )
    if weights != BALANCED:
        return
    truths, known = pipe._examples_to_truth(list(examples))
    have = pipe.model.ops.to_numpy(truths).sum(axis=0)
    if pipe.support_missing_values:
        rest, share = known.sum(axis=0) - have, 1.0
    else:
        rest, share = have * 0.0 + have.sum(), 1.0 / len(pipe.labels)
    pipe.cfg["balanced_weights"] = {
        label: float(share * other / own)
        for label, own, other in zip(pipe.labels, have, rest)
        if own > 0.0 and other > 0.0
    }


def _weights(pipe: TextCategorizer) -> List[float]:
    weights = pipe.cfg["class_weights"] or {}
    if weights == BALANCED:
        weights = pipe.cfg["balanced_weights"]
    return [weights.get(label, 1.0) for label in pipe.labels]
