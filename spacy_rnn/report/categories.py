"""What can be found out about a component that classifies texts."""

from __future__ import annotations

from typing import Any, Iterable, List, NamedTuple, Sequence, Set

import numpy as np
from spacy.tokens import Doc
from spacy.training import Example

from ..viz.confusion import plot_confusion
from ..viz.label_scores import LabelScore, plot_label_scores
from ..viz.reliability import plot_reliability
from .findings import Findings, Judged, Line, Piece, Plot, shortened

NONE = "(no category)"
SHOWN = 3


class Classified(NamedTuple):
    """One text. gold, found: its categories. known: (labels,) bool, what the reference tells.

    truth, scores: (labels,).
    """

    doc: Doc
    gold: Set[str]
    found: Set[str]
    known: np.ndarray
    truth: np.ndarray
    scores: np.ndarray


def find_out(name: str, pipe: Any, examples: Sequence[Example], exclusive: bool) -> Findings:
    """exclusive: whether every text has exactly one category. examples: with predictions."""
    labels = list(pipe.labels)
    threshold, single = pipe.cfg["threshold"], pipe.cfg.get("thresholds") or {}
    limits = np.array([single.get(label, threshold) for label in labels])
    texts = [
        _classified(example, labels, limits, exclusive)
        for example in examples
        if example.reference.cats and example.predicted.cats
    ]
    if not texts:
        return Findings(name, "", [], [])
    plots = [*_label_plots(texts, labels), _reliability(texts, exclusive)]
    return Findings(
        name,
        "probability of what is right" + ("" if exclusive else ", averaged over categories"),
        plots,
        [_judged(text, exclusive) for text in texts],
    )


def _classified(
    example: Example, labels: List[str], limits: np.ndarray, exclusive: bool
) -> Classified:
    """limits: from which probability on each label counts as given."""
    gold, predicted = example.reference.cats, example.predicted.cats
    scores = np.array([predicted.get(label, 0.0) for label in labels])
    truth = np.array([gold.get(label, 0.0) >= 0.5 for label in labels])
    known = np.array([exclusive or label in gold for label in labels])
    found = {labels[scores.argmax()]} if exclusive else set()
    if not exclusive:
        found = {labels[i] for i in np.flatnonzero(known & (scores >= limits))}
    right = {label for label, value in gold.items() if value >= 0.5}
    return Classified(example.predicted, right, found, known, truth, scores)


def _label_plots(texts: Sequence[Classified], labels: Sequence[str]) -> Iterable[Plot]:
    rows = []
    for label in labels:
        wanted = sum(label in text.gold for text in texts)
        found = sum(label in text.found for text in texts)
        right = sum(label in text.gold and label in text.found for text in texts)
        if wanted or found:
            rows.append(LabelScore(label, right / max(1, found), right / max(1, wanted), wanted))
    yield Plot("labels", "Precision and recall of each category.", plot_label_scores(rows))
    counts = confusion(texts, labels)
    names = [*labels, NONE] if counts[-1].any() or counts[:, -1].any() else list(labels)
    size = len(names)
    yield Plot(
        "confusion",
        "What the texts are, and what they were taken for.",
        plot_confusion(counts[:size, :size], names),
    )


def confusion(texts: Sequence[Classified], labels: Sequence[str]) -> np.ndarray:
    """(labels + 1, labels + 1): each missed category is paired with each wrong one of its text."""
    places = {label: i for i, label in enumerate([*labels, NONE])}
    counts = np.zeros((len(places), len(places)), dtype=int)
    for text in texts:
        for label in text.gold & text.found:
            counts[places[label], places[label]] += 1
        missed, wrong = text.gold - text.found, text.found - text.gold
        for row in missed & set(places) or ({NONE} if wrong else set()):
            for column in wrong or {NONE}:
                counts[places[row], places[column]] += 1
    return counts


def _reliability(texts: Sequence[Classified], exclusive: bool) -> Plot:
    if exclusive:
        chosen = [text.scores.argmax() for text in texts]
        chances = np.array([text.scores[i] for text, i in zip(texts, chosen)])
        correct = np.array([text.truth[i] for text, i in zip(texts, chosen)])
    else:
        chances = np.concatenate([text.scores[text.known] for text in texts])
        correct = np.concatenate([text.truth[text.known] for text in texts])
    return Plot(
        "reliability",
        "Whether categories are as often right as their probability says.",
        plot_reliability(chances, correct),
    )


def _judged(text: Classified, exclusive: bool) -> Judged:
    right = np.where(text.truth, text.scores, 1.0 - text.scores)[text.known]
    score = float(text.scores[text.truth].sum() if exclusive else right.mean())
    best = np.argsort(-text.scores)[:SHOWN]
    labels = list(text.doc.cats)
    found = ", ".join(f"{labels[i]} {text.scores[i]:.2f}" for i in best)
    lines = [
        Line("text", [Piece(shortened(text.doc))]),
        Line("gold", [Piece(", ".join(sorted(text.gold)) or "none")]),
        Line("found", [Piece(found)]),
    ]
    return Judged(score, len(text.doc), lines)
