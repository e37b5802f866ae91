"""One evaluation in numbers, as every log writes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional, Protocol, Tuple

from spacy.language import Language
from spacy.util import registry
from thinc.api import Model

from ...layers.torch_modules import last_steps
from .final_test import FinalTest


@dataclass(frozen=True)
class Row:
    """What is known after an evaluation. `None` where the training loop does not tell.

    losses: of each component, since the evaluation before.
    scores: those with a weight in `[training.score_weights]`, as fractions.
    score: their weighted sum, by which the best model is chosen.
    learn_rate, grad_norm: of the last update. The norm is that before clipping, over the whole
        pipeline with optimizers of this package, over its torch weights with Thinc's.
    seconds_left: until `max_steps`, at the speed so far.
    """

    epoch: int
    step: int
    losses: Dict[str, float]
    scores: Dict[str, float]
    score: float
    words: int
    seconds: float
    words_per_second: Optional[float]
    learn_rate: Optional[float]
    grad_norm: Optional[float]
    seconds_left: Optional[float]


class Log(Protocol):
    """Somewhere that rows go."""

    def start(self, nlp: Language, output: Optional[Path], first: Row) -> None:
        """output: the directory of the models, if there is one."""

    def write(self, row: Row) -> None: ...

    def close(self) -> None: ...


class Curves(Log, Protocol):
    """A program that shows runs side by side: it also gets what came out in the end."""

    def write_test(self, test: FinalTest, step: int) -> None:
        """step: of the last row."""


class RowMaker:
    """Makes rows of what spaCy's loop tells its logger."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        training = nlp.config.interpolate()["training"]
        weights = training["score_weights"]
        self.scores = [name for name, weight in weights.items() if weight is not None]
        self.pipes = [name for name, pipe in nlp.pipeline if getattr(pipe, "is_trainable", False)]
        # It may be a block, such as `steps_for_epochs`.
        self.max_steps = registry.resolve({"steps": training["max_steps"]})["steps"]
        self.words = 0
        self.seconds = 0.0
        self.first_step: Optional[int] = None
        self.first_seconds = 0.0

    def __call__(self, info: Dict[str, Any]) -> Row:
        words, seconds, step = info["words"], float(info["seconds"]), info["step"]
        if self.first_step is None:
            self.first_step, self.first_seconds = step, seconds
        elapsed = seconds - self.seconds
        speed = (words - self.words) / elapsed if elapsed > 0 else None
        self.words, self.seconds = words, seconds
        learn_rate, grad_norm = self._last_update()
        return Row(
            epoch=info["epoch"],
            step=step,
            losses={pipe: float(info["losses"].get(pipe, 0.0)) for pipe in self.pipes},
            scores={name: _number(info["other_scores"].get(name)) for name in self.scores},
            score=float(info["score"]),
            words=words,
            seconds=seconds,
            words_per_second=speed,
            learn_rate=info.get("learn_rate") or learn_rate,
            grad_norm=info.get("grad_norm") or grad_norm,
            seconds_left=self._left(step, seconds, info.get("max_steps", self.max_steps)),
        )

    def _last_update(self) -> Tuple[Optional[float], Optional[float]]:
        """Learning rate and gradient norm as the layers saw them: spaCy's loop tells neither."""
        models = (getattr(pipe, "model", None) for _, pipe in self.nlp.pipeline)
        steps = [step for model in models if isinstance(model, Model) for step in last_steps(model)]
        if not steps:
            return None, None
        squares = sum(float(step.grad_norm) ** 2 for step in steps)
        return steps[-1].learn_rate, squares**0.5

    def _left(self, step: int, seconds: float, max_steps: int) -> Optional[float]:
        made = step - self.first_step
        if not max_steps or not made:
            return None
        return (seconds - self.first_seconds) / made * (max_steps - step)


def _number(score: Any) -> float:
    return float(score) if isinstance(score, (int, float)) else 0.0
