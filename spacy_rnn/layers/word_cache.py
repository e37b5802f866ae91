"""Vectors of words kept from batch to batch, for as long as nothing they depend on changes."""

from __future__ import annotations

import threading
from typing import Any, Callable, Dict, Hashable, List, Optional, Sequence, Tuple

import numpy as np
from thinc.api import Model, Ops, deserialize_attr, serialize_attr
from thinc.types import Floats2d, Ints1d


class Table:
    """Vectors by key. Rows are only ever added, so that readers need no lock."""

    def __init__(self) -> None:
        self.slots: Dict[Hashable, int] = {}
        self.rows: Optional[Floats2d] = None

    def missing(self, keys: Sequence[Hashable]) -> List[Hashable]:
        """RETURNS: the keys that have no row, each once, in order."""
        slots = self.slots
        return list(dict.fromkeys(key for key in keys if key not in slots))

    def add(self, keys: Sequence[Hashable], rows: Floats2d, ops: Ops) -> None:
        """Add rows (n, width) for distinct new keys."""
        start, end = len(self.slots), len(self.slots) + len(keys)
        if self.rows is None or end > len(self.rows):
            grown = ops.alloc2f(max(256, 2 * end), rows.shape[1], zeros=False)
            grown[:start] = self.rows[:start] if self.rows is not None else 0.0
            self.rows = grown
        self.rows[start:end] = rows
        # Last: a key is seen only when its row is there.
        self.slots.update(zip(keys, range(start, end)))

    def read(self, keys: Sequence[Hashable], ops: Ops) -> Tuple[Floats2d, Ints1d]:
        """RETURNS: copies of the rows of the keys, each row once, and (n,) which is whose."""
        slots, xp = self.slots, ops.xp
        index = np.fromiter(map(slots.__getitem__, keys), dtype=np.int64, count=len(keys))
        used = np.zeros(index.max(initial=-1) + 1, dtype=bool)
        used[index] = True
        numbers = np.cumsum(used) - 1
        return self.rows[xp.asarray(np.flatnonzero(used))], xp.asarray(numbers[index])


class Itself:
    """Equal as long as it is the same object; it is held, so that no other can take its place."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and self.held is other.held


class WordCache:
    """A bounded table that is thrown away as soon as its state is no longer the given one.

    words: how many words are kept at most. When more come, the table starts anew.
    """

    def __init__(self, words: int) -> None:
        self.words = words
        self._state: Any = None
        self._table = Table()
        self._lock = threading.Lock()

    def read(
        self,
        keys: Sequence[Hashable],
        state: Any,
        compute: Callable[[List[Hashable]], Floats2d],
        ops: Ops,
    ) -> Tuple[Floats2d, Ints1d]:
        """The vectors of some words.

        state: everything that vectors depend on beside their key; None to keep nothing.
        compute: makes the vectors (n, width) of a list of distinct keys.
        RETURNS: (u, width) the vectors of the distinct words among them, not shared with the
            table, and (len(keys),) int64, the row of each.
        """
        table = self._table_of(state)
        missing = table.missing(keys)
        if len(table.slots) + len(missing) > self.words:
            table = Table()
            missing = table.missing(keys)
            if len(missing) <= self.words:
                self._keep(state, table)
        if missing:
            rows = compute(missing)
            with self._lock:
                # Another thread may have added some of them in the meantime.
                new = [i for i, key in enumerate(missing) if key not in table.slots]
                table.add([missing[i] for i in new], rows[new], ops)
        return table.read(keys, ops)

    def _table_of(self, state: Any) -> Table:
        with self._lock:
            if state is not None and state == self._state:
                return self._table
        return self._keep(state, Table())

    def _keep(self, state: Any, table: Table) -> Table:
        with self._lock:
            self._state, self._table = state, table
        return table

    def __len__(self) -> int:
        return len(self._table.slots)

    def __reduce__(self) -> tuple:
        # A copy starts empty.
        return WordCache, (self.words,)


@serialize_attr.register(WordCache)
def _to_bytes(_: WordCache, value: WordCache, name: str, model: Model) -> bytes:
    return b""


@deserialize_attr.register(WordCache)
def _from_bytes(default: WordCache, value: bytes, name: str, model: Model) -> WordCache:
    return WordCache(default.words)
