"""What each token of a text weighs for a classifier with attention."""

from __future__ import annotations

from typing import List, NamedTuple

import numpy as np
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d

from ...layers.classifier import attention_weights


class Classification(NamedTuple):
    """What a text classifier predicts for n texts.

    scores: (n, labels) probabilities. attention: (tokens, heads) for each text, or no item at all.
    """

    scores: Floats2d
    attention: List[np.ndarray]


def attend(model: Model, docs: List[Doc]) -> List[np.ndarray]:
    """(tokens, heads) for each doc: shares of 1 in each column. Encodes the docs once more.

    model: with the refs `tok2vec` and `classifier`.
    """
    if not docs:
        return []
    vectors = model.get_ref("tok2vec").predict(docs)
    weights = attention_weights(model.get_ref("classifier"), vectors)
    return [model.ops.to_numpy(rows) for rows in weights]
