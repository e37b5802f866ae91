"""The exact probability of any labelled span under a CRF, from forward-backward."""

from __future__ import annotations

from typing import List, NamedTuple, Tuple

import numpy as np
import torch

from ..labels.tag_scheme import TagScheme
from ..nn.crf import CRFScores
from ..nn.forward_backward import forward_backward


class Spans(NamedTuple):
    """m spans over the rows of a batch. start, end (exclusive), label: (m,) int64."""

    start: np.ndarray
    end: np.ndarray
    label: np.ndarray


class SpanPosteriors(NamedTuple):
    """How entities begin, go on and end: probabilities for each row and label, all (total, L).

    A path is a Markov chain, so that a span's probability is the product of its tokens'.

    single: an entity of this token alone.
    opened: an entity begins here and goes on.
    second_goes_on, second_ends: at the second token of an entity.
    later_goes_on, later_ends: at any token after the second.
    """

    single: np.ndarray
    opened: np.ndarray
    second_goes_on: np.ndarray
    second_ends: np.ndarray
    later_goes_on: np.ndarray
    later_ends: np.ndarray

    @classmethod
    def from_scores(cls, scores: CRFScores, scheme: TagScheme) -> "SpanPosteriors":
        """Run forward-backward. scores: constrained to the scheme's legal paths."""
        expected, messages = forward_backward(scores)
        parts = (expected.tags, *messages, scores.transitions.detach())
        tags, behind, onward, transitions = (part.cpu().numpy() for part in parts)
        first = (torch.cumsum(scores.lengths, 0) - scores.lengths)[scores.lengths > 0].numpy()

        def moves(*pairs: Tuple[str, str]) -> List[np.ndarray]:
            """P(tag `after` here | tag `before` on the row before), 0 at a sequence's first row,
            of each label: (total, L) for each pair of prefixes `before` and `after`."""
            i, j = (np.concatenate([scheme.tags_of(p) for p in side]) for side in zip(*pairs))
            chances = np.zeros((len(tags), len(j)), dtype=tags.dtype)
            with np.errstate(invalid="ignore"):
                steps = np.exp(transitions[i, j] + onward[1:, j] - behind[:-1, i])
                # Where the tag before is impossible, that is no number.
                np.minimum(np.fmax(steps, 0.0), 1.0, out=chances[1:])
            chances[first] = 0.0
            return np.split(chances, len(pairs), axis=1)

        begins = tags[:, scheme.tags_of("B")]
        if scheme.name == "biluo":
            rates = moves(("B", "I"), ("B", "L"), ("I", "I"), ("I", "L"))
            return cls(tags[:, scheme.tags_of("U")], begins, *rates)
        second, inside = map(_next, moves(("B", "I"), ("I", "I")))
        opened = begins * second
        return cls(begins - opened, opened, inside, 1.0 - inside, inside, 1.0 - inside)

    def of(self, spans: Spans) -> np.ndarray:
        """(m,) the probability of each span."""
        sizes = spans.end - spans.start
        chances = np.where(sizes == 1, self.single[spans[::2]], self.opened[spans[::2]])
        for step in range(1, int(sizes.max(initial=0))):
            goes_on, ends = self._at(step)
            for going, rate in ((sizes > step + 1, goes_on), (sizes == step + 1, ends)):
                chances[going] *= rate[spans.start[going] + step, spans.label[going]]
        return chances

    def above(self, p_min: float) -> Tuple[Spans, np.ndarray]:
        """Every span whose probability is at least p_min > 0, and the probabilities."""
        starts, labels = np.nonzero(self.single >= p_min)
        found = [(starts, starts + 1, labels, self.single[starts, labels])]
        starts, labels = np.nonzero(self.opened >= p_min)
        chances, step = self.opened[starts, labels], 1
        while len(starts):
            goes_on, ends = (rate[starts + step, labels] * chances for rate in self._at(step))
            kept = ends >= p_min
            found.append((starts[kept], starts[kept] + step + 1, labels[kept], ends[kept]))
            # A longer span is never likelier than its beginning: the search may stop here.
            going = (goes_on >= p_min) & (starts + step + 1 < len(self.single))
            starts, labels, chances, step = starts[going], labels[going], goes_on[going], step + 1
        start, end, label, probability = (np.concatenate(part) for part in zip(*found))
        order = np.lexsort((label, end, start))
        return Spans(start[order], end[order], label[order]), probability[order]

    def _at(self, step: int) -> Tuple[np.ndarray, np.ndarray]:
        if step == 1:
            return self.second_goes_on, self.second_ends
        return self.later_goes_on, self.later_ends


def _next(rates: np.ndarray) -> np.ndarray:
    """What stands at the row after, and 0 after the last."""
    return np.concatenate([rates[1:], np.zeros_like(rates[:1])])
