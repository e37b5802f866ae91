"""From the scores of a batch to the entities of each sequence, with their probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, List, NamedTuple, Optional, Sequence

import numpy as np
import torch

from ..labels.tag_scheme import Span, TagScheme
from ..nn.crf import CRFScores
from .span_posteriors import SpanPosteriors, Spans
from .viterbi import viterbi


class ScoredSpan(NamedTuple):
    """A span of tokens with its posterior probability, None where nobody asked for it."""

    span: Span
    probability: Optional[float]


class Reading(NamedTuple):
    """What was found in a sequence.

    entities: do not overlap, in order.
    candidates: all spans that were asked for, in order; the entities if no others were.
    """

    entities: List[ScoredSpan]
    candidates: List[ScoredSpan]


@dataclass(frozen=True)
class Wanted:
    """What to look for.

    confidence: give probabilities.
    threshold: 0 for the entities of the best path. Above: the spans that are at least as probable
        as this, the more probable one where two overlap.
    p_min: above 0, all spans at least as probable as this become candidates.
    """

    confidence: bool = False
    threshold: float = 0.0
    p_min: float = 0.0


def find_entities(scores: CRFScores, scheme: TagScheme, wanted: Wanted) -> List[Reading]:
    """Decode a batch. scores: constrained to the scheme's legal paths."""
    cutoffs = [p for p in (wanted.threshold, wanted.p_min) if p > 0.0]
    posteriors = None
    if wanted.confidence or cutoffs:
        posteriors = SpanPosteriors.from_scores(scores, scheme)
    probable: List[List[ScoredSpan]] = [[] for _ in scores.lengths]
    if posteriors is not None and cutoffs:
        spans, probabilities = posteriors.above(min(cutoffs))
        probable = _by_sequence(spans, probabilities, scores.lengths, scheme)
    if wanted.threshold > 0.0:
        entities = [_apart(_at_least(wanted.threshold, spans)) for spans in probable]
    else:
        entities = _best(scores, scheme, posteriors)
    if wanted.p_min > 0.0:
        candidates = [_at_least(wanted.p_min, spans) for spans in probable]
        return [Reading(*reading) for reading in zip(entities, candidates)]
    return [Reading(found, found) for found in entities]


def _best(
    scores: CRFScores, scheme: TagScheme, posteriors: Optional[SpanPosteriors]
) -> List[List[ScoredSpan]]:
    """The entities of the best path."""
    paths = np.split(viterbi(scores).cpu().numpy(), torch.cumsum(scores.lengths, 0)[:-1].numpy())
    decoded = [scheme.decode(path) for path in paths[: len(scores.lengths)]]
    if posteriors is None:
        return [[ScoredSpan(span, None) for span in spans] for spans in decoded]
    starts = (torch.cumsum(scores.lengths, 0) - scores.lengths).tolist()
    rows = [
        (begin + span.start, begin + span.end, scheme.labels.index(span.label))
        for begin, spans in zip(starts, decoded)
        for span in spans
    ]
    columns = np.array(rows, dtype="int64").reshape(-1, 3).T
    chances = iter(posteriors.of(Spans(*columns)).tolist())
    return [[ScoredSpan(span, next(chances)) for span in spans] for spans in decoded]


def _by_sequence(
    spans: Spans, probabilities: np.ndarray, lengths: torch.Tensor, scheme: TagScheme
) -> List[List[ScoredSpan]]:
    ends = torch.cumsum(lengths, 0).numpy()
    owners = np.searchsorted(ends, spans.start, side="right").tolist()
    starts = (ends - lengths.numpy()).tolist()
    out: List[List[ScoredSpan]] = [[] for _ in starts]
    for i, start, end, label, chance in zip(owners, *(a.tolist() for a in (*spans, probabilities))):
        span = Span(start - starts[i], end - starts[i], scheme.labels[label])
        out[i].append(ScoredSpan(span, chance))
    return out


def _at_least(probability: float, spans: Iterable[ScoredSpan]) -> List[ScoredSpan]:
    return [scored for scored in spans if scored.probability >= probability]


def _apart(spans: Sequence[ScoredSpan]) -> List[ScoredSpan]:
    """The most probable spans that do not overlap, in order."""
    taken: set = set()
    kept: List[ScoredSpan] = []
    for scored in sorted(spans, key=lambda scored: -scored.probability):
        tokens = range(scored.span.start, scored.span.end)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(scored)
    return sorted(kept)
