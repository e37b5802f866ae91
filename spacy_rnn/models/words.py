"""The distinct words of some docs, and what each is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import attrgetter
from typing import Callable, Dict, Hashable, List, Sequence, Tuple

import numpy as np
from spacy.attrs import LOWER, NORM, ORTH
from spacy.tokens import Doc, Token

from ..layers.embed import Strings

DIGIT = re.compile(r"\d")
# Odd and without pattern, to mix the ids of neighbours (2 ** 64 over the golden ratio).
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

NAMES: Dict[str, Callable[[Token], str]] = {
    "WORD": lambda token: DIGIT.sub("0", token.lower_),
    "ORTH": attrgetter("orth_"),
    "LOWER": attrgetter("lower_"),
    "NORM": attrgetter("norm_"),
    "PREFIX": attrgetter("prefix_"),
    "SUFFIX": attrgetter("suffix_"),
    "SHAPE": attrgetter("shape_"),
}
# How often a word stands in its text, whatever its case: what a text is about, it says again.
COUNT = "COUNT"
# From so many on they are one.
MOST = 10


@dataclass(frozen=True)
class Words:
    """The words of a batch, each distinct one once.

    tokens: (n,) one token of each word.
    index: (t,) int64, the word of each token of the batch.
    places: (t,) uint64, a number for each token and its neighbours; never 0.
    counts: (n,) how often each stands in its text, where that tells words apart.
    """

    tokens: List[Token]
    index: np.ndarray
    places: np.ndarray
    counts: Tuple[int, ...] = ()

    def strings(self, attr: str) -> Strings:
        """What the tokens are called. attr: one of `NAMES`, or `COUNT`."""
        if attr == COUNT:
            values = list(map(str, self.counts))
        else:
            values = list(map(NAMES[attr], self.tokens))
        return Strings(values, self.index, self.places)


def word_keys(docs: Sequence[Doc], norms: bool, counts: bool) -> List[Hashable]:
    """(t,) what tells words apart.

    docs: or slices of docs. norms: also by their norm, which exceptions set by token.
    counts: also by how often they stand in their text; it is the last number of each key.
    """
    attrs = [ORTH, NORM] if norms else [ORTH]
    columns = np.concatenate([doc.to_array(attrs).reshape(-1, len(attrs)) for doc in docs])
    if counts:
        columns = np.column_stack((columns, np.concatenate(list(map(_counts, docs)))))
    return list(map(tuple, columns.tolist())) if columns.shape[1] > 1 else columns[:, 0].tolist()


def _counts(doc: Doc) -> np.ndarray:
    """(t,) uint64"""
    _, words, counts = np.unique(
        doc.to_array([LOWER]).ravel(), return_inverse=True, return_counts=True
    )
    return np.minimum(counts, MOST).astype(np.uint64)[words]


def words_of(docs: Sequence[Doc], keys: Sequence[Hashable], counts: bool) -> Words:
    """All words of a batch. keys, counts: (t,) from `word_keys`, and what it was told."""
    numbers: Dict[Hashable, int] = {}
    index = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
    return _words(docs, keys, list(numbers), counts, index, _places(docs))


def chosen_words(
    docs: Sequence[Doc], keys: Sequence[Hashable], chosen: Sequence[Hashable], counts: bool
) -> Words:
    """Some words of a batch, each as if it stood there once. chosen: distinct keys."""
    n = len(chosen)
    return _words(docs, keys, chosen, counts, np.arange(n), np.ones(n, dtype=np.uint64))


def _words(
    docs: Sequence[Doc],
    keys: Sequence[Hashable],
    chosen: Sequence[Hashable],
    counts: bool,
    index: np.ndarray,
    places: np.ndarray,
) -> Words:
    tokens = _first_tokens(docs, keys, chosen)
    return Words(tokens, index, places, tuple(key[-1] for key in chosen) if counts else ())


def _first_tokens(docs: Sequence[Doc], keys: Sequence[Hashable], chosen: Sequence) -> List[Token]:
    first = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1)))
    positions = np.array([first[key] for key in chosen], dtype=np.int64)
    ends = np.cumsum([len(doc) for doc in docs])
    numbers = np.searchsorted(ends, positions, side="right")
    return [docs[n][p - ends[n]] for n, p in zip(numbers.tolist(), positions.tolist())]


def _places(docs: Sequence[Doc]) -> np.ndarray:
    """(t,) uint64 from each token and its two neighbours on either side."""
    lengths = [len(doc) for doc in docs]
    rows = np.arange(sum(lengths)) + 2 * np.repeat(np.arange(1, len(docs) + 1), lengths)
    spaced = np.zeros(len(rows) + 2 * (len(docs) + 1), dtype=np.uint64)
    spaced[rows] = np.concatenate([doc.to_array([ORTH]).ravel() for doc in docs])
    place = spaced[rows]
    for shift in (-2, -1, 1, 2):
        place = place * MULTIPLIER + spaced[rows + shift]
    return place | np.uint64(1)
