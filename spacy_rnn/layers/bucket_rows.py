"""Which row of a table a bucket of hashed n-grams has: given in training, saved with the model."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import srsly
from thinc.api import Model, deserialize_attr, serialize_attr

UNKNOWN = 0


class BucketRows:
    """Rows 1, 2, ... belong to buckets in the order of their first sight; row 0 to all others.

    Most corpora fill few of the buckets that keep the n-grams of a large one apart.

    buckets: how many there are.
    known: those that have a row.
    """

    def __init__(self, buckets: int, known: Sequence[int] = ()) -> None:
        self._rows = np.zeros(buckets, dtype=np.int64)
        self._rows[np.asarray(known, dtype=np.int64)] = np.arange(1, len(known) + 1)
        self._size = 1 + len(known)

    def __len__(self) -> int:
        """The number of rows, the unknown among them."""
        return self._size

    @property
    def buckets(self) -> int:
        return len(self._rows)

    @property
    def known(self) -> np.ndarray:
        """(len(self) - 1,) the buckets that have a row, in the order of the rows."""
        known = np.flatnonzero(self._rows)
        return known[np.argsort(self._rows[known])]

    def find(self, buckets: np.ndarray) -> np.ndarray:
        """RETURNS: (n,) int64, the row of each bucket, UNKNOWN where it has none."""
        return self._rows[buckets]

    def learn(self, buckets: np.ndarray) -> np.ndarray:
        """The same, after those that had no row have got one."""
        new = np.unique(buckets[self._rows[buckets] == UNKNOWN])
        self._rows[new] = np.arange(self._size, self._size + len(new))
        self._size += len(new)
        return self._rows[buckets]


@serialize_attr.register(BucketRows)
def _to_bytes(_: BucketRows, value: BucketRows, name: str, model: Model) -> bytes:
    return srsly.msgpack_dumps({"buckets": value.buckets, "known": value.known.tolist()})


@deserialize_attr.register(BucketRows)
def _from_bytes(present: BucketRows, value: bytes, name: str, model: Model) -> BucketRows:
    """RAISES: ValueError where the config asks for other buckets than the file has."""
    saved = srsly.msgpack_loads(value)
    if saved["buckets"] != present.buckets:
        raise ValueError(
            f"model.length of the bag of n-grams is {present.buckets}, but it was trained with "
            f"{saved['buckets']}: set it to that in the config, or train again"
        )
    return BucketRows(present.buckets, saved["known"])
