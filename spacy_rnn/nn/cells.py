"""Single steps of recurrent cells, for decoders that feed their own output back."""

from __future__ import annotations

from typing import Optional, Tuple

import torch
from torch import Tensor, nn

from .products import Products

CELLS = ("lstm", "gru")


class LSTMStep(nn.Module):
    """One step of an LSTM. Its share of the input that is known beforehand is projected at once.

    input_width: width of what is known beforehand (the previous word).
    feed_width: width of what only the step before knows (input feeding), or 0.
    """

    def __init__(self, input_width: int, feed_width: int, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(input_width, 4 * width)
        self.recur = nn.Linear(feed_width + width, 4 * width, bias=False)
        _initialize(self.recur, width)
        with torch.no_grad():
            self.project.bias.zero_()
            self.project.bias[width : 2 * width] = 1.0  # forget gate: Jozefowicz et al. 2015

    @property
    def step_weights(self) -> Tuple[Tensor, ...]:
        """The matrices that each step multiplies with."""
        return (self.recur.weight,)

    def forward(
        self,
        projected: Tensor,
        feed: Optional[Tensor],
        hidden: Tensor,
        cell: Tensor,
        products: Products,
    ) -> Tuple[Tensor, Tensor]:
        """projected: (B, K, 4 * width). feed: (B, K, feed_width). RETURNS: two (B, K, width)."""
        recurrent = hidden if feed is None else torch.cat((hidden, feed), dim=-1)
        gates = projected + products.by_columns(recurrent, self.recur.weight)
        take, keep, new, show = gates.chunk(4, dim=-1)
        cell = torch.sigmoid(keep) * cell + torch.sigmoid(take) * torch.tanh(new)
        return torch.sigmoid(show) * torch.tanh(cell), cell


class GRUStep(nn.Module):
    """One step of a GRU. As `LSTMStep`; its cell is passed through untouched."""

    def __init__(self, input_width: int, feed_width: int, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(input_width, 3 * width)
        self.feed = nn.Linear(feed_width, 3 * width, bias=False) if feed_width else None
        self.recur = nn.Linear(width, 3 * width)
        _initialize(self.recur, width)

    @property
    def step_weights(self) -> Tuple[Tensor, ...]:
        """As of `LSTMStep`."""
        return (self.recur.weight,) + (() if self.feed is None else (self.feed.weight,))

    def forward(
        self,
        projected: Tensor,
        feed: Optional[Tensor],
        hidden: Tensor,
        cell: Tensor,
        products: Products,
    ) -> Tuple[Tensor, Tensor]:
        """projected: (B, K, 3 * width). feed: (B, K, feed_width). RETURNS: two (B, K, width)."""
        if self.feed is not None and feed is not None:
            projected = projected + products.by_columns(feed, self.feed.weight)
        reset, update, new = projected.chunk(3, dim=-1)
        old = products.by_columns(hidden, self.recur.weight) + self.recur.bias
        old_reset, old_update, old_new = old.chunk(3, dim=-1)
        kept = torch.sigmoid(update + old_update)
        fresh = torch.tanh(new + torch.sigmoid(reset + old_reset) * old_new)
        return fresh + kept * (hidden - fresh), cell


def _initialize(recur: nn.Linear, width: int) -> None:
    """Orthogonal weights from the hidden state to each gate (Saxe et al. 2014)."""
    if not recur.weight.is_meta:
        for gate in recur.weight.data[:, :width].chunk(len(recur.weight) // width):
            nn.init.orthogonal_(gate)
