"""The linear classifier of texts: their n-grams, in any order."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple

import numpy as np
from spacy.attrs import LOWER
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps, chain
from thinc.types import Floats2d, Ints1d

from ..layers.bag_of_ngrams import BagOfNgramsHead, resize

MAX_NGRAM = 5


def BagOfNgrams(
    exclusive_classes: bool,
    ngram_size: int = 2,
    length: int = 65536,
    no_output_layer: bool = False,
    nO: Optional[int] = None,
) -> Model[List[Doc], Floats2d]:
    """Classes from the lower-cased n-grams of a text: alone, or for `spacy-rnn.TextCatEnsemble.v1`.

    It does what `spacy.TextCatBOW.v3` does; the difference is how it learns. Only n-grams that
    occur in a batch are moved, each by less the more often it has been (row-wise AdaGrad), whatever
    the optimizer does with the other weights.

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
) -> Tuple[List[Ints1d], Callable[[List[Ints1d]], List[Doc]]]:
    """RETURNS: the rows of the different n-grams of each text, int64."""
    return [model.ops.asarray1i(_rows(model, doc), dtype="int64") for doc in docs], lambda d: docs


def _rows(model: Model, doc: Doc) -> np.ndarray:
    words = doc.to_array([LOWER]).reshape(-1)
    ngrams = [words]
    for n in range(2, min(model.attrs["ngram_size"], len(words)) + 1):
        ngrams.append(NumpyOps().ngrams(n, words))
    different = np.unique(np.concatenate(ngrams))
    return (different % np.uint64(model.attrs["length"])).astype("int64")


def _resize(model: Model[List[Doc], Floats2d], nO: int) -> Model[List[Doc], Floats2d]:
    resize(model.get_ref("output_layer"), nO)
    model.set_dim("nO", nO, force=True)
    return model
