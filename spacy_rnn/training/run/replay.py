"""Takes spaCy's loop back to the step where a run was stopped, without training.

The loop counts steps, draws from schedules, keeps the best score and its patience in local
variables. It gets them all right if it walks through the finished steps again with empty batches
and the recorded scores; no component is updated on an empty batch.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

from spacy.training import Example
from thinc.api import Optimizer

from ...errors import ResumeError
from .progress import Progress

Batch = Sequence[Example]


class BatchStream:
    """The batches of a run, as the loop takes them.

    batches: (epoch, batch) from the first step of the run on.
    done: what was finished before.
    restore: called between the last finished step and the next.
    current: the batch at hand.
    """

    def __init__(
        self,
        batches: Iterator[Tuple[int, Batch]],
        done: Progress,
        restore: Callable[[], None],
    ) -> None:
        self.batches = batches
        self.done = done
        self.restore = restore
        self.current: Batch = []
        self.live = False

    def __iter__(self) -> Iterator[Tuple[int, Batch]]:
        """RAISES: ResumeError if the finished batches are not those of before."""
        words = 0
        for step, (epoch, batch) in enumerate(self.batches):
            if step < self.done.steps:
                words += sum(len(example) for example in batch)
                yield epoch, []
                continue
            if not self.live:
                self._check(words)
                self.restore()
                self.live = True
            self.current = batch
            yield epoch, batch

    def _check(self, words: int) -> None:
        if words != self.done.words:
            raise ResumeError(
                f"The training data have changed: {self.done.steps} steps had seen "
                f"{self.done.words} words, and now hold {words}. Put the old data back, or train "
                "without --resume."
            )


def with_recorded_scores(
    evaluate: Callable[[], Tuple[float, Dict[str, Any]]],
    results: List[Tuple[float, int]],
    optimizer: Optimizer,
) -> Callable[[], Tuple[float, Dict[str, Any]]]:
    """Answer with the scores of finished evaluations first; tell schedules that listen of each."""
    recorded = iter(results)
    listeners = [s for s in optimizer.schedules.values() if hasattr(s, "observe")]

    def evaluate_or_recall() -> Tuple[float, Dict[str, Any]]:
        score, others = next(((score, {}) for score, _ in recorded), None) or evaluate()
        for schedule in listeners:
            schedule.observe(score)
        return score, others

    return evaluate_or_recall
