"""Training goes on when a batch does not fit into memory: it is learned in halves."""

from __future__ import annotations

import contextlib
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional

from spacy.language import Language
from spacy.training import Example
from spacy.util import logger

from ...layers.device_memory import has_run_out, make_room
from ...layers.pending_gradients import PendingGradients
from ...pipeline.learning import LearnsInParts


class HalvingUpdate:
    """`nlp.update`, which learns a batch that is too large in halves, and these in halves again.

    The gradients of the parts add up to that of the whole batch, so it stays one step. Losses of
    components that take a mean are shared out accordingly. It acts where the loop makes the step
    itself (`sgd=False`), as spaCy's does.
    """

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._update = nlp.update

    def __call__(
        self,
        examples: Iterable[Example],
        _: Optional[Any] = None,
        *,
        sgd: Any = None,
        losses: Optional[Dict[str, float]] = None,
        **options: Any,
    ) -> Dict[str, float]:
        """As `Language.update`. RAISES: MemoryError if a single text is too large."""
        if sgd is not False:
            return self._update(examples, _, sgd=sgd, losses=losses, **options)
        losses = {} if losses is None else losses
        whole = list(examples)

        def learn(part: List[Example]) -> None:
            with self._shared_out(part, whole):
                self._update(part, sgd=False, losses=losses, **options)

        self._learn(whole, learn, losses)
        return losses

    @contextlib.contextmanager
    def _shared_out(self, part: List[Example], whole: List[Example]) -> Iterator[None]:
        """Tell the components that take means what a part is of the whole, for a while."""
        pipes = [pipe for pipe in self._pipes() if isinstance(pipe, LearnsInParts)]
        if len(part) == len(whole):
            pipes = []
        for pipe in pipes:
            pipe.share = pipe.count_gold(part) / max(1, pipe.count_gold(whole))
        try:
            yield
        finally:
            for pipe in pipes:
                pipe.share = 1.0

    def _learn(
        self, part: List[Example], learn: Callable[[List[Example]], None], losses: Dict[str, float]
    ) -> None:
        pending = PendingGradients([pipe.model for pipe in self._pipes()])
        before = dict(losses)
        failure = _failure(learn, part)
        if failure is None:
            return
        pending.restore()
        losses.clear()
        losses.update(before)
        del pending
        make_room()
        _tell(part, failure)
        middle = len(part) // 2
        for half in (part[:middle], part[middle:]):
            self._learn(half, learn, losses)

    def _pipes(self) -> List[Any]:
        return [p for _, p in self._nlp.pipeline if getattr(p, "is_trainable", False)]


@contextlib.contextmanager
def halving(nlp: Language) -> Iterator[None]:
    """Let a pipeline learn in halves what does not fit, for a while."""
    nlp.update = HalvingUpdate(nlp)
    try:
        yield
    finally:
        del nlp.update


def halve_batches() -> Callable[[Language, Dict[str, Any]], None]:
    """For `[training.before_update]`: when a batch does not fit into memory, it is learned in
    halves whose gradients add up to that of the batch. `spacy rnn train` does this by itself."""

    def before_update(nlp: Language, of_step: Dict[str, Any]) -> None:
        if not isinstance(nlp.update, HalvingUpdate):
            nlp.update = HalvingUpdate(nlp)

    return before_update


def _failure(learn: Callable[[List[Example]], None], part: List[Example]) -> Optional[str]:
    """RETURNS: the message of the error, if memory ran out. The error itself would hold on to all
    that was computed."""
    try:
        learn(part)
    except Exception as error:
        if not has_run_out(error):
            raise
        return str(error)
    return None


def _tell(part: List[Example], failure: str) -> None:
    """RAISES: MemoryError if there is nothing to halve."""
    words = sum(len(example.predicted) for example in part)
    if len(part) == 1:
        raise MemoryError(
            f"A single text of {words} tokens does not fit into memory: {failure} Leave out "
            "or cut long texts (max_length of the corpus reader), or make the model narrower."
        )
    logger.warning(
        "Out of memory at a batch of %d texts with %d tokens: it is learned in halves. Make "
        "[training.batcher] size smaller, or [training] accumulate_gradient larger, if this "
        "comes often: each time costs one attempt.",
        len(part),
        words,
    )
