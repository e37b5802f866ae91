"""A recurrent decoder with attention and copying: one step, and all steps under teacher forcing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..symbols import END, UNKNOWN
from .attention import Attention
from .cells import GRUStep, LSTMStep
from .pointer import Choice, choice
from .products import PLAIN, DeferredProducts, Products
from .ragged import Ragged


class Memory(NamedTuple):
    """A batch of encoded sources, as long as the longest.

    values: (B, S, memory). keys: see `Attention.keys`.
    closed: (B, 1, S), -inf at padding, 0 elsewhere.
    source_ids: (B, S) the word of each row in its document's extended vocabulary, -1 at padding.
    """

    values: Tensor
    keys: Tensor
    closed: Tensor
    source_ids: Tensor


class State(NamedTuple):
    """What a decoder carries from step to step, for K hypotheses about each of B sources.

    hidden, cell, readout: (B, K, width); the cell stays as it is in a GRU.
    coverage: (B, K, S) the attention so far, summed; padding counts as read.
    """

    hidden: Tensor
    cell: Tensor
    readout: Tensor
    coverage: Tensor


class Trace(NamedTuple):
    """What all steps of a batch of T steps made.

    readout: (B, T, width). attention: (B, T, S). coverage: (B, T, S), before each step.
    """

    readout: Tensor
    attention: Tensor
    coverage: Tensor


@dataclass(frozen=True)
class DecoderSettings:
    """The parts of a decoder.

    cell: "lstm" or "gru". attention: "general", "dot" or "additive".
    embedding_width: of the previous word; must be `width` where `tied`.
    input_feeding: give each step the readout of the step before (Luong et al. 2015).
    coverage: let attention see what it has read (See et al. 2017).
    copy: mix in the words of the source.
    tied: use one matrix to read and to write words (Press & Wolf 2017).
    """

    width: int
    embedding_width: int
    cell: str = "lstm"
    attention: str = "general"
    input_feeding: bool = True
    coverage: bool = False
    copy: bool = True
    tied: bool = True


class Decoder(nn.Module):
    """Writes a target word by word, looking at a memory.

    vocabulary: number of words V it can generate, `END` and `UNKNOWN` included.
    """

    def __init__(self, settings: DecoderSettings, vocabulary: int, memory_width: int) -> None:
        super().__init__()
        self.settings = settings
        width, embedding = settings.width, settings.embedding_width
        self.embed = nn.Embedding(vocabulary, embedding)
        nn.init.normal_(self.embed.weight, std=embedding**-0.5)
        step = LSTMStep if settings.cell == "lstm" else GRUStep
        self.step_cell = step(embedding, width if settings.input_feeding else 0, width)
        self.bridge = nn.Linear(2 * memory_width, 2 * width)
        self.attention = Attention(settings.attention, width, memory_width, settings.coverage)
        self.combine = nn.Linear(width + memory_width, width)
        self.output = nn.Linear(width, vocabulary)
        nn.init.normal_(self.output.weight, std=width**-0.5)
        nn.init.zeros_(self.output.bias)
        if settings.tied:
            self.output.weight = self.embed.weight
        self.gate = nn.Linear(width, 1)

    @property
    def vocabulary(self) -> int:
        return self.embed.num_embeddings

    def remember(self, sources: Ragged, source_ids: Tensor) -> Memory:
        """Lay out encoded sources (none of them empty). source_ids: (sum(lengths),) int64."""
        values, mask = sources.padded()
        closed = torch.zeros(mask.shape, dtype=values.dtype, device=values.device)
        closed = closed.masked_fill_(~mask, -torch.inf).unsqueeze(1)
        ids, _ = Ragged(source_ids, sources.lengths).padded(-1)
        return Memory(values, self.attention.keys(values), closed, ids)

    def start(self, memory: Memory) -> State:
        """The state before the first word, from both ends of each source; K is 1."""
        lengths = (memory.source_ids >= 0).sum(dim=1)
        rows = torch.arange(len(lengths), device=lengths.device)
        ends = torch.cat((memory.values[:, 0], memory.values[rows, lengths - 1]), dim=1)
        return self.enter(ends, torch.isneginf(memory.closed).to(ends.dtype))

    def enter(self, ends: Tensor, coverage: Tensor) -> State:
        """The state before the first word. ends: (B, 2 * memory). coverage: (B, 1, S)."""
        hidden, cell = torch.tanh(self.bridge(ends)).unsqueeze(1).chunk(2, dim=2)
        return State(hidden, cell, torch.zeros_like(hidden), coverage)

    def read(self, tokens: Tensor) -> Tensor:
        """The gates' share of known words. (B, T), ids from V on are unknown -> (B, T, gates)."""
        return self.step_cell.project(self._embed(tokens))

    def _embed(self, tokens: Tensor) -> Tensor:
        known = tokens.masked_fill(tokens >= self.vocabulary, UNKNOWN)
        # A tied matrix has a gradient of all its rows already, to which those of few words are
        # added. On a GPU the host would have to wait for that.
        few = self.settings.tied and not tokens.is_cuda
        return F.embedding(known, self.embed.weight, sparse=few)

    def advance(
        self, memory: Memory, state: State, projected: Tensor, products: Products = PLAIN
    ) -> Tuple[State, Tensor]:
        """One step. projected: (B, K, gates), see `read`. products: how its matrices multiply.

        RETURNS: state, attention (B, K, S).
        """
        feed = state.readout if self.settings.input_feeding else None
        hidden, cell = self.step_cell(projected, feed, state.hidden, state.cell, products)
        weights = self.attention(hidden, memory.keys, memory.closed, state.coverage, products)
        context = products.by_rows(weights, memory.values)
        both = torch.cat((hidden, context), dim=2)
        readout = products.by_columns(both, self.combine.weight) + self.combine.bias
        readout = torch.tanh(readout)
        return State(hidden, cell, readout, state.coverage + weights), weights

    def generate(self, readout: Tensor) -> Tensor:
        """Unnormalised scores of the vocabulary. (..., width) -> (..., V), -inf for `UNKNOWN`."""
        bias = self.output.bias.clone()
        bias[UNKNOWN] = -torch.inf
        return F.linear(readout, self.output.weight, bias)

    def choose(self, readout: Tensor) -> Choice:
        """Whether to generate or to copy. (..., width) -> (...)."""
        return choice(self.gate(readout).squeeze(-1))

    def unroll(self, memory: Memory, targets: Tensor, dropout: float = 0.0) -> Trace:
        """Read the words of whole targets, each step after the right word (teacher forcing).

        targets: (B, T). Step t has read the words before t. dropout: locked, of words and readouts.
        """
        batch, steps = targets.shape
        tokens = torch.cat((targets.new_full((batch, 1), END), targets[:, :-1]), dim=1)
        words = self._embed(tokens)
        words = words * _mask(words, dropout)
        projected = self.step_cell.project(words).split(1, dim=1)
        state = self.start(memory)
        parts = (self.attention, self.step_cell)
        weights = [weight for part in parts for weight in part.step_weights]
        products = DeferredProducts(memory.values, memory.keys, self.combine.weight, *weights)
        state = state._replace(hidden=products.begin(state.hidden))
        kept = _mask(state.readout, dropout)
        readouts, attention, coverage = [], [], []
        for t in range(steps):
            coverage.append(state.coverage)
            state, weights = self.advance(memory, state, projected[t], products)
            state = state._replace(readout=state.readout * kept)
            readouts.append(state.readout)
            attention.append(weights)
        return Trace(torch.cat(readouts, 1), torch.cat(attention, 1), torch.cat(coverage, 1))


def _mask(rows: Tensor, dropout: float) -> Tensor:
    """One locked dropout mask per sequence. (B, T, width) -> (B, 1, width)."""
    keep = rows.new_ones(rows.shape[0], 1, rows.shape[2])
    return keep.bernoulli_(1.0 - dropout).div_(1.0 - dropout) if dropout > 0.0 else keep
