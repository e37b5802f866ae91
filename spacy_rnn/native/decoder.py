"""One step of a decoder with attention and copying, in compiled code."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

import torch
from torch import Tensor
from torch.nn import functional as F

from . import library
from .weights import gates_of

# As in src/kernels.h.
COLUMNS = 2


class Weights(NamedTuple):
    """All that a step multiplies with, as torch has it, or `pack`ed.

    kernel: "lstm" or "gru". inputs: (gates * width, word and readout). bias: (gates * width,).
    recurrent: (gates * width, width). late_bias: (width,), see `weights.Direction`.
    embed: (V, embedding). query: (key, width), None where hidden states are the queries.
    query_bias, score: (key,), in additive attention only. seen: (1,), there (key,), or None.
    combine: (width, width + memory). output: (V, width), its bias -inf for what is never written.
    gate: (width,) and its bias (1,), None where nothing is copied.
    """

    kernel: str
    inputs: Tensor
    bias: Tensor
    recurrent: Tensor
    late_bias: Tensor
    embed: Tensor
    query: Optional[Tensor]
    query_bias: Optional[Tensor]
    score: Optional[Tensor]
    seen: Optional[Tensor]
    combine: Tensor
    combine_bias: Tensor
    output: Tensor
    output_bias: Tensor
    gate: Optional[Tensor]
    gate_bias: Optional[Tensor]


class Sources(NamedTuple):
    """What is read and copied from.

    values, keys: (total, ...). starts, lengths: (sources,) of each in these, none empty.
    first, places: (sources, S), where rows add their attention to, and in which columns it ends.
    """

    values: Tensor
    keys: Tensor
    starts: Tensor
    lengths: Tensor
    first: Tensor
    places: Tensor


# hidden, cell, readout: (B, K, width), and coverage (B, K, S), of K hypotheses about each of B
# documents.
State = Tuple[Tensor, Tensor, Tensor, Tensor]


def fits(*widths: int) -> bool:
    """Whether vectors are as wide as kernels want them: of hidden states, values and keys."""
    return library.is_available() and not any(w % (COLUMNS * library.lanes()) for w in widths)


def pack(weights: Weights) -> Weights:
    """RETURNS: matrices in the order of reading, with rows added to `output` that are never
    written."""
    gates, query = gates_of(weights.kernel), weights.query
    extra = -len(weights.output) % (COLUMNS * library.lanes())
    return weights._replace(
        inputs=_pack(weights.inputs, gates),
        recurrent=_pack(weights.recurrent, gates),
        query=None if query is None else _pack(query, COLUMNS),
        combine=_pack(weights.combine, COLUMNS),
        output=_pack(F.pad(weights.output, (0, 0, 0, extra)), COLUMNS),
        output_bias=F.pad(weights.output_bias, (0, extra), value=-torch.inf),
    )


def _pack(weights: Tensor, gates: int) -> Tensor:
    return library.pack([weights.contiguous()], gates, library.lanes())[0]


def advance(
    weights: Weights,
    sources: Sources,
    documents: Tensor,
    state: State,
    tokens: Tensor,
    *,
    unknown: int,
    feed: bool,
) -> Tuple[State, Tensor]:
    """One step.

    weights: packed. documents: (B,) of `sources`. tokens: (B, K), from V on read as `unknown`.
    feed: whether the readout is read with them.
    RETURNS: the state after it, attention (B, K, S).
    """
    hidden, cell, readout, coverage = (part.contiguous() for part in state)
    after = torch.empty_like(hidden), cell.clone(), *map(torch.empty_like, (readout, coverage))
    attention = torch.empty_like(coverage)
    values, keys = sources.values, sources.keys
    (batch, beams), rows = tokens.shape, coverage.shape[2]
    width, memory, key = hidden.shape[2], values.shape[1], keys.shape[1]
    count, embedding = batch * beams, weights.embed.shape[1]
    library.run(
        f"{weights.kernel}_decoder",
        width=width,
        embedding=embedding,
        memory=memory,
        key=key,
        rows=rows,
        count=batch,
        beams=beams,
        vocabulary=len(weights.embed),
        unknown=unknown,
        feed=feed,
        documents=documents,
        starts=sources.starts,
        lengths=sources.lengths,
        tokens=tokens.contiguous(),
        values=values,
        keys=keys,
        embed=weights.embed,
        inputs=weights.inputs,
        bias=weights.bias,
        recurrent=weights.recurrent,
        late_bias=weights.late_bias,
        query=weights.query,
        query_bias=weights.query_bias,
        score=weights.score,
        seen=weights.seen,
        combine=weights.combine,
        combine_bias=weights.combine_bias,
        hidden=hidden,
        readout=readout,
        coverage=coverage,
        next_hidden=after[0],
        next_cell=after[1],
        next_readout=after[2],
        next_coverage=after[3],
        attention=attention,
        panels=values.new_empty(count, width + max(embedding, memory)),
        gates=values.new_empty(count, len(weights.bias)),
        queries=values.new_empty(count, key),
        contexts=values.new_empty(count, memory),
        line=values.new_empty(rows + library.lanes()),
    )
    return after, attention


def score_words(
    weights: Weights,
    sources: Sources,
    documents: Tensor,
    readout: Tensor,
    attention: Tensor,
    scores: Tensor,
    *,
    unknown: int,
) -> None:
    """Fill scores (B * K, W) with the log-probabilities of all words, -inf where there are none.

    readout, attention: of `advance`. W: at least V filled up to COLUMNS vectors, and enough for
    all words that sources have.
    """
    rows, lanes = sources.first.shape[1], library.lanes()
    library.run(
        "word_scores",
        width=readout.shape[2],
        words=len(weights.output_bias),
        columns=scores.shape[1],
        rows=rows,
        count=len(documents),
        beams=readout.shape[1],
        unknown=unknown,
        documents=documents,
        lengths=sources.lengths,
        first=sources.first,
        places=sources.places,
        readout=readout,
        attention=attention,
        weights=weights.output,
        bias=weights.output_bias,
        gate=weights.gate,
        gate_bias=weights.gate_bias,
        scores=scores,
        panels=torch.empty_like(readout),
        most=scores.new_empty(len(scores), lanes),
        total=scores.new_empty(len(scores), lanes),
        line=scores.new_empty(2, rows + lanes),
    )
