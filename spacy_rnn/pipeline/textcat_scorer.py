"""Scores of text classification over the texts that have gold categories."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable

from spacy.scorer import Scorer
from spacy.training import Example


def make_textcat_scorer(exclusive: bool) -> Callable[..., Dict[str, Any]]:
    """spaCy's `cats_*` scores and `cats_accuracy`, over texts with gold categories.

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
    scores = Scorer.score_cats(annotated, "cats", multi_label=multi_label, **settings)
    threshold = settings.get("threshold") or 0.5
    if annotated:
        judge = _same_set if multi_label else _same_best
        right = sum(judge(example, threshold) for example in annotated)
        scores["cats_accuracy"] = right / len(annotated)
    return scores


def _same_best(example: Example, threshold: float) -> bool:
    gold, predicted = example.reference.cats, example.predicted.cats
    return bool(predicted) and gold.get(max(predicted, key=predicted.__getitem__), 0.0) == 1.0


def _same_set(example: Example, threshold: float) -> bool:
    gold = {label for label, value in example.reference.cats.items() if value == 1.0}
    known = example.reference.cats
    cats = example.predicted.cats.items()
    return gold == {label for label, value in cats if value >= threshold and label in known}
