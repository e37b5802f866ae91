"""Whether written texts are as long as people's."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from .paper import new_figure

BINS = 20


def plot_lengths(gold: Sequence[int], written: Sequence[int]) -> Any:
    """gold, written: words of each pair of texts. RETURNS: a figure."""
    figure = new_figure(9.0, 4.0)
    left, right = figure.subplots(1, 2)
    longest = max([*gold, *written, 1])
    edges = np.linspace(0, longest + 1, min(BINS, longest + 1) + 1)
    left.hist(gold, edges, color="0.8", edgecolor="0.4", label="people")
    left.hist(written, edges, histtype="step", color="black", linewidth=1.5, label="pipeline")
    left.set_xlabel("words")
    left.set_ylabel("texts")
    left.legend(fontsize=8, frameon=False)
    right.plot([0, longest], [0, longest], "--", color="0.6")
    right.plot(gold, written, "o", color="black", markersize=3, alpha=0.4)
    right.set_xlabel("words by people")
    right.set_ylabel("words by the pipeline")
    right.grid(alpha=0.3)
    return figure
