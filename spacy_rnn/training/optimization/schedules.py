"""Schedules that Thinc lacks."""

from __future__ import annotations

import math
from itertools import chain, repeat
from typing import Iterator, Union


def warmup_cosine(
    initial_rate: float,
    warmup_steps: int,
    total_steps: Union[int, str],
    final_ratio: float = 0.0,
) -> Iterator[float]:
    """Rise linearly, then fall along half a cosine (Loshchilov & Hutter 2017, without restarts).

    initial_rate: the highest rate, reached at the end of the warm-up.
    warmup_steps: steps of the rise, at most half of all. The first already moves the weights.
    total_steps: the step at which the fall ends. `nlp.resume_training()` reads the optimizer
        without the rest of the config: a reference to another block stays a string there, and the
        rate stays at `initial_rate`, for an update without a planned end.
    final_ratio: the rate from then on, as a share of `initial_rate`.
    YIELDS: one rate per step, without end.
    RAISES: ValueError naming the setting.
    """
    if isinstance(total_steps, str):
        if not total_steps.startswith("${"):
            raise ValueError(f"learn_rate.total_steps must be a number, got {total_steps!r}")
        return repeat(initial_rate)
    if warmup_steps < 0 or total_steps < 1:
        raise ValueError(
            "learn_rate needs warmup_steps >= 0 and total_steps >= 1, got warmup_steps = "
            f"{warmup_steps}, total_steps = {total_steps}"
        )
    if not 0.0 <= final_ratio <= 1.0:
        raise ValueError(f"learn_rate.final_ratio must be between 0 and 1, got {final_ratio}")
    return _warmup_cosine(
        initial_rate, min(warmup_steps, total_steps // 2), total_steps, final_ratio
    )


def _warmup_cosine(peak: float, warmup: int, total: int, final_ratio: float) -> Iterator[float]:
    for step in range(warmup):
        yield peak * (step + 1) / warmup
    for step in range(total - warmup):
        fall = 0.5 * (1.0 + math.cos(math.pi * step / (total - warmup)))
        yield peak * (final_ratio + (1.0 - final_ratio) * fall)
    while True:
        yield peak * final_ratio


def late(value: float, total_steps: int, share: float) -> Iterator[float]:
    """Nothing at first, and `value` in a last part of the steps: for what is worth its time only in
    a model that is nearly trained.

    value: in the last steps.
    total_steps: of the training, such as `${training.max_steps}`.
    share: of them that are last, 0 to 1.
    YIELDS: one value per step, without end.
    RAISES: ValueError naming the setting.
    """
    if total_steps < 1 or not 0.0 <= share <= 1.0:
        raise ValueError(
            "late needs total_steps >= 1 and a share between 0 and 1, got total_steps = "
            f"{total_steps}, share = {share}"
        )
    return chain(repeat(0.0, total_steps - round(share * total_steps)), repeat(value))
