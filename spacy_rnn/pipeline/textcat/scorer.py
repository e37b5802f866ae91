"""Scores of text classification over the texts that have gold categories."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, Iterable

import numpy as np
from spacy.scorer import Scorer
from spacy.tokens import Doc
from spacy.training import Example

from ..confidence_scores import expected_calibration_error
from .calibration import judge_categories


def make_textcat_scorer(exclusive: bool) -> Callable[..., Dict[str, Any]]:
    """spaCy's `cats_*` scores, `cats_accuracy` and `cats_ece` (the expected calibration error),
    over texts with gold categories.

    exclusive: whether each text has exactly one category.
    """
    return score_exclusive if exclusive else score_multilabel


def score_exclusive(examples: Iterable[Example], **settings: Any) -> Dict[str, Any]:
    """Score one category per text. `cats_accuracy` is the share of texts that got theirs."""
    return _score(examples, multi_label=False, settings=settings)


def score_multilabel(examples: Iterable[Example], **settings: Any) -> Dict[str, Any]:
    """Score sets of categories. `cats_accuracy` is the share of texts whose whole set is right."""
    return _score(examples, multi_label=True, settings=settings)


def has_categories(example: Example) -> bool:
    """Whether a text was annotated with categories at all."""
    return bool(example.reference.cats)


def _score(examples: Iterable[Example], multi_label: bool, settings: Dict) -> Dict[str, Any]:
    annotated = [example for example in examples if has_categories(example)]
    threshold = settings.get("threshold")
    threshold = 0.5 if threshold is None else threshold
    limits = settings.get("thresholds") or {}
    settings = {**settings, "threshold": threshold}
    if limits:
        settings["getter"] = partial(_with_limits, limits=limits, threshold=threshold)
    scores = Scorer.score_cats(annotated, "cats", multi_label=multi_label, **settings)
    if annotated:
        judge = _same_set if multi_label else _same_best
        right = sum(judge(example, threshold, limits) for example in annotated)
        scores["cats_accuracy"] = right / len(annotated)
        scores["cats_ece"] = expected_calibration_error(judge_categories(annotated, multi_label))
    return scores


def _with_limits(
    doc: Doc, attr: str, limits: Dict[str, float], threshold: float
) -> Dict[str, float]:
    """Probabilities in their order, moved so that each label's own limit falls on the threshold:
    spaCy's scorer knows one threshold for all labels."""
    moved = {}
    for label, p in getattr(doc, attr).items():
        limit = limits.get(label, threshold)
        if p >= limit:
            share = (p - limit) / (1.0 - limit) if limit < 1.0 else 1.0
            moved[label] = max(threshold, threshold + (1.0 - threshold) * share)
        else:
            moved[label] = min(threshold * p / limit, np.nextafter(threshold, -1.0))
    return moved


def _same_best(example: Example, threshold: float, limits: Dict[str, float]) -> bool:
    gold, predicted = example.reference.cats, example.predicted.cats
    return bool(predicted) and gold.get(max(predicted, key=predicted.__getitem__), 0.0) == 1.0


def _same_set(example: Example, threshold: float, limits: Dict[str, float]) -> bool:
    gold = {label for label, value in example.reference.cats.items() if value == 1.0}
    known = example.reference.cats
    cats = example.predicted.cats.items()
    given = {label for label, value in cats if value >= limits.get(label, threshold)}
    return gold == {label for label in given if label in known}
