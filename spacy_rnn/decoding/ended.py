"""What ends at each step of a search, noted on the device and read when the search is over."""

from __future__ import annotations

from typing import Iterable, List, NamedTuple

from torch import Tensor

from .ranking import Hypothesis


class Ended(NamedTuple):
    """The hypotheses that one step has ended, among others that go on.

    sources: (B,) the document of each row. scores: (B, K), -inf for those that go on.
    last: (B, K) the log-probability of the end. beams: (B, K) the hypotheses that end, of
    words, log_probs: (B, K', t), those before the step.
    """

    sources: Tensor
    scores: Tensor
    last: Tensor
    beams: Tensor
    words: Tensor
    log_probs: Tensor


def collect(steps: Iterable[Ended], documents: int) -> List[List[Hypothesis]]:
    """The targets of each document, best first; of equal ones the shorter first."""
    found: List[List[Hypothesis]] = [[] for _ in range(documents)]
    for step in steps:
        step = Ended(*(part.cpu() for part in step))
        rows, places = step.scores.isfinite().nonzero(as_tuple=True)
        if not len(rows):
            continue
        beams = step.beams[rows, places]
        columns = (
            step.sources[rows],
            step.words[rows, beams],
            step.log_probs[rows, beams],
            step.last[rows, places],
            step.scores[rows, places],
        )
        for source, words, log_probs, last, score in zip(*(part.tolist() for part in columns)):
            found[source].append(Hypothesis(words, [*log_probs, last], score))
    return [sorted(each, key=lambda hypothesis: -hypothesis.score) for each in found]
