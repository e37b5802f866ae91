"""The linear classifier of texts: their n-grams, in any order."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple

import numpy as np
from spacy.attrs import LOWER
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps, chain
from thinc.types import Floats2d

from ..layers.bag_of_ngrams import Bag, BagOfNgramsHead, resize

MAX_NGRAM = 5
# What an n-gram of two tokens or more counts beside a single one. Most of them are rare: with the
# weight of words, they would explain the training texts before the words have learned to.
WEIGHT_OF_LONGER = 0.2
# The length of a text as a vector of weights, whatever its number of tokens.
NORM = 5.0


def BagOfNgrams(
    exclusive_classes: bool,
    ngram_size: int = 2,
    length: int = 65536,
    no_output_layer: bool = False,
    nO: Optional[int] = None,
) -> Model[List[Doc], Floats2d]:
    """Classes from the lower-cased n-grams of a text: alone, or for `spacy-rnn.TextCatEnsemble.v1`.

    Unlike in `spacy.TextCatBOW.v3`, a long text does not speak louder than a short one, words speak
    louder than longer n-grams, and only n-grams that occur in a batch are moved, each by less the
    more often it has been (row-wise AdaGrad), whatever the optimizer does with other weights.

    exclusive_classes: exactly one class is right.
    ngram_size: the longest n-gram, in tokens.
    length: rows of the table that n-grams are hashed into.
    no_output_layer: give logits, as the ensemble wants them, instead of probabilities.
    nO: number of classes. The component sets it from its labels.
    RAISES: ValueError naming the setting.
    """
    if not 1 <= ngram_size <= MAX_NGRAM:
        raise ValueError(f"model.ngram_size must be between 1 and {MAX_NGRAM}, got {ngram_size}")
    if length < 1:
        raise ValueError(f"model.length must be at least 1, got {length}")
    head = BagOfNgramsHead(length, exclusive_classes, no_output_layer, nO)
    ngrams = Model("ngrams", _forward, attrs={"ngram_size": ngram_size, "length": length})
    model = chain(ngrams, head)
    model.set_ref("output_layer", head)
    model.attrs["multi_label"] = not exclusive_classes
    model.attrs["resize_output"] = _resize
    return model


def _forward(
    model: Model, docs: List[Doc], is_train: bool
) -> Tuple[List[Bag], Callable[[List[Bag]], List[Doc]]]:
    return [_bag(model, doc) for doc in docs], lambda d_bags: docs


def _bag(model: Model, doc: Doc) -> Bag:
    tokens = doc.to_array([LOWER]).reshape(-1)
    words, longer = np.unique(tokens), []
    for n in range(2, min(model.attrs["ngram_size"], len(tokens)) + 1):
        longer.append(np.unique(NumpyOps().ngrams(n, tokens)))
    rows = np.concatenate([words, *longer]) % np.uint64(model.attrs["length"])
    weights = np.full(len(rows), WEIGHT_OF_LONGER, dtype="float32")
    weights[: len(words)] = 1.0
    weights *= NORM / max(np.linalg.norm(weights), 1.0)
    return Bag(rows.astype("int64"), weights)


def _resize(model: Model[List[Doc], Floats2d], nO: int) -> Model[List[Doc], Floats2d]:
    resize(model.get_ref("output_layer"), nO)
    model.set_dim("nO", nO, force=True)
    return model
