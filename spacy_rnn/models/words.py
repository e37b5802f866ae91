"""The distinct words of some docs, and what each is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import attrgetter
from typing import Callable, Dict, Hashable, List, Sequence

import numpy as np
from spacy.attrs import NORM, ORTH
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


@dataclass(frozen=True)
class Words:
    """The words of a batch, each distinct one once.

    tokens: (n,) one token of each word.
    index: (t,) int64, the word of each token of the batch.
    places: (t,) uint64, a number for each token and its neighbours; never 0.
    """

    tokens: List[Token]
    index: np.ndarray
    places: np.ndarray

    def strings(self, attr: str) -> Strings:
        """What the tokens are called. attr: one of `NAMES`."""
        name = NAMES[attr]
        return Strings([name(token) for token in self.tokens], self.index, self.places)


def word_keys(docs: Sequence[Doc], norms: bool) -> List[Hashable]:
    """(t,) what tells words apart.

    docs: or slices of docs. norms: also by their norm, which exceptions set by token.
    """
    if not norms:
        return np.concatenate([doc.to_array([ORTH]).ravel() for doc in docs]).tolist()
    columns = np.concatenate([doc.to_array([ORTH, NORM]).reshape(-1, 2) for doc in docs])
    return list(map(tuple, columns.tolist()))


def words_of(docs: Sequence[Doc], keys: Sequence[Hashable]) -> Words:
    """All words of a batch. keys: (t,) from `word_keys`."""
    numbers: Dict[Hashable, int] = {}
    index = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
    return Words(_first_tokens(docs, keys, list(numbers)), index, _places(docs))


def chosen_words(
    docs: Sequence[Doc], keys: Sequence[Hashable], chosen: Sequence[Hashable]
) -> Words:
    """Some words of a batch, each as if it stood there once. chosen: distinct keys."""
    n = len(chosen)
    return Words(_first_tokens(docs, keys, chosen), np.arange(n), np.ones(n, dtype=np.uint64))


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
