"""Whether what is called 80 % probable is right in 80 % of cases."""

from __future__ import annotations

from typing import Any

import numpy as np

from .paper import new_figure

BINS = 10


def plot_reliability(probabilities: np.ndarray, correct: np.ndarray) -> Any:
    """A reliability diagram (Niculescu-Mizil & Caruana 2005), and how often each bin is used.

    probabilities: (n,). correct: (n,) bool. RETURNS: a figure.
    """
    figure = new_figure(5.0, 5.6)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    used = counts > 0
    means = np.bincount(bins, probabilities, BINS)[used] / counts[used]
    shares = np.bincount(bins, correct.astype(float), BINS)[used] / counts[used]
    error = float(np.abs(means - shares) @ counts[used] / max(1, counts.sum()))
    upper.plot([0, 1], [0, 1], "--", color="0.5", label="as it should be")
    upper.plot(means, shares, "o-", color="black", label="as it is")
    upper.set_ylabel("share that is right")
    upper.set_ylim(-0.03, 1.03)
    upper.set_title(f"expected calibration error {error:.3f}", fontsize=9)
    upper.legend(fontsize=8, loc="upper left", frameon=False)
    upper.grid(alpha=0.3)
    centres = (np.arange(BINS) + 0.5) / BINS
    lower.bar(centres, counts, 0.9 / BINS, color="0.8", edgecolor="black", linewidth=0.6)
    lower.set_ylabel("how often")
    lower.set_xlabel("probability")
    lower.set_xlim(-0.03, 1.03)
    return figure
