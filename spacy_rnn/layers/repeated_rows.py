"""Lists of arrays that remember which rows they are made of."""

from __future__ import annotations

from itertools import accumulate
from typing import Any, Iterator, List, Sequence

from thinc.api import Ops
from thinc.types import Floats2d, Ints1d


class RepeatedRows(List[Floats2d]):
    """Arrays (T_i, width), for whoever reads lists, and the few rows that they repeat, for an
    encoder that looks at each of them once.

    The arrays are many times as large as the rows, and are made when the first of them is asked
    for: until then their places are empty.

    rows: (u, width). index: (sum(T_i),) int64, which of them stands in each place.
    lengths: the T_i.
    """

    def __init__(self, ops: Ops, rows: Floats2d, index: Ints1d, lengths: Sequence[int]) -> None:
        super().__init__([None] * len(lengths))
        self.ops = ops
        self.rows = rows
        self.index = index
        self.lengths = lengths
        self._is_made = False

    def __iter__(self) -> Iterator[Floats2d]:
        self._make()
        return super().__iter__()

    def __getitem__(self, place: Any) -> Any:
        self._make()
        return super().__getitem__(place)

    def _make(self) -> None:
        if not self._is_made:
            ends = list(accumulate(self.lengths))[:-1]
            self[:] = self.ops.xp.split(self.rows[self.index], ends)
            self._is_made = True
