"""Arrays that were cut into one part for each text, put together again without copying them."""

from __future__ import annotations

from typing import Optional, Sequence

import numpy as np
from thinc.api import Ops
from thinc.types import Floats2d


def join(ops: Ops, parts: Sequence[Floats2d]) -> Floats2d:
    """(T_i, width) each -> (sum(T_i), width), over the same memory where they lie there in order,
    as the layer before has left them."""
    filled = [part for part in parts if len(part)]
    if len(filled) == 1:
        return ops.as_contig(ops.xp.asarray(filled[0]))
    whole = _uncut(filled)
    if whole is None:
        whole = ops.xp.concatenate([ops.xp.asarray(part) for part in parts])
    return ops.as_contig(whole)


def _uncut(parts: Sequence[Floats2d]) -> Optional[Floats2d]:
    """The rows of one array that the parts, none of them empty, are made of; None if they are not
    made of it one after the other."""
    whole = parts[0].base if parts and isinstance(parts[0], np.ndarray) else None
    if not isinstance(whole, np.ndarray) or not whole.flags.c_contiguous:
        return None
    begin = end = _address(parts[0])
    for part in parts:
        if part.base is not whole or part.shape[1:] != whole.shape[1:] or _address(part) != end:
            return None
        end += part.nbytes
    row = max(whole[:1].nbytes, 1)
    start = begin - _address(whole)
    return whole[start // row : (start + end - begin) // row]


def _address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]
