"""Beam search, many documents at once. The memory of a document is shared by its hypotheses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor

from ..nn.next_word import Step
from ..symbols import END
from .batch import staying, take_beams, take_rows
from .best import best_words
from .constraints import Constraint, MaxLength, constrain
from .ended import Ended, collect
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


class _Found(NamedTuple):
    """What each document has. sources: (B,) which it is. counts: (B,) targets that have ended.
    best: (B, n_best) the best scores among these, best first."""

    sources: Tensor
    counts: Tensor
    best: Tensor


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

    step: makes scores that are not needed any more: they are changed in place.
    memory: tensors (B, ...). state: tensors (B, 1, ...), the last of them the coverage (B, 1, S).
    longest: (B,) words at most.
    """
    live, found = _begin(state, beam.n_best)
    constraints = [*constraints, MaxLength(longest)]
    steps: List[Ended] = []
    while len(found.sources):
        state, scores = step(memory, state, live.previous)
        constrain(scores, live.words, found.sources, constraints)
        candidates = _best(live, scores, 2 * beam.width)
        steps.append(_end(candidates, live, state[-1], found.sources, beam.width, ranking))
        found = _note(found, steps[-1].scores)
        live, state = _go_on(candidates, live, state, beam.width)
        done = _done(live, found, longest, beam, ranking)
        # A document may wait for others before it leaves: nothing of it may go on meanwhile.
        live = live._replace(totals=live.totals.masked_fill(done.unsqueeze(1), -torch.inf))
        rows = staying(done, len(steps))
        if rows is not None:
            everything = (memory, state, live, found)
            memory, state, live, found = (take_rows(part, rows) for part in everything)
    return [best[: beam.n_best] for best in collect(steps, len(longest))]


def _begin(state: NamedTuple, n_best: int) -> Tuple[_Live, _Found]:
    totals = torch.zeros(state[0].shape[:2], dtype=state[0].dtype, device=state[0].device)
    words = torch.zeros(*totals.shape, 0, dtype=torch.long, device=totals.device)
    sources = torch.arange(len(totals), device=totals.device)
    best = totals.new_full((len(totals), n_best), -torch.inf)
    live = _Live(totals, words, words.to(totals.dtype))
    return live, _Found(sources, torch.zeros_like(sources), best)


def _best(live: _Live, scores: Tensor, count: int) -> _Candidates:
    totals, beams, words = best_words(scores, live.totals, count)
    chosen = scores.flatten(1).gather(1, beams * scores.shape[2] + words)
    return _Candidates(totals, beams, words, chosen)


def _end(
    candidates: _Candidates,
    live: _Live,
    attention: Tensor,
    sources: Tensor,
    width: int,
    ranking: Ranking,
) -> Ended:
    """The candidates that end. Only the best `width` may. attention: (B, K, S), summed."""
    first = _Candidates(*(column[:, :width] for column in candidates))
    unread = ranking.unread(attention).gather(1, first.beams)
    scores = ranking.scores(first.totals, live.words.shape[2] + 1, unread)
    scores = scores.masked_fill(first.words != END, -torch.inf)
    return Ended(sources, scores, first.log_probs, first.beams, live.words, live.log_probs)


def _note(found: _Found, scores: Tensor) -> _Found:
    """Count in what a step has ended. scores: (B, K), -inf where nothing has."""
    counts = found.counts + torch.isfinite(scores).sum(dim=1)
    best = torch.cat((found.best, scores), dim=1).topk(found.best.shape[1], dim=1).values
    return found._replace(counts=counts, best=best)


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


def _done(live: _Live, found: _Found, longest: Tensor, beam: Beam, ranking: Ranking) -> Tensor:
    """(B,) whether each document's search is over."""
    over = ~torch.isfinite(live.totals).any(dim=1)
    if beam.early_finish:
        return over | (found.counts >= beam.width)
    longest = longest[found.sources]
    bounds = ranking.best_possible(live.totals, live.words.shape[2], longest).amax(dim=1)
    return over | (bounds <= found.best[:, -1])
