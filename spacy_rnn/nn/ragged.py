"""Sequences of different lengths, kept flat. Only here are they sorted, packed, padded, masked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor

STEPS_AT_ONCE = 4096


@dataclass(frozen=True)
class Ragged:
    """A batch of sequences as one flat tensor.

    data: (sum(lengths), ...), the sequences one after the other.
    lengths: (n,) int64 on the CPU; zeros are allowed.
    """

    data: Tensor
    lengths: Tensor

    @classmethod
    def from_list(cls, sequences: Sequence[Tensor]) -> "Ragged":
        """Join a non-empty list of (T_i, ...) tensors."""
        return cls(torch.cat(list(sequences)), torch.tensor([len(s) for s in sequences]))

    def to_list(self) -> List[Tensor]:
        """RETURNS: one view of (T_i, ...) per sequence."""
        return list(torch.split(self.data, self.lengths.tolist()))

    def with_data(self, data: Tensor) -> "Ragged":
        """The same lengths over other rows (sum(lengths), ...)."""
        return Ragged(data, self.lengths)

    @property
    def starts(self) -> Tensor:
        """(n,) int64 on the CPU: the row in which each sequence begins."""
        return torch.cumsum(self.lengths, 0) - self.lengths

    def sequence_ids(self) -> Tensor:
        """(sum(lengths),) int64 on the data's device: the sequence that each row belongs to."""
        ids = torch.repeat_interleave(torch.arange(len(self.lengths)), self.lengths)
        return ids.to(self.data.device)

    def sums(self) -> Tensor:
        """(n, ...) the sum of each sequence's rows."""
        out = self.data.new_zeros(len(self.lengths), *self.data.shape[1:])
        return out.index_add_(0, self.sequence_ids(), self.data)

    def padded(self, fill: float = 0.0) -> Tuple[Tensor, Tensor]:
        """RETURNS: (n, T, ...) with `fill` past each end, and the mask (n, T) of real rows."""
        steps = int(self.lengths.max()) if len(self.lengths) else 0
        mask = torch.arange(steps) < self.lengths.unsqueeze(1)
        # By row number: the rows of a mask on a GPU would have to be counted there first.
        rows = mask.flatten().nonzero().squeeze(1).to(self.data.device)
        out = self.data.new_full((mask.numel(), *self.data.shape[1:]), fill)
        out.index_copy_(0, rows, self.data)
        return out.unflatten(0, mask.shape), mask.to(self.data.device)

    def windows(self, size: int) -> Tensor:
        """Each row between its `size` neighbours on either side, zeros past the sequence's ends.

        (sum(lengths), width) -> (sum(lengths), (2 * size + 1) * width).
        """
        sizes = self.lengths.numpy()
        ends = np.repeat(np.cumsum(sizes), sizes)[:, None]
        rows = np.arange(len(self.data))[:, None] + np.arange(-size, size + 1)
        outside = (rows < ends - np.repeat(sizes, sizes)[:, None]) | (rows >= ends)
        # The row after the last one holds zeros.
        rows[outside] = len(self.data)
        rows = torch.from_numpy(rows.flatten()).to(self.data.device)
        padded = torch.cat([self.data, self.data.new_zeros(1, self.data.shape[1])])
        return padded.index_select(0, rows).view(len(self.data), -1)


class Repeated(Ragged):
    """Sequences made of few distinct rows, gathered only where all of them are asked for.

    distinct: (u, ...) rows. index: (sum(lengths),) int64, which of them stands in each place.
    """

    distinct: Tensor
    index: Tensor

    def __init__(self, distinct: Tensor, index: Tensor, lengths: Tensor) -> None:
        # The base class is frozen.
        self.__dict__.update(distinct=distinct, index=index, lengths=lengths)

    @cached_property
    def data(self) -> Tensor:
        """(sum(lengths), ...)"""
        return self.distinct.index_select(0, self.index)


class Packing(NamedTuple):
    """Rows ordered time step by time step, longest sequence first, as torch's `PackedSequence`.

    rows: (total,) the flat row at each packed position.
    restore: (total,) the packed position of each flat row.
    batch_sizes: (T,) int64 on the CPU: how many sequences reach each step.
    order: (n',) the non-empty sequences, longest first: the sequence in each packed column.
    """

    rows: Tensor
    restore: Tensor
    batch_sizes: Tensor
    order: Tensor

    def last_rows(self) -> Tensor:
        """(n',) the packed position of the final row in each column."""
        sizes = self.batch_sizes.numpy()
        columns = np.arange(len(self.order))
        lengths = np.searchsorted(-sizes, -columns, side="left")
        last = (np.cumsum(sizes) - sizes)[lengths - 1] + columns
        return torch.from_numpy(last).to(self.rows.device)

    def previous_rows(self) -> Tensor:
        """(total - n',) the packed position before each row from the second step on."""
        sizes = self.batch_sizes.numpy()
        later = np.arange(len(self.order), len(self.rows))
        return torch.from_numpy(later - np.repeat(sizes[:-1], sizes[1:])).to(self.rows.device)


def pack(lengths: Tensor, device: torch.device = torch.device("cpu")) -> Packing:
    """The packed order of sequences of these lengths. No padded array is ever built."""
    sizes = lengths.numpy()
    starts = np.cumsum(sizes) - sizes
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    steps = int(sizes.max()) if len(order) else 0
    batch_sizes = np.searchsorted(-sizes[order], -np.arange(steps), side="left")
    step = np.repeat(np.arange(steps), batch_sizes)
    column = np.arange(len(step)) - np.repeat(np.cumsum(batch_sizes) - batch_sizes, batch_sizes)
    rows = starts[order][column] + step
    restore = np.empty_like(rows)
    restore[rows] = np.arange(len(rows))
    return Packing(
        torch.from_numpy(rows).to(device),
        torch.from_numpy(restore).to(device),
        torch.from_numpy(batch_sizes.astype("int64")),
        torch.from_numpy(order).to(device),
    )


def mirrored(lengths: Tensor) -> Tensor:
    """(sum(lengths),): the row as far from its sequence's end as each one from its start."""
    sizes = lengths.numpy()
    ends = np.cumsum(sizes)
    return torch.from_numpy(np.repeat(2 * ends - sizes - 1, sizes) - np.arange(sizes.sum()))


def time_steps(rows: Tensor, batch_sizes: List[int], backward: bool = False) -> Iterator[Tensor]:
    """The rows of each step as a view, from the first step on or from the last one back.

    Views are made some thousands at a time: a list of all steps of a very long sequence would weigh
    more than its rows.
    rows: (total, ...) in packed order. batch_sizes: of a `Packing`.
    """
    starts = range(0, len(batch_sizes), STEPS_AT_ONCE)
    ends = [0, *accumulate(sum(batch_sizes[i : i + STEPS_AT_ONCE]) for i in starts)]
    for place in reversed(range(len(starts))) if backward else range(len(starts)):
        sizes = batch_sizes[starts[place] : starts[place] + STEPS_AT_ONCE]
        steps = rows[ends[place] : ends[place + 1]].split(sizes)
        yield from reversed(steps) if backward else steps


def locked_dropout(sequences: Ragged, rate: float) -> Ragged:
    """Drop the same features at every step of a sequence (Gal & Ghahramani 2016).

    rate: share of features dropped, 0 <= rate < 1. At 0 the input is returned as it is.
    """
    if rate <= 0.0:
        return sequences
    width = sequences.data.shape[-1]
    masks = dropout_masks(len(sequences.lengths), width, rate, sequences.data.device)
    return sequences.with_data(sequences.data * masks[sequences.sequence_ids()])


def dropout_masks(n: int, width: int, rate: float, device: torch.device) -> Tensor:
    """(n, width) of 0 at a rate of 0 < rate < 1, and elsewhere what makes up for it."""
    return torch.empty(n, width, device=device).bernoulli_(1.0 - rate).div_(1.0 - rate)


def similar_lengths(lengths: Tensor, rows: int, cells: int) -> List[Tensor]:
    """Cut the non-empty sequences into padded batches, shortest first.

    rows, cells: sequences, and padded rows, of one batch at most (but always one sequence).
    RETURNS: the (n,) sequences of each batch.
    """
    sizes = lengths.tolist()
    batches: List[List[int]] = []
    for i in sorted((i for i, size in enumerate(sizes) if size), key=sizes.__getitem__):
        last = batches[-1] if batches else None
        if last is None or len(last) == rows or (len(last) + 1) * sizes[i] > cells:
            batches.append([])
        batches[-1].append(i)
    return [torch.tensor(batch) for batch in batches]
