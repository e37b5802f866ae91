"""Words as vectors: `Model[List[Doc], List[Floats2d]]` for `spacy.Tok2Vec.v2`'s `embed` slot."""

from __future__ import annotations

from itertools import accumulate
from typing import Any, Callable, List, Optional, Tuple, Union

from spacy.tokens import Doc
from spacy.vectors import BaseVectors
from thinc.api import Model
from thinc.types import Floats2d, Ints1d

from ..layers.repeated_rows import RepeatedRows
from ..layers.torch_bridge import weights_version
from ..layers.word_cache import Itself, WordCache
from ..layers.word_noise import WordNoise
from .word_parts import WordCharacters, WordFeature, WordVectors
from .words import COUNT, NAMES, Words, chosen_words, word_keys, words_of

# 50,000 words of 250 numbers are 50 MB.
CACHED_WORDS = 50_000
# Far above what trains in practice: a config that asks for more is a mistake or an attack.
MAX_WIDTH = 16384


def WordEmbed(
    attrs: List[str],
    widths: List[int],
    chars: Optional[Model[List[str], Floats2d]] = None,
    include_static_vectors: Optional[Union[bool, str]] = False,
    tune_static_vectors: bool = False,
    unk_rate: float = 0.5,
    word_dropout: float = 0.05,
    dropout: float = 0.0,
) -> Model[List[Doc], List[Floats2d]]:
    """Learned vectors of words and their features, side by side.

    The vocabulary needs no preparation: the docs that initialization shows and then every doc
    that is trained on give their words rows, in the order of their first sight. A word that
    training never met has the vector of the unknown, which is learned by putting it, at
    `unk_rate`, in the place of words that have been seen in one place only.

    attrs: features, each with a table of its own. WORD is the lower-cased form with every digit
        as 0; ORTH, LOWER, NORM, PREFIX, SUFFIX and SHAPE are spaCy's. COUNT is how often the
        word stands in its doc, which tells what the doc is about.
    widths: the width of each feature's vector.
    chars: an encoder of a word's characters, such as `spacy-rnn.CharCNN.v1`.
    include_static_vectors: append the static vectors of the pipeline. Their path or name says yes
        as well, and null says no: a config may hand on `${paths.vectors}`.
    tune_static_vectors: learn corrections to the static vectors of the words in the training docs.
    unk_rate: how often a singleton is read as unknown in training.
    word_dropout: how often a whole token is dropped in training.
    dropout: rate of locked dropout on the output. `[training] dropout` takes its place.
    RAISES: ValueError naming the setting.
    """
    _check(attrs, widths, unk_rate, word_dropout, dropout)
    if tune_static_vectors and not include_static_vectors:
        raise ValueError("embed.tune_static_vectors needs embed.include_static_vectors = true")
    parts = [WordFeature(attr, width, unk_rate) for attr, width in zip(attrs, widths)]
    if chars is not None:
        parts.append(WordCharacters(chars))
    if include_static_vectors:
        parts.append(WordVectors(tune_static_vectors, unk_rate))
    if not parts:
        raise ValueError("embed.attrs is empty, and there are neither chars nor static vectors")
    return Model(
        "word_embed",
        forward,
        init=init,
        layers=parts + [WordNoise(word_dropout, dropout)],
        dims={"nO": _width(parts)},
        attrs={
            "cache": WordCache(CACHED_WORDS),
            "norms": "NORM" in attrs,
            "counts": COUNT in attrs,
            "reads_slices": True,
        },
    )


def _check(
    attrs: List[str], widths: List[int], unk_rate: float, word_dropout: float, dropout: float
) -> None:
    names = (*NAMES, COUNT)
    unknown = [attr for attr in attrs if attr not in names]
    if unknown:
        raise ValueError(f"embed.attrs must be among {', '.join(names)}, got {unknown}")
    if len(attrs) != len(widths):
        raise ValueError(
            f"embed.widths needs one width for each of embed.attrs: got {len(widths)} for "
            f"{len(attrs)}"
        )
    if not all(1 <= width <= MAX_WIDTH for width in widths):
        raise ValueError(f"embed.widths must all be between 1 and {MAX_WIDTH}, got {widths}")
    if not 0.0 <= unk_rate <= 1.0:
        raise ValueError(f"embed.unk_rate must be between 0 and 1, got {unk_rate}")
    for setting, rate in (("word_dropout", word_dropout), ("dropout", dropout)):
        if not 0.0 <= rate < 1.0:
            raise ValueError(f"embed.{setting} must be at least 0 and below 1, got {rate}")


def _width(parts: List[Model]) -> Optional[int]:
    """The width of all parts together, None while that of static vectors is open."""
    known = all(part.has_dim("nO") for part in parts)
    return sum(part.get_dim("nO") for part in parts) if known else None


def init(model: Model, X: Optional[List[Doc]] = None, Y: Optional[List[Floats2d]] = None) -> Model:
    words = words_of(X, _keys(model, X), model.attrs["counts"]) if X else None
    parts = model.layers[:-1]
    for part in parts:
        part.initialize(X=words)
    if model.has_dim("nO") is None:
        model.set_dim("nO", _width(parts))
    return model


def forward(
    model: Model, docs: List[Doc], is_train: bool
) -> Tuple[List[Floats2d], Callable[[List[Floats2d]], List[Doc]]]:
    """Docs of T_i tokens -> arrays of (T_i, nO)."""
    lengths = [len(doc) for doc in docs]
    if not any(lengths):
        return [model.ops.alloc2f(0, model.get_dim("nO")) for _ in docs], lambda d_docs: docs
    keys = _keys(model, docs)
    if not is_train:
        rows, index = _look_up(model, docs, keys)
        return RepeatedRows(model.ops, rows, index, lengths), lambda d_docs: docs
    rows, backprop_words = _embed(model, words_of(docs, keys, model.attrs["counts"]), is_train)
    vectors, backprop_noise = model.layers[-1]((rows, lengths), is_train)

    def backprop(d_docs: List[Floats2d]) -> List[Doc]:
        backprop_words(backprop_noise(model.ops.xp.concatenate(d_docs))[0])
        return docs

    ends = list(accumulate(lengths))[:-1]
    return model.ops.xp.split(vectors, ends), backprop


def _keys(model: Model, docs: List[Doc]) -> List[Any]:
    return word_keys(docs, model.attrs["norms"], model.attrs["counts"])


def _look_up(model: Model, docs: List[Doc], keys: List[Any]) -> Tuple[Floats2d, Ints1d]:
    """Vectors of the distinct words, from the cache where they are there, and whose is which."""
    versions = weights_version(model)
    state = None if versions is None else (versions, *_state_of(docs[0].vocab.vectors))

    def compute(missing: List[Any]) -> Floats2d:
        words = chosen_words(docs, keys, missing, model.attrs["counts"])
        return _embed(model, words, is_train=False)[0]

    return model.attrs["cache"].read(keys, state, compute, model.ops)


def _state_of(vectors: BaseVectors) -> Tuple[Any, ...]:
    """What changes when static vectors are loaded or some are added; writing over a single one in
    place does not show."""
    parts = (getattr(vectors, name, None) for name in ("n_keys", "shape"))
    return (Itself(vectors), Itself(getattr(vectors, "data", None)), *parts)


def _embed(
    model: Model, words: Words, is_train: bool
) -> Tuple[Floats2d, Callable[[Floats2d], Words]]:
    """All parts side by side."""
    parts, backprops = zip(*(part(words, is_train) for part in model.layers[:-1]))

    def backprop(d_rows: Floats2d) -> Words:
        start = 0
        for part, step in zip(parts, backprops):
            step(model.ops.as_contig(d_rows[:, start : start + part.shape[1]]))
            start += part.shape[1]
        return words

    return model.ops.xp.concatenate(parts, axis=1), backprop
