"""Several callbacks in the one place that spaCy's training loop has for them."""

from __future__ import annotations

from typing import Any, Callable, Dict

from spacy.language import Language

BeforeUpdate = Callable[[Language, Dict[str, Any]], None]


def one_after_another(*callbacks: BeforeUpdate) -> BeforeUpdate:
    """For `[training.before_update]`: several callbacks, each in a block of its own, such as
    `[training.before_update.*.halve]`.

    callbacks: called in this order before every step.
    """

    def before_update(nlp: Language, of_step: Dict[str, Any]) -> None:
        for callback in callbacks:
            callback(nlp, of_step)

    return before_update
