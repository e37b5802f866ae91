"""Lists of arrays that remember which rows they are made of."""

from __future__ import annotations

from itertools import accumulate
from typing import List, Sequence

from thinc.api import Ops
from thinc.types import Floats2d, Ints1d


class RepeatedRows(List[Floats2d]):
    """Arrays (T_i, width), for whoever reads lists, and the few rows that they repeat, for an
    encoder that looks at each of them once.

    rows: (u, width). index: (sum(T_i),) int64, which of them stands in each place.
    """

    def __init__(self, ops: Ops, rows: Floats2d, index: Ints1d, lengths: Sequence[int]) -> None:
        super().__init__(ops.xp.split(rows[index], list(accumulate(lengths))[:-1]))
        self.rows = rows
        self.index = index
