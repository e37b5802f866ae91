"""Pooling: one vector per sequence of a ragged batch, whatever its length."""

from __future__ import annotations

from typing import Iterator, NamedTuple, Sequence

import torch
from torch import Tensor, nn

from ..native import pooling as native
from .ragged import Ragged

POOLINGS = ("attention", "mean", "max", "last")
# Rows pooled at a time where nothing is learned: what is made of more leaves the processor's cache.
ROWS = 4096


class Pooled(NamedTuple):
    """vectors: (n, width of the pooling); zeros for an empty sequence.
    attention: (total, heads), what each row weighs in its sequence; no columns without attention.
    """

    vectors: Tensor
    attention: Tensor


class Pooling(nn.Module):
    """Any of attention, mean, max and last state, side by side.

    attention: a learned query per head over a tanh layer (Yang et al. 2016).
    last: the state after the last token of the forward half of the features, and after the first
        token of the backward half, where a bidirectional encoder has read everything.
    width: of the sequences' rows.
    kinds: non-empty, among `POOLINGS`.
    """

    def __init__(self, width: int, kinds: Sequence[str], heads: int) -> None:
        super().__init__()
        self.kinds = tuple(kinds)
        self.heads = heads if "attention" in kinds else 0
        if self.heads:
            self.key = nn.Linear(width, width)
            self.query = nn.Linear(width, heads, bias=False)
        self.output_width = width * (self.heads + sum(kind != "attention" for kind in kinds))

    def forward(self, sequences: Ragged) -> Pooled:
        """Pool (sum(lengths), width). RETURNS: see `Pooled`."""
        if torch.is_grad_enabled() or sequences.data.device.type != "cpu":
            return self._pool(sequences)
        if native.can_pool(sequences.data, *self.parameters()):
            return self._pool_compiled(sequences)
        parts = [self._pool(portion) for portion in _portions(sequences)]
        return Pooled(*map(torch.cat, zip(*parts)))

    def _pool(self, sequences: Ragged) -> Pooled:
        attention = self._attend(sequences)
        parts = []
        for kind in self.kinds:
            if kind == "attention":
                weighted = attention.unsqueeze(2) * sequences.data.unsqueeze(1)
                parts.append(_sum(sequences, weighted.flatten(1)))
            else:
                parts.append(_SIMPLE[kind](sequences))
        return Pooled(torch.cat(parts, dim=1), attention)

    def _pool_compiled(self, sequences: Ragged) -> Pooled:
        questions = None
        if self.heads:
            questions = native.Questions(self.key.weight, self.key.bias, self.query.weight)
        parts, attention = native.pool(sequences.data, sequences.lengths, self.kinds, questions)
        if "last" in self.kinds:
            parts["last"] = _last(sequences)
        return Pooled(torch.cat([parts[kind] for kind in self.kinds], dim=1), attention)

    def scores(self, rows: Tensor) -> Tensor:
        """How much attention each row asks for. (n, width) -> (n, heads)."""
        if not self.heads:
            return rows.new_zeros(len(rows), 0)
        return self.query(torch.tanh(self.key(rows)))

    def _attend(self, sequences: Ragged) -> Tensor:
        scores = self.scores(sequences.data)
        if not scores.numel():
            return scores
        ids = sequences.sequence_ids()
        # The highest score of each sequence is taken off before exp, so that nothing overflows.
        highest = _highest(sequences, scores.detach())
        weights = torch.exp(scores - highest[ids])
        return weights / _sum(sequences, weights)[ids]


def _portions(sequences: Ragged) -> Iterator[Ragged]:
    """The same sequences, about `ROWS` rows at a time; at least one portion."""
    lengths = sequences.lengths
    whole_portions = torch.div(torch.cumsum(lengths, 0), ROWS, rounding_mode="floor")
    counts = torch.unique_consecutive(whole_portions, return_counts=True)[1].tolist()
    sizes = lengths.split(counts) if counts else [lengths]
    rows = sequences.data.split([int(portion.sum()) for portion in sizes])
    return map(Ragged, rows, sizes)


def _sum(sequences: Ragged, rows: Tensor) -> Tensor:
    """(total, w) -> (n, w)."""
    sums = rows.new_zeros(len(sequences.lengths), rows.shape[1])
    return sums.index_add(0, sequences.sequence_ids(), rows)


def _mean(sequences: Ragged) -> Tensor:
    lengths = sequences.lengths.to(sequences.data.device).clamp(min=1)
    return _sum(sequences, sequences.data) / lengths.unsqueeze(1)


def _highest(sequences: Ragged, rows: Tensor) -> Tensor:
    """(total, w) -> (n, w); zeros for empty sequences."""
    ids = sequences.sequence_ids().unsqueeze(1).expand_as(rows)
    highest = rows.new_zeros(len(sequences.lengths), rows.shape[1])
    return highest.scatter_reduce(0, ids, rows, "amax", include_self=False)


def _max(sequences: Ragged) -> Tensor:
    return _highest(sequences, sequences.data)


def _last(sequences: Ragged) -> Tensor:
    half = (sequences.data.shape[1] + 1) // 2
    filled = sequences.lengths > 0
    first = sequences.starts[filled]
    ends = first + sequences.lengths[filled] - 1
    states = torch.cat([sequences.data[ends, :half], sequences.data[first, half:]], dim=1)
    pooled = sequences.data.new_zeros(len(sequences.lengths), sequences.data.shape[1])
    return pooled.index_copy(0, torch.nonzero(filled).squeeze(1).to(states.device), states)


_SIMPLE = {"mean": _mean, "max": _max, "last": _last}
