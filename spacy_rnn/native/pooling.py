"""Pooling of ragged rows in compiled code: a text's rows are read while they are near."""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor
from torch.nn import functional as F

from . import library
from .sequences import check_lengths

# As in src/pooling.h and src/kernels.h: vectors of keys that are made at once, and rows of them.
KEYS, ROWS_OF_KEYS = 4, 8


class Questions(NamedTuple):
    """What attention asks: queries . tanh(weights @ row + bias).

    weights: (keys, width). bias: (keys,). queries: (heads, keys).
    """

    weights: Tensor
    bias: Tensor
    queries: Tensor

    def filled(self) -> "Questions":
        """RETURNS: a multiple of the keys that kernels make at once, the new ones not asked for."""
        extra = -len(self.bias) % (KEYS * library.lanes())
        # Like a real one, not zeros: those would make NaN of infinite rows.
        weights = torch.cat([self.weights, self.weights[-1:].expand(extra, -1)])
        bias = torch.cat([self.bias, self.bias[-1:].expand(extra)])
        return Questions(weights, bias, F.pad(self.queries, (0, extra)).contiguous())


def can_pool(rows: Tensor, *weights: Tensor) -> bool:
    """Whether the kernels are there, and these are rows and weights that they know."""
    return (
        library.is_available()
        and all(part.dtype == torch.float32 for part in (rows, *weights))
        and all(part.device.type == "cpu" for part in (rows, *weights))
        and rows.shape[1] % library.lanes() == 0
        and not torch.is_autocast_enabled("cpu")
    )


def pool(
    rows: Tensor, lengths: Tensor, kinds: Sequence[str], questions: Optional[Questions]
) -> Tuple[Dict[str, Tensor], Tensor]:
    """Pool sequences of (sum(lengths), width), without a gradient.

    kinds: "mean" and "max" are made if they are among them; attention if there are questions.
    RETURNS: (n, heads * width) or (n, width) of each kind, zeros for empty sequences; and the
        attention (sum(lengths), heads) that each row has.
    """
    check_lengths(lengths, rows)
    count, width = len(lengths), rows.shape[1]
    found = {kind: rows.new_zeros(count, width) for kind in ("mean", "max") if kind in kinds}
    attention, asked = rows.new_empty(len(rows), 0), {}
    if questions is not None:
        attention, asked = _ask(rows, lengths, questions.filled())
        found["attention"] = rows.new_zeros(count, attention.shape[1] * width)
    library.run(
        "pool",
        width=width,
        count=count,
        lengths=lengths,
        rows=rows.contiguous(),
        attended=found.get("attention"),
        mean=found.get("mean"),
        most=found.get("max"),
        attention=attention,
        **asked,
    )
    return found, attention


def _ask(rows: Tensor, lengths: Tensor, questions: Questions) -> Tuple[Tensor, dict]:
    """RETURNS: the attention, yet empty, and what a kernel needs to know to fill it."""
    heads, keys = questions.queries.shape
    longest = int(lengths.max()) if len(lengths) else 0
    longest += -longest % library.lanes()
    return rows.new_empty(len(rows), heads), {
        "heads": heads,
        "keys": keys,
        "longest": longest,
        "weights": library.pack([questions.weights], KEYS, library.lanes()),
        "bias": questions.bias,
        "queries": questions.queries,
        "room": rows.new_empty(ROWS_OF_KEYS, keys),
        "scores": rows.new_empty(heads, longest),
    }
