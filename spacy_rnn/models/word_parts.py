"""The parts of a word's vector: `Model[Words, Floats2d]`, a row for each token of the batch."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple

import numpy as np
from spacy.attrs import LOWER, ORTH
from spacy.tokens import Token
from spacy.vectors import Mode, Vectors
from thinc.api import Model
from thinc.types import Floats2d

from ..errors import NonFiniteError
from ..layers.embed import FeatureTable
from ..layers.torch_bridge import sum_rows
from .words import Words

Backprop = Callable[[Floats2d], Words]


def WordFeature(attr: str, width: int, unk_rate: float) -> Model[Words, Floats2d]:
    """A vector for what the word is in one respect. attr: one of `words.NAMES`, or `COUNT`."""
    table = FeatureTable(width, unk_rate)
    return Model(
        f"word_{attr.lower()}",
        _feature_forward,
        init=_feature_init,
        layers=[table],
        dims={"nO": width},
        attrs={"attr": attr},
    )


def _feature_init(model: Model, X: Optional[Words] = None, Y: Optional[Floats2d] = None) -> Model:
    strings = None if X is None else X.strings(model.attrs["attr"])
    model.layers[0].initialize(X=strings)
    return model


def _feature_forward(model: Model, words: Words, is_train: bool) -> Tuple[Floats2d, Backprop]:
    vectors, backprop = model.layers[0](words.strings(model.attrs["attr"]), is_train)

    def backprop_words(d_vectors: Floats2d) -> Words:
        backprop(d_vectors)
        return words

    return vectors, backprop_words


def WordCharacters(encoder: Model[List[str], Floats2d]) -> Model[Words, Floats2d]:
    """What an encoder makes of the characters of each distinct word."""
    dims = {"nO": encoder.get_dim("nO") if encoder.has_dim("nO") else None}
    return Model(
        "word_characters", _characters_forward, init=_characters_init, layers=[encoder], dims=dims
    )


def _characters_init(
    model: Model, X: Optional[Words] = None, Y: Optional[Floats2d] = None
) -> Model:
    model.layers[0].initialize(X=None if X is None else X.strings("ORTH").values)
    if not model.has_dim("nO"):
        model.set_dim("nO", model.layers[0].get_dim("nO"))
    return model


def _characters_forward(model: Model, words: Words, is_train: bool) -> Tuple[Floats2d, Backprop]:
    vectors, backprop = model.layers[0](words.strings("ORTH").values, is_train)
    index = model.ops.asarray1i(words.index)

    def backprop_words(d_rows: Floats2d) -> Words:
        backprop(sum_rows(d_rows, index, len(vectors)))
        return words

    return vectors[index], backprop_words


def WordVectors(tuned: bool, unk_rate: float) -> Model[Words, Floats2d]:
    """The static vectors of the pipeline: a word's own, else those of its lower-cased form, else
    zeros.

    tuned: add a correction to each, learned for the words of the training texts and 0 at first;
        the vectors themselves stay as they are.
    """
    corrections = [FeatureTable(None, unk_rate, scale=0.0)] if tuned else []
    return Model(
        "word_vectors", _vectors_forward, init=_vectors_init, layers=corrections, dims={"nO": None}
    )


def _vectors_init(model: Model, X: Optional[Words] = None, Y: Optional[Floats2d] = None) -> Model:
    if X is not None and X.tokens:
        model.set_dim("nO", _static_vectors(model, X.tokens).shape[1])
    for corrections in model.layers:
        corrections.set_dim("nO", model.get_dim("nO"))
        corrections.initialize(X=None if X is None else X.strings("ORTH"))
    return model


def _vectors_forward(model: Model, words: Words, is_train: bool) -> Tuple[Floats2d, Backprop]:
    vectors = _static_vectors(model, words.tokens)[words.index]
    steps: List[Callable] = []
    for layer in model.layers:
        corrections, step = layer(words.strings("ORTH"), is_train)
        vectors += corrections
        steps.append(step)

    def backprop(d_vectors: Floats2d) -> Words:
        for step in steps:
            step(d_vectors)
        return words

    return vectors, backprop


def _static_vectors(model: Model, tokens: List[Token]) -> Floats2d:
    """(n, width). RAISES: NonFiniteError naming words whose vectors hold NaN or infinity."""
    vectors = _look_up(model, tokens)
    finite = model.ops.xp.isfinite(vectors).all(axis=1)
    if not finite.all():
        bad = [token.text for token, good in zip(tokens, finite.tolist()) if not good]
        raise NonFiniteError(
            f"The static vectors of {len(bad)} words hold NaN or infinity, such as {bad[:3]}. "
            "Repair the vectors, or name others in [initialize] vectors."
        )
    return vectors


def _look_up(model: Model, tokens: List[Token]) -> Floats2d:
    """(n, width). RAISES: ValueError if the pipeline has no vectors, or others than in training."""
    vocab = tokens[0].vocab
    width = vocab.vectors.shape[1]
    if not width or not len(vocab.vectors):
        raise ValueError(
            "embed.include_static_vectors is true, but the pipeline has no vectors. Name one "
            "that has some in [initialize] vectors, or set include_static_vectors = false."
        )
    if model.has_dim("nO") and width != model.get_dim("nO"):
        raise ValueError(
            f"The pipeline's vectors are {width} wide, but this model was trained with vectors "
            f"{model.get_dim('nO')} wide. Load the pipeline with the vectors it was trained with."
        )
    keys = _attribute(tokens, getattr(vocab.vectors, "attr", ORTH))
    if getattr(vocab.vectors, "mode", None) != Mode.default:
        return model.ops.asarray2f(vocab.vectors.get_batch(keys))
    keys = np.where(_are_known(model, vocab.vectors, keys), keys, _attribute(tokens, LOWER))
    vectors = model.ops.asarray2f(vocab.vectors.get_batch(keys))
    vectors[~_are_known(model, vocab.vectors, keys)] = 0.0
    return vectors


def _are_known(model: Model, vectors: Vectors, keys: np.ndarray) -> np.ndarray:
    """(n,) bool on the CPU, wherever the vectors are."""
    return model.ops.to_numpy(vectors.find(keys=keys)) >= 0


def _attribute(tokens: List[Token], attr: int) -> np.ndarray:
    """(n,) uint64."""
    columns = {doc: doc.to_array(attr) for doc in {token.doc for token in tokens}}
    return np.array([columns[token.doc][token.i] for token in tokens], dtype=np.uint64)
