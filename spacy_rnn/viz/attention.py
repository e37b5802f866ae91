"""Where a decoder looks while it writes."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from .paper import draw_matrix, new_figure


def plot_attention(weights: np.ndarray, written: Sequence[str], source: Sequence[str]) -> Any:
    """weights: (words written, words of the source). RETURNS: a figure."""
    width = min(14.0, max(5.0, 0.24 * len(source) + 1.5))
    figure = new_figure(width, max(2.6, 0.24 * len(written) + 1.8))
    axis = figure.subplots()
    draw_matrix(axis, weights, [], written, source)
    axis.set_xlabel("source")
    axis.set_ylabel("written")
    return figure
