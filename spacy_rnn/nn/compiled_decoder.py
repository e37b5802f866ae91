"""A decoder in compiled code: the rows of its sources are neither padded nor moved."""

from __future__ import annotations

from typing import NamedTuple, Tuple

import torch
from torch import Tensor
from torch.nn import functional as F

from ..native import decoder as native
from ..native.weights import kept
from ..symbols import END, UNKNOWN
from .cells import LSTMStep
from .decoder import Decoder, State, Trace
from .pointer import copying
from .ragged import Ragged


class Documents(NamedTuple):
    """Which of the sources are written about. rows: (B,)."""

    rows: Tensor


def can_compile(decoder: Decoder, values: Tensor) -> bool:
    """Whether the kernels are there, and this is a decoder and a memory that they know."""
    weights = (*decoder.parameters(), values)
    attention = decoder.attention
    key = decoder.settings.width if attention.kind == "additive" else values.shape[1]
    return (
        native.fits(decoder.settings.width, values.shape[1], key)
        and not torch.is_autocast_enabled("cpu")
        and all(part.dtype == torch.float32 and part.device.type == "cpu" for part in weights)
        and not any(weight.is_inference() for weight in decoder.parameters())
    )


class CompiledDecoder:
    """The steps of a decoder that reads sources (none of them empty), without gradients.

    source_ids: (sum(lengths),) as for `Decoder.remember`.
    """

    @torch.no_grad()
    def __init__(self, decoder: Decoder, sources: Ragged, source_ids: Tensor) -> None:
        self.decoder = decoder
        self.ids, _ = Ragged(source_ids, sources.lengths).padded(-1)
        values = sources.data.contiguous()
        keys = decoder.attention.keys(values)
        self.sources = native.Sources(
            values, keys, sources.starts, sources.lengths, *copying(self.ids)
        )
        self.weights = kept(decoder, list(decoder.parameters()), lambda: _pack(decoder))

    @torch.no_grad()
    def start(self) -> State:
        """As `Decoder.start`."""
        values, _, starts, lengths = self.sources[:4]
        ends = torch.cat((values[starts], values[starts + lengths - 1]), dim=1)
        return self.decoder.enter(ends, (self.ids < 0).to(values.dtype).unsqueeze(1))

    def documents(self) -> Documents:
        """RETURNS: all of them."""
        return Documents(torch.arange(len(self.ids)))

    def advance(self, documents: Documents, state: State, tokens: Tensor) -> Tuple[State, Tensor]:
        """As `Decoder.advance`, from words. tokens: (B, K). RETURNS: state, attention (B, K, S)."""
        after, attention = native.advance(
            self.weights,
            self.sources,
            documents.rows,
            state,
            tokens,
            unknown=UNKNOWN,
            feed=self.decoder.settings.input_feeding,
        )
        return State(*after), attention

    def score(
        self, documents: Documents, readout: Tensor, attention: Tensor, scores: Tensor
    ) -> None:
        """Fill scores (B * K, W) with the log-probabilities of all words."""
        native.score_words(
            self.weights, self.sources, documents.rows, readout, attention, scores, unknown=UNKNOWN
        )

    def unroll(self, targets: Tensor) -> Trace:
        """As `Decoder.unroll`. targets: (B, T)."""
        documents, state = self.documents(), self.start()
        previous = targets.new_full((len(targets), 1), END)
        readouts, attention, coverage = [], [], []
        for words in targets.split(1, dim=1):
            coverage.append(state.coverage)
            state, weights = self.advance(documents, state, previous)
            readouts.append(state.readout)
            attention.append(weights)
            previous = words
        return Trace(torch.cat(readouts, 1), torch.cat(attention, 1), torch.cat(coverage, 1))


def _pack(decoder: Decoder) -> native.Weights:
    attention, combine, output = decoder.attention, decoder.combine, decoder.output
    additive, query = attention.kind == "additive", None
    if attention.memory is not None:
        query = attention.query.weight if additive else attention.memory.weight.T
    output_bias = output.bias.clone()
    output_bias[UNKNOWN] = -torch.inf
    copy = decoder.settings.copy
    weights = native.Weights(
        *_cell(decoder),
        embed=decoder.embed.weight,
        query=query,
        query_bias=attention.query.bias if additive else None,
        score=attention.score.weight[0] if additive else None,
        seen=attention.coverage,
        combine=combine.weight,
        combine_bias=combine.bias,
        output=output.weight,
        output_bias=output_bias,
        gate=decoder.gate.weight[0] if copy else None,
        gate_bias=decoder.gate.bias if copy else None,
    )
    return native.pack(weights)


def _cell(decoder: Decoder) -> Tuple[str, Tensor, Tensor, Tensor, Tensor]:
    """RETURNS: the first fields of `Weights`."""
    cell, width = decoder.step_cell, decoder.settings.width
    words, recur = cell.project, cell.recur
    if isinstance(cell, LSTMStep):
        recurrent, feed = recur.weight.split((width, recur.in_features - width), dim=1)
        inputs = torch.cat((words.weight, feed), dim=1)
        return "lstm", inputs, words.bias, recurrent, torch.zeros(width)
    inputs = words.weight
    if cell.feed is not None:
        inputs = torch.cat((inputs, cell.feed.weight), dim=1)
    early, late = recur.bias.split((2 * width, width))
    return "gru", inputs, words.bias + F.pad(early, (0, width)), recur.weight, late
