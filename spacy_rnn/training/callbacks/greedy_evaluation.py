"""Greedy search while training evaluates: the beam is for the pipeline that is kept."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any, Dict, Iterable, Iterator

from spacy.language import Language
from spacy.training import Example

from ...decoding.beam import Beam
from ...pipeline.summarizer.component import Summarizer
from .before_update import BeforeUpdate


class GreedyEvaluation:
    """`nlp.evaluate`, in which summarizers take the likeliest word at every step."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._evaluate = nlp.evaluate

    def __call__(self, examples: Iterable[Example], **options: Any) -> Dict[str, Any]:
        with _greedily(self._nlp):
            return self._evaluate(examples, **options)


def evaluate_greedily() -> BeforeUpdate:
    """For `[training.before_update]`: while the pipeline is trained, its evaluations decode
    greedily, whatever `beam_width` says. What is saved searches as its settings say."""

    def before_update(nlp: Language, of_step: Dict[str, Any]) -> None:
        # On this object only: a pipeline that is loaded has spaCy's own evaluation.
        if not isinstance(nlp.evaluate, GreedyEvaluation):
            nlp.evaluate = GreedyEvaluation(nlp)

    return before_update


@contextlib.contextmanager
def _greedily(nlp: Language) -> Iterator[None]:
    before = [(pipe, pipe.search) for _, pipe in nlp.pipeline if isinstance(pipe, Summarizer)]
    for pipe, search in before:
        pipe.search = replace(search, beam=Beam(1), sampling=None)
    try:
        yield
    finally:
        for pipe, search in before:
            pipe.search = search
