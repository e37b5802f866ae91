"""Whether the probabilities of categories come true, and what makes them do so."""

from __future__ import annotations

import math
from typing import Callable, Iterable, List, Optional, Tuple

import numpy as np
from spacy.training import Example
from thinc.types import Floats2d

from ..confidence_scores import Judged, log_loss

COLDEST, HOTTEST = 0.2, 10.0
EQUAL_SHARE = 0.5
TOLERANCE = 0.01


def judge_categories(examples: Iterable[Example], multi_label: bool) -> Judged:
    """Compare the categories of predicted docs with gold ones, where these are known.

    multi_label: judge each category of a text; otherwise only the most probable one.
    """
    verdicts: List[Tuple[float, bool]] = []
    for example in examples:
        gold, cats = example.reference.cats, example.predicted.cats
        if multi_label:
            verdicts += [(p, gold[label] == 1.0) for label, p in cats.items() if label in gold]
        elif cats and 1.0 in gold.values():
            best = max(cats, key=cats.__getitem__)
            verdicts.append((cats[best], gold.get(best, 0.0) == 1.0))
    chances, correct = np.array(verdicts, dtype="float64").reshape(-1, 2).T
    return Judged(chances, correct.astype(bool), int(correct.sum()))


def best_temperature(
    cool: Callable[[float], Floats2d], truths: np.ndarray, known: np.ndarray, exclusive: bool
) -> float:
    """Make the truth as unsurprising as can be (Guo et al. 2017).

    cool: probabilities (n, labels) at a temperature.
    truths, known: (n, labels). exclusive: only the true class of a text counts.
    RETURNS: 1.0 if nothing is known.
    """
    surprise = _surprise(lambda power: cool(math.exp(power)), truths, known, exclusive)
    if not known.any():
        return 1.0
    return math.exp(minimize(surprise, math.log(COLDEST), math.log(HOTTEST)))


def best_share(
    join: Callable[[float], Floats2d], truths: np.ndarray, known: np.ndarray, exclusive: bool
) -> float:
    """The same for two models that vote. Of labels that do not exclude each other, each has the
    same say: otherwise the common ones would decide who is heard about the rare ones.

    join: probabilities (n, labels) at the share of the first.
    RETURNS: half if nothing is known.
    """
    weights = None if exclusive else 1.0 / _uncertainty(truths, known)
    surprise = _surprise(join, truths, known, exclusive, weights)
    return minimize(surprise, 0.0, 1.0) if known.any() else EQUAL_SHARE


def _uncertainty(truths: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(labels,) the mean surprise at each label for somebody who knows how common it is."""
    texts = (known > 0.0).sum(axis=0)
    rates = (((truths == 1.0) & (known > 0.0)).sum(axis=0) + 1.0) / (texts + 2.0)
    return -rates * np.log(rates) - (1.0 - rates) * np.log(1.0 - rates)


def _surprise(
    chances_at: Callable[[float], Floats2d],
    truths: np.ndarray,
    known: np.ndarray,
    exclusive: bool,
    weights: Optional[np.ndarray] = None,
) -> Callable[[float], float]:
    """weights: (labels,)."""
    counts = (known > 0.0) & ((truths == 1.0) | (not exclusive))
    correct = truths[counts] == 1.0
    if weights is not None:
        weights = np.broadcast_to(weights, truths.shape)[counts]

    def surprise(setting: float) -> float:
        chances = chances_at(setting)[counts].astype("float64")
        return log_loss(Judged(chances, correct, int(correct.sum())), weights)

    return surprise


def minimize(function: Callable[[float], float], low: float, high: float) -> float:
    """The minimum of a function with one valley on [low, high], by golden section."""
    ratio = (math.sqrt(5.0) - 1.0) / 2.0
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > TOLERANCE:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = function(right)
    return (low + high) / 2.0
