"""What a summarizer's loss is made of, changed as training goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterator, Optional

from spacy.language import Language

from ...pipeline.summarizer.component import Summarizer
from .before_update import BeforeUpdate


def schedule_loss(
    component: str,
    coverage_loss: Optional[Iterator[float]] = None,
    scheduled_sampling: Optional[Iterator[float]] = None,
    risk_loss: Optional[Iterator[float]] = None,
) -> BeforeUpdate:
    """For `[training.before_update]`: settings of a summarizer that follow schedules, step by step.

    component: its name.
    coverage_loss, scheduled_sampling, risk_loss: in the place of its settings of the same names.
    RAISES: ValueError where the component is no summarizer.
    """
    given = {"coverage": coverage_loss, "sampling": scheduled_sampling, "risk": risk_loss}
    schedules = {name: schedule for name, schedule in given.items() if schedule is not None}

    def before_update(nlp: Language, of_step: Dict[str, Any]) -> None:
        pipe = nlp.get_pipe(component)
        if not isinstance(pipe, Summarizer):
            raise ValueError(f"before_update.component must be a rnn_summarizer, got {component!r}")
        now = {name: float(next(schedule)) for name, schedule in schedules.items()}
        pipe.loss = replace(pipe.loss, **now)

    return before_update
