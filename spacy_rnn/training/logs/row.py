"""One evaluation in numbers, as every log writes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional, Protocol

from spacy.language import Language


@dataclass(frozen=True)
class Row:
    """What is known after an evaluation. `None` where the training loop does not tell.

    losses: of each component, since the evaluation before.
    scores: those with a weight in `[training.score_weights]`, as fractions.
    score: their weighted sum, by which the best model is chosen.
    grad_norm: over the whole pipeline, before clipping; optimizers of this package know it.
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


class RowMaker:
    """Makes rows of what spaCy's loop tells its logger."""

    def __init__(self, nlp: Language) -> None:
        training = nlp.config.interpolate()["training"]
        weights = training["score_weights"]
        self.scores = [name for name, weight in weights.items() if weight is not None]
        self.pipes = [name for name, pipe in nlp.pipeline if getattr(pipe, "is_trainable", False)]
        # It can be a block that is resolved to a number; the loop of this package tells which.
        self.max_steps = training["max_steps"] if isinstance(training["max_steps"], int) else 0
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
        return Row(
            epoch=info["epoch"],
            step=step,
            losses={pipe: float(info["losses"].get(pipe, 0.0)) for pipe in self.pipes},
            scores={name: _number(info["other_scores"].get(name)) for name in self.scores},
            score=float(info["score"]),
            words=words,
            seconds=seconds,
            words_per_second=speed,
            learn_rate=info.get("learn_rate"),
            grad_norm=info.get("grad_norm"),
            seconds_left=self._left(step, seconds, info.get("max_steps", self.max_steps)),
        )

    def _left(self, step: int, seconds: float, max_steps: int) -> Optional[float]:
        made = step - self.first_step
        if not max_steps or not made:
            return None
        return (seconds - self.first_seconds) / made * (max_steps - step)


def _number(score: Any) -> float:
    return float(score) if isinstance(score, (int, float)) else 0.0
