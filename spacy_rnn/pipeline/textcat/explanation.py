"""Why a text got its category: what its probability loses without each token."""

from __future__ import annotations

from typing import Callable, List

import numpy as np
from spacy.tokens import Doc
from thinc.types import Floats2d

BATCH = 64


def occlude(doc: Doc, label: int, predict: Callable[[List[Doc]], Floats2d]) -> np.ndarray:
    """The probability of a label in the text less that in the text without the token
    (Li et al. 2016).

    label: column of the probabilities.
    RETURNS: (tokens,); above 0 where a token speaks for the label.
    """
    texts = [doc] + [without(doc, [token.i]) for token in doc]
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    chances = [float(row[label]) for batch in batches for row in predict(batch)]
    return chances[0] - np.array(chances[1:])


def without(doc: Doc, removed: List[int]) -> Doc:
    """The text without the tokens at some positions."""
    left = [token for token in doc if token.i not in removed]
    words, spaces = [token.text for token in left], [bool(token.whitespace_) for token in left]
    return Doc(doc.vocab, words=words, spaces=spaces)
