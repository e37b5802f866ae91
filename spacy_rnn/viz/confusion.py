"""What is taken for what."""

from __future__ import annotations

from typing import Any, List, Sequence

import numpy as np

from .paper import draw_matrix, new_figure

SHOWN = 25


def plot_confusion(counts: np.ndarray, labels: Sequence[str]) -> Any:
    """counts: (n, n), how often the row's label was taken for the column's. RETURNS: a figure.

    Of more than 25 labels, those with the most errors are drawn.
    """
    kept = _worst(counts)
    names = [labels[i] for i in kept]
    totals = counts.sum(axis=1)[kept]
    drawn = counts[np.ix_(kept, kept)]
    shares = drawn / np.maximum(totals, 1)[:, None]
    size = max(3.6, 0.36 * len(names) + 1.8)
    figure = new_figure(size + 1.0, size)
    axis = figure.subplots()
    texts = [[str(count) if count else "" for count in row] for row in drawn.tolist()]
    draw_matrix(axis, shares, texts, names, names)
    axis.set_ylabel("what it is")
    axis.set_xlabel("what it was taken for")
    left_out = len(labels) - len(names)
    note = f"; {left_out} labels with fewer errors left out" if left_out else ""
    axis.set_title(f"grey: share of the row{note}", fontsize=9)
    return figure


def _worst(counts: np.ndarray) -> List[int]:
    """The labels to draw, in their order."""
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * counts.diagonal()
    return sorted(np.argsort(-wrong, kind="stable")[:SHOWN].tolist())
