"""The linear classifier of texts: their n-grams, in any order."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple

import numpy as np
from spacy.attrs import LOWER
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps, chain
from thinc.types import Floats2d

from ..layers.bag_of_ngrams import BagOfNgramsHead, Bags, resize

MAX_NGRAM = 5
# What an n-gram of two tokens or more counts beside a single one. Most of them are rare: with the
# weight of words, they would explain the training texts before the words have learned to.
WEIGHT_OF_LONGER = 0.2
# The length of a text as a vector of weights, whatever its number of tokens.
NORM = 5.0


def BagOfNgrams(
    exclusive_classes: bool,
    ngram_size: int = 2,
    length: int = 262144,
    no_output_layer: bool = False,
    nO: Optional[int] = None,
) -> Model[List[Doc], Floats2d]:
    """Classes from the lower-cased n-grams of a text: alone, or for `spacy-rnn.TextCatEnsemble.v1`.

    Unlike in `spacy.TextCatBOW.v3`, a long text does not speak louder than a short one, words speak
    louder than longer n-grams, and only n-grams that occur in a batch are moved, each by less the
    more often it has been (row-wise AdaGrad), whatever the optimizer does with other weights.

    exclusive_classes: exactly one class is right.
    ngram_size: the longest n-gram, in tokens.
    length: how many buckets n-grams are hashed into. Only those that training meets take memory.
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
) -> Tuple[Bags, Callable[[Bags], List[Doc]]]:
    ngrams, longer, texts = _ngrams(docs, model.attrs["ngram_size"])
    # All texts at once: one by one, short ones take several times as long.
    order = np.lexsort((ngrams, texts))
    ngrams, longer, texts = ngrams[order], longer[order], texts[order]
    firsts = np.flatnonzero(np.append(True, (np.diff(ngrams) != 0) | (np.diff(texts) != 0)))
    firsts = firsts[: len(ngrams)]
    counts = np.diff(np.append(firsts, len(ngrams)))
    ngrams, longer, texts = ngrams[firsts], longer[firsts], texts[firsts]
    # What a text says twice it does not mean twice as much.
    weights = np.sqrt(counts) * np.where(longer, WEIGHT_OF_LONGER, 1.0)
    norms = np.sqrt(np.bincount(texts, weights**2, minlength=len(docs)))
    weights *= NORM / norms[texts].clip(1.0)
    buckets = (ngrams % np.uint64(model.attrs["length"])).astype("int64")
    bags = Bags(buckets, weights.astype("float32"), np.bincount(texts, minlength=len(docs)))
    return bags, lambda d_bags: docs


def _ngrams(docs: List[Doc], max_size: int) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """RETURNS: of each n-gram of the texts its hash, whether it has more than one token, and the
    number of its text; (t,) all."""
    tokens = np.concatenate([np.empty(0, "uint64"), *(doc.to_array(LOWER) for doc in docs)])
    lengths = np.array([len(doc) for doc in docs], dtype="int64")
    texts = np.repeat(np.arange(len(docs)), lengths)
    # How many tokens of the text there are from each token on.
    rest = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(tokens))
    found = [(tokens, np.zeros(len(tokens), bool), texts)]
    for size in range(2, min(max_size, lengths.max(initial=0)) + 1):
        starts = np.flatnonzero(rest >= size)
        hashes = NumpyOps().ngrams(size, tokens)[starts]
        found.append((hashes, np.ones(len(starts), bool), texts[starts]))
    return tuple(np.concatenate(parts) for parts in zip(*found))


def _resize(model: Model[List[Doc], Floats2d], nO: int) -> Model[List[Doc], Floats2d]:
    resize(model.get_ref("output_layer"), nO)
    model.set_dim("nO", nO, force=True)
    return model
