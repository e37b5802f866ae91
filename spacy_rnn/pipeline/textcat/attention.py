"""What each token of a text weighs for a classifier with attention."""

from __future__ import annotations

from functools import partial
from typing import List, NamedTuple

import numpy as np
from spacy.tokens import Doc
from thinc.api import Model
from thinc.types import Floats2d

from ...layers.classifier import attention_in_parts, attention_weights
from ...layers.long_texts import reads_in_chunks, vectors_in_chunks
from ...layers.text_groups import groups_of_texts


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
    tok2vec, head = model.get_ref("tok2vec"), model.get_ref("classifier")
    weights: List[np.ndarray] = []
    for group, is_long in groups_of_texts(docs, partial(reads_in_chunks, tok2vec)):
        if is_long:
            weights.append(attention_in_parts(head, vectors_in_chunks(tok2vec, group[0])))
        else:
            weights += attention_weights(head, tok2vec.predict(group))
    return weights
