"""A written text above its source, shaded by where the decoder looked: one page of HTML."""

from __future__ import annotations

from typing import Sequence

import numpy as np
from jinja2 import Environment, PackageLoader

# Below this share of the strongest weight a token stays white.
FAINTEST = 0.02


def summary_page(
    written: Sequence[str],
    source: Sequence[str],
    attention: np.ndarray,
    probabilities: Sequence[float],
    copied: Sequence[float],
    rows: Sequence[int],
) -> str:
    """Pointing at a written word shades the source by its attention alone.

    written: n words. source: tokens with the spaces behind them. attention: (n, S), S <= tokens.
    probabilities, copied: (n,) from 0 to 1. rows: (n,) the token behind each word, -1 for none.
    RETURNS: a page that needs no other file.
    """
    read = attention.shape[1] if len(written) else 0
    shades = np.zeros((len(written) + 1, len(source)))
    if len(written):
        shades[0, :read] = attention.max(axis=0)
        shades[1:, :read] = attention
    shades = shades / np.maximum(shades.max(axis=1, keepdims=True), 1e-9)
    shades[shades < FAINTEST] = 0.0
    words = [
        {
            "text": word,
            "percent": round(100 * float(p)),
            "copied": row >= 0 and share > 0.5,
            "origin": source[row].strip() if row >= 0 else "",
        }
        for word, p, share, row in zip(written, probabilities, copied, rows)
    ]
    pages = Environment(loader=PackageLoader("spacy_rnn.viz", "."), autoescape=True)
    return pages.get_template("summary.html").render(
        words=words, source=list(zip(source, shades[0])), shades=shades.round(2).tolist()
    )
