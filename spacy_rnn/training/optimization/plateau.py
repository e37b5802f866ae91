"""A learning rate that falls when the score stops rising."""

from __future__ import annotations

import warnings
from typing import Iterator

DEAF = (
    "spacy-rnn.warmup_plateau.v1 has heard of no score, so its rate will not fall. "
    "Train with `spacy rnn train`, or call `schedule.observe(score)` after each evaluation."
)


class WarmupPlateau(Iterator[float]):
    """Rise linearly, then keep the rate until evaluations stop improving, then lower it.

    initial_rate: the highest rate, reached at the end of the warm-up.
    warmup_steps: steps of the rise.
    factor: what the rate is multiplied with at each fall.
    patience: evaluations without a better score that are borne before a fall.
    final_ratio: the lowest rate, as a share of `initial_rate`.
    RAISES: ValueError naming the setting.
    """

    def __init__(
        self,
        initial_rate: float,
        warmup_steps: int = 0,
        factor: float = 0.5,
        patience: int = 3,
        final_ratio: float = 0.01,
    ) -> None:
        if not 0.0 < factor < 1.0:
            raise ValueError(f"learn_rate.factor must be between 0 and 1, got {factor}")
        if warmup_steps < 0 or patience < 0:
            raise ValueError(
                "learn_rate.warmup_steps and learn_rate.patience must be at least 0, "
                f"got {warmup_steps} and {patience}"
            )
        self.peak = initial_rate
        self.warmup_steps = warmup_steps
        self.factor = factor
        self.patience = patience
        self.final_ratio = final_ratio
        self.ratio = 1.0
        self.draws = 0
        self.bad = 0
        self.best = -float("inf")
        self.heard = False

    def __next__(self) -> float:
        self.draws += 1
        # The optimizer draws when it is made and after each step; step 0 is always evaluated.
        if self.draws == 3 and not self.heard:
            warnings.warn(DEAF, stacklevel=2)
        rise = min(1.0, self.draws / self.warmup_steps) if self.warmup_steps else 1.0
        return self.peak * rise * self.ratio

    def observe(self, score: float) -> None:
        """Take note of the main score of an evaluation; higher is better."""
        self.heard = True
        if score > self.best:
            self.best, self.bad = score, 0
        elif self.draws >= self.warmup_steps:
            self.bad += 1
        if self.bad > self.patience:
            self.ratio, self.bad = max(self.ratio * self.factor, self.final_ratio), 0


def warmup_plateau(
    initial_rate: float,
    warmup_steps: int = 0,
    factor: float = 0.5,
    patience: int = 3,
    final_ratio: float = 0.01,
) -> WarmupPlateau:
    """Rise linearly, and fall whenever the score on the dev corpus stops rising.

    Scores are heard of under `spacy rnn train` only. The settings are those of `WarmupPlateau`.
    """
    return WarmupPlateau(initial_rate, warmup_steps, factor, patience, final_ratio)
