"""Which string stands in which row of a table: exact, grown in training, saved with the model."""

from __future__ import annotations

from typing import Dict, List, Sequence

import numpy as np
import srsly
from thinc.api import Model, deserialize_attr, serialize_attr

UNKNOWN = 0
# The place of a string that was seen in several places.
SEVERAL = np.uint64(0)


class Lexicon:
    """Rows 1, 2, ... belong to strings in the order of their first sight; row 0 to all others.

    A string is a *singleton* while it has been seen in one place only. A place is a number that
    stands for a token and what surrounds it, so that reading the same text again, as every epoch
    does, leaves singletons what they are.

    strings: the known strings, without the unknown.
    places: (len(strings),) uint64, where each was seen, or SEVERAL.
    """

    def __init__(self, strings: Sequence[str] = (), places: Sequence[int] = ()) -> None:
        self.rows: Dict[str, int] = {string: row for row, string in enumerate(strings, 1)}
        self.places = np.array([SEVERAL, *places], dtype=np.uint64)

    def __len__(self) -> int:
        """The number of rows, the unknown among them."""
        return len(self.places)

    def find(self, strings: Sequence[str]) -> np.ndarray:
        """RETURNS: (n,) int64, the row of each string, UNKNOWN where it has none."""
        rows = self.rows
        return np.array([rows.get(string, UNKNOWN) for string in strings], dtype=np.int64)

    def learn(
        self, strings: Sequence[str], index: np.ndarray, places: np.ndarray, max_rows: int
    ) -> np.ndarray:
        """Give rows to new strings and note where each was seen.

        strings: (n,). index: (t,) the string of each token. places: (t,) uint64, of each token.
        max_rows: strings that come when there are so many rows stay unknown.
        RETURNS: (t,) int64, the row of each token.
        """
        for string in strings:
            if string not in self.rows and len(self.rows) + 1 < max_rows:
                self.rows[string] = len(self.rows) + 1
        rows = self.find(strings)[index]
        new = rows >= len(self)
        grown = np.full(1 + len(self.rows), SEVERAL)
        grown[: len(self)] = self.places
        grown[rows[new]] = places[new]
        grown[rows[grown[rows] != places]] = SEVERAL
        self.places = grown
        return rows

    def singletons(self) -> np.ndarray:
        """RETURNS: (rows,) bool, whether each row's string was seen in one place only."""
        return self.places != SEVERAL


@serialize_attr.register(Lexicon)
def _to_bytes(_: Lexicon, value: Lexicon, name: str, model: Model) -> bytes:
    places: List[int] = value.places[1:].tolist()
    return srsly.msgpack_dumps({"strings": list(value.rows), "places": places})


@deserialize_attr.register(Lexicon)
def _from_bytes(_: Lexicon, value: bytes, name: str, model: Model) -> Lexicon:
    return Lexicon(**srsly.msgpack_loads(value))
