"""How every plot looks: grey levels, hatches and markers, so that it can be read on paper."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Sequence, Tuple

import numpy as np

# From light to dark; numbers in a cell turn white where it is dark.
GREYS = "Greys"
DARK = 0.55
# Cells that can hold no number.
HATCH = "////"
DPI = 150
MISSING = 'Plots need matplotlib: pip install "spacy-rnn[plots]"'


def new_figure(width: float, height: float) -> Any:
    """An empty figure in inches. RAISES: ValueError if matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ValueError(MISSING) from error
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Any, stem: Path) -> Tuple[Path, Path]:
    """Write a figure as PNG and as SVG. RETURNS: both paths."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    paths = tuple(stem.with_name(stem.name + suffix) for suffix in (".png", ".svg"))
    for path in paths:
        figure.savefig(path, dpi=DPI)
    return paths


def to_svg(figure: Any) -> str:
    """A figure as an <svg> element to be put into a page. Its text is drawn: no font is needed."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    text = file.getvalue()
    return text[text.index("<svg") :]


def draw_matrix(
    axis: Any,
    shares: np.ndarray,
    texts: Sequence[Sequence[str]],
    rows: Sequence[str],
    columns: Sequence[str],
) -> None:
    """Cells from white (0) to dark (1), with a text in each; NaN is hatched.

    shares: (rows, columns) from 0 to 1. texts: what stands in the cells, [] for nothing.
    """
    axis.set_facecolor("white")
    axis.imshow(np.ma.masked_invalid(shares), cmap=GREYS, vmin=0.0, vmax=1.4, aspect="auto")
    for i, j in zip(*np.nonzero(np.isnan(shares))):
        axis.add_patch(_hatched(i, j))
    for i, line in enumerate(texts):
        for j, text in enumerate(line):
            color = "white" if shares[i, j] > DARK else "black"
            axis.text(j, i, text, ha="center", va="center", color=color, fontsize=7)
    axis.set_xticks(range(len(columns)), columns, rotation=90, fontsize=8)
    axis.set_yticks(range(len(rows)), rows, fontsize=8)
    axis.tick_params(length=0)


def _hatched(row: int, column: int) -> Any:
    from matplotlib.patches import Rectangle

    corner = (column - 0.5, row - 0.5)
    return Rectangle(
        corner, 1, 1, fill=False, hatch=HATCH, linewidth=0.0, edgecolor="0.75", zorder=0
    )
