"""Attention: which rows of a memory a decoder's queries look at."""

from __future__ import annotations

from typing import Optional, Tuple

import torch
from torch import Tensor, nn

from .products import PLAIN, Products

KINDS = ("general", "dot", "additive")


class Attention(nn.Module):
    """Weights over the rows of a memory.

    kind: "additive" (Bahdanau et al. 2015); "dot" or "general" (Luong et al. 2015). The first
        costs several times as much: it computes a tanh per query, row and feature.
    coverage: let the weights depend on how much each row has had so far (See et al. 2017).
    RAISES: ValueError for "dot" over widths that differ.
    """

    def __init__(self, kind: str, query_width: int, memory_width: int, coverage: bool = False):
        super().__init__()
        if kind == "dot" and query_width != memory_width:
            raise ValueError(
                f'attention = "dot" needs a decoder as wide as its memory, got width {query_width} '
                f'and a memory of {memory_width}. Make them equal, or use "general".'
            )
        self.kind = kind
        self.memory: Optional[nn.Linear] = None
        if kind != "dot":
            self.memory = nn.Linear(memory_width, query_width, bias=False)
        if kind == "additive":
            self.query = nn.Linear(query_width, query_width)
            self.score = nn.Linear(query_width, 1, bias=False)
        self.coverage: Optional[nn.Parameter] = None
        if coverage:
            self.coverage = nn.Parameter(torch.zeros(query_width if kind == "additive" else 1))

    @property
    def step_weights(self) -> Tuple[Tensor, ...]:
        """The matrices that queries are multiplied with."""
        return (self.memory.weight,) if self.kind == "general" else ()

    def keys(self, values: Tensor) -> Tensor:
        """What queries are compared with, once per batch: (B, S, memory) -> (B, S, query) in
        additive attention, in the others the memory itself."""
        return self.memory(values) if self.kind == "additive" else values

    def forward(
        self,
        queries: Tensor,
        keys: Tensor,
        closed: Tensor,
        coverage: Optional[Tensor] = None,
        products: Products = PLAIN,
    ) -> Tensor:
        """Weights that sum to 1 over the open rows of each memory.

        queries: (B, Q, query). Q may be time steps, or beams that share one memory.
        keys: see `keys`.
        closed: (B, 1, S), 0 for open rows and -inf for padding.
        coverage: (B, Q, S), the weights so far.
        products: how queries and keys are multiplied.
        RETURNS: (B, Q, S).
        """
        if self.kind == "additive":
            scores = self._additive(queries, keys, coverage)
        else:
            if self.memory is not None:
                # q (W v) is (q W) v, and there are fewer queries than rows.
                queries = products.by_rows(queries, self.memory.weight)
            scores = products.by_columns(queries, keys)
            if self.coverage is not None:
                scores = scores + self.coverage * coverage
        return torch.softmax(scores + closed, dim=2)

    def _additive(self, queries: Tensor, keys: Tensor, coverage: Optional[Tensor]) -> Tensor:
        mixed = keys.unsqueeze(1) + self.query(queries).unsqueeze(2)
        if self.coverage is not None:
            mixed = mixed + coverage.unsqueeze(3) * self.coverage
        return self.score(torch.tanh(mixed)).squeeze(3)
