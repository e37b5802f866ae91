"""Beam search, many documents at once. The memory of a document is shared by its hypotheses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor

from ..symbols import END
from .batch import take_beams, take_rows
from .constraints import Constraint, MaxLength, constrain
from .greedy import SHARE_TO_LEAVE, Step
from .ranking import Hypothesis, Ranking


@dataclass(frozen=True)
class Beam:
    """width: hypotheses per document.
    n_best: how many of them are wanted.
    early_finish: end a document once `width` hypotheses have; else once no other can win."""

    width: int
    n_best: int = 1
    early_finish: bool = True


class _Live(NamedTuple):
    """Hypotheses that go on. totals: (B, K). words, log_probs: (B, K, t)."""

    totals: Tensor
    words: Tensor
    log_probs: Tensor

    @property
    def previous(self) -> Tensor:
        """(B, K) the words written last."""
        if self.words.shape[2]:
            return self.words[..., -1]
        return torch.full(self.totals.shape, END, device=self.totals.device)


class _Candidates(NamedTuple):
    """The best continuations, best first. All (B, 2K); beams: the hypotheses they continue."""

    totals: Tensor
    beams: Tensor
    words: Tensor
    log_probs: Tensor


def beam_search(
    step: Step,
    memory: NamedTuple,
    state: NamedTuple,
    longest: Tensor,
    beam: Beam,
    constraints: Sequence[Constraint] = (),
    ranking: Ranking = Ranking(),
) -> List[List[Hypothesis]]:
    """The best targets of each document, best first.

    memory: tensors (B, ...). state: tensors (B, 1, ...), the last of them the coverage (B, 1, S).
    longest: (B,) words at most.
    """
    sources = torch.arange(len(longest), device=longest.device)
    finished: List[List[Hypothesis]] = [[] for _ in longest]
    live = _begin(state)
    constraints = [*constraints, MaxLength(longest)]
    while len(sources):
        state, scores = step(memory, state, live.previous)
        scores = constrain(scores, live.words, sources, constraints)
        candidates = _best(live, scores, 2 * beam.width)
        for row, hypothesis in _ended(candidates, live, state, beam.width, ranking):
            finished[sources[row]].append(hypothesis)
        live, state = _go_on(candidates, live, state, beam.width)
        done = _done(live, longest[sources], [finished[i] for i in sources], beam, ranking)
        # A document may wait for others before it leaves: nothing of it may go on meanwhile.
        live = live._replace(totals=live.totals.masked_fill(done.unsqueeze(1), -torch.inf))
        if done.sum() >= SHARE_TO_LEAVE * len(done):
            rows = (~done).nonzero()[:, 0]
            memory, state, live = (take_rows(part, rows) for part in (memory, state, live))
            sources = sources[rows]
    return [sorted(found, key=lambda h: -h.score)[: beam.n_best] for found in finished]


def _begin(state: NamedTuple) -> _Live:
    totals = torch.zeros(state[0].shape[:2], dtype=state[0].dtype, device=state[0].device)
    words = torch.zeros(*totals.shape, 0, dtype=torch.long, device=totals.device)
    return _Live(totals, words, words.to(totals.dtype))


def _best(live: _Live, scores: Tensor, count: int) -> _Candidates:
    width = scores.shape[2]
    totals = (live.totals.unsqueeze(2) + scores).flatten(1)
    totals, places = totals.topk(min(count, totals.shape[1]), dim=1)
    chosen = scores.flatten(1).gather(1, places)
    return _Candidates(totals, places // width, places % width, chosen)


def _ended(
    candidates: _Candidates, live: _Live, state: NamedTuple, width: int, ranking: Ranking
) -> List[Tuple[int, Hypothesis]]:
    """The candidates that end, with their rows. Only the best `width` may."""
    first = _Candidates(*(part[:, :width] for part in candidates))
    ending = (first.words == END) & torch.isfinite(first.totals)
    rows, ranks = ending.nonzero(as_tuple=True)
    beams = first.beams[rows, ranks]
    totals = first.totals[rows, ranks]
    length = live.words.shape[2] + 1
    scores = ranking.scores(totals, length, state[-1][rows, beams])
    words, before = live.words[rows, beams], live.log_probs[rows, beams]
    log_probs = torch.cat((before, first.log_probs[rows, ranks].unsqueeze(1)), dim=1)
    made = zip(words.tolist(), log_probs.tolist(), scores.tolist())
    return list(zip(rows.tolist(), (Hypothesis(*parts) for parts in made)))


def _go_on(
    candidates: _Candidates, live: _Live, state: NamedTuple, width: int
) -> Tuple[_Live, NamedTuple]:
    """The best `width` candidates that do not end; impossible ones where there are too few."""
    ending = candidates.words == END
    totals = candidates.totals.masked_fill(ending, -torch.inf)
    ranks = ending.int().sort(dim=1, stable=True).indices[:, :width]
    beams = candidates.beams.gather(1, ranks)
    live = take_beams(live, beams)
    words = torch.cat((live.words, candidates.words.gather(1, ranks).unsqueeze(2)), dim=2)
    chosen = candidates.log_probs.gather(1, ranks).unsqueeze(2)
    log_probs = torch.cat((live.log_probs, chosen), dim=2)
    return _Live(totals.gather(1, ranks), words, log_probs), take_beams(state, beams)


def _done(
    live: _Live, longest: Tensor, finished: List[List[Hypothesis]], beam: Beam, ranking: Ranking
) -> Tensor:
    """(B,) whether each document's search is over."""
    over = torch.isneginf(live.totals.amax(dim=1))
    if beam.early_finish:
        enough = [len(found) >= beam.width for found in finished]
        return over | torch.tensor(enough, device=over.device)
    bounds = ranking.best_possible(live.totals, live.words.shape[2], longest).amax(dim=1)
    worst = [
        sorted((h.score for h in found), reverse=True)[beam.n_best - 1]
        if len(found) >= beam.n_best
        else -torch.inf
        for found in finished
    ]
    return over | (bounds <= torch.tensor(worst, dtype=bounds.dtype, device=bounds.device))
