"""What a conditional random field has learnt about the order of tags."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from .paper import draw_matrix, new_figure

# Beyond this many tags, numbers do not fit into the cells.
LEGIBLE = 26


def plot_transitions(scores: np.ndarray, legal: np.ndarray, tags: Sequence[str]) -> Any:
    """scores, legal: (K, K), from the row's tag to the column's. RETURNS: a figure."""
    size = max(4.0, 0.34 * len(tags) + 1.6)
    figure = new_figure(size + 0.8, size)
    axis = figure.subplots()
    used = np.where(legal, scores, np.nan)
    low, high = np.nanmin(used), np.nanmax(used)
    shares = (used - low) / max(high - low, 1e-9)
    texts = _numbers(used) if len(tags) <= LEGIBLE else []
    draw_matrix(axis, shares, texts, tags, tags)
    axis.set_xlabel("next tag")
    axis.set_ylabel("tag")
    axis.set_title(
        f"transition scores, {low:.1f} (white) to {high:.1f} (dark); hatched: impossible"
    )
    axis.title.set_fontsize(9)
    return figure


def _numbers(scores: np.ndarray) -> list:
    # Adding zero turns -0.0 into 0.0.
    rounded = scores.round(1) + 0.0
    return [["" if np.isnan(value) else f"{value:.1f}" for value in row] for row in rounded]
