"""spaCy's training loop, made to stop and go on. What it computes is left to spaCy."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import IO, Any, Callable, Dict, Iterator, Optional, Tuple

from spacy.language import Language
from spacy.schemas import ConfigSchemaTraining
from spacy.training.loop import (
    create_before_to_disk_callback,
    create_evaluation_callback,
    create_train_batches,
    train_while_improving,
    update_meta,
)
from spacy.util import registry, resolve_dot_names
from thinc.api import fix_random_seed

from ...errors import NonFiniteError
from ..callbacks.halving import halving
from .checkpoint import Checkpoint
from .misspellings import warn_of_unknown_scores
from .optimizer_state import named_weights
from .progress import Progress
from .random_state import RandomState, unchanged_random_state, with_own_random_state
from .replay import BatchStream, with_recorded_scores
from .saving import DIR_MODEL_LAST, Saver
from .stop_request import Stopped, StopRequest

Step = Tuple[Any, Dict[str, Any], Optional[bool]]
Watch = Callable[[int, float], None]


class TrainingRun:
    """One sitting of a training: from its start, or from a checkpoint, to its end or a signal.

    nlp: an initialized pipeline, or the one of the checkpoint.
    config: the config as it was given, with variables filled in.
    checkpoint_every: write a checkpoint after so many steps, besides one at every evaluation.
    """

    def __init__(
        self,
        nlp: Language,
        output: Path,
        config: Dict[str, Any],
        checkpoint: Optional[Checkpoint] = None,
        checkpoint_every: int = 0,
    ) -> None:
        self.nlp = nlp
        self.output = output
        self.checkpoint = checkpoint
        self.checkpoint_every = checkpoint_every
        self.filled = nlp.config.interpolate()
        self.settings = registry.resolve(self.filled["training"], schema=ConfigSchemaTraining)
        if self.settings["seed"] is not None:
            fix_random_seed(self.settings["seed"])
        self.optimizer = self.settings["optimizer"]
        if hasattr(self.optimizer, "names"):
            self.optimizer.names = {key: name for name, key in named_weights(nlp).items()}
        data_start = checkpoint.data_start if checkpoint else RandomState.capture()
        self.done = checkpoint.progress if checkpoint else Progress()
        self.stream = BatchStream(self._batches(data_start), self.done, self._restore)
        before_to_disk = create_before_to_disk_callback(self.settings["before_to_disk"])
        self.saver = Saver(output, nlp, self.optimizer, config, before_to_disk, data_start)

    def train(self, stdout: IO, stderr: IO, watch: Optional[Watch] = None) -> Optional[int]:
        """RETURNS: the signal that stopped the run, or None if it came to its end.

        watch: called with step and score after every evaluation; what it raises ends the run.
        RAISES: NonFiniteError, naming layer and batch; SaveError; ResumeError.
        """
        try:
            self._train(stdout, stderr, watch)
        except Stopped as stopped:
            return stopped.signal
        return None

    def _train(self, stdout: IO, stderr: IO, watch: Optional[Watch]) -> None:
        with self.nlp.select_pipes(disable=self.settings["frozen_components"]):
            log_step, finalize = self.settings["logger"](self.nlp, stdout, stderr)
        try:
            with StopRequest() as stop, halving(self.nlp):
                for info, is_best in self._live_steps():
                    if is_best is not None:
                        self._save_model(info, is_best)
                    with unchanged_random_state():
                        log_step(info if is_best is not None else None)
                    if is_best is not None or self._is_due(info["step"]) or stop.signal:
                        self.saver.save_checkpoint(Progress.after(info, is_best is not None))
                    if stop.signal:
                        # Through `finalize`, so that loggers know that this is not the end.
                        raise Stopped(stop.signal)
                    if watch and is_best is not None:
                        watch(info["step"], info["score"])
            if not self.stream.live:
                # The checkpoint was already the end, but the last model may not have been written.
                self._restore()
            self.saver.save_model(is_best=False)
        finally:
            finalize()

    def _batches(self, start: RandomState) -> Iterator[Tuple[int, Any]]:
        (corpus,) = resolve_dot_names(self.filled, [self.settings["train_corpus"]])
        settings = self.settings
        batches = create_train_batches(
            self.nlp, corpus, settings["batcher"], settings["max_epochs"]
        )
        return with_own_random_state(batches, start)

    def _restore(self) -> None:
        if self.checkpoint:
            self.checkpoint.restore(self.nlp, self.optimizer)

    def _live_steps(self) -> Iterator[Tuple[Dict[str, Any], Optional[bool]]]:
        """Walk through the finished steps, then make new ones. YIELDS: (info, is_best) of these."""
        start = perf_counter()
        try:
            for _, info, is_best in self._spacy_loop():
                if info["step"] < self.done.steps:
                    if info["step"] == self.done.steps - 1:
                        # The loop goes on adding to this dictionary.
                        info["losses"].update(self.done.losses)
                    continue
                yield self._complete(info, perf_counter() - start), is_best
        except NonFiniteError as error:
            raise NonFiniteError(f"{error} {self._where()}") from error

    def _spacy_loop(self) -> Iterator[Step]:
        settings = self.settings
        (dev_corpus,) = resolve_dot_names(self.filled, [settings["dev_corpus"]])
        evaluate = create_evaluation_callback(self.nlp, dev_corpus, settings["score_weights"])
        return train_while_improving(
            self.nlp,
            self.optimizer,
            self.stream,
            with_recorded_scores(evaluate, self.done.results, self.optimizer),
            dropout=settings["dropout"],
            accumulate_gradient=settings["accumulate_gradient"],
            patience=settings["patience"],
            max_steps=settings["max_steps"],
            eval_frequency=settings["eval_frequency"],
            exclude=settings["frozen_components"],
            annotating_components=settings["annotating_components"],
            before_update=settings["before_update"],
        )

    def _complete(self, info: Dict[str, Any], seconds: float) -> Dict[str, Any]:
        """Add to spaCy's info what was counted in earlier sittings, and what loggers like."""
        return {
            **info,
            "words": info["words"] + self.done.words,
            "seconds": seconds + self.done.seconds,
            "learn_rate": self.optimizer.learn_rate,
            "grad_norm": getattr(self.optimizer, "grad_norm", None),
            "max_steps": self.settings["max_steps"],
            "output_path": str(self.output / DIR_MODEL_LAST),
        }

    def _save_model(self, info: Dict[str, Any], is_best: bool) -> None:
        warn_of_unknown_scores(self.settings["score_weights"], info["other_scores"])
        with self.nlp.select_pipes(disable=self.settings["frozen_components"]):
            update_meta(self.settings, self.nlp, info)
        self.saver.save_model(is_best)

    def _is_due(self, step: int) -> bool:
        return self.checkpoint_every > 0 and (step + 1) % self.checkpoint_every == 0

    def _where(self) -> str:
        texts = [example.reference.text[:60] for example in list(self.stream.current)[:3]]
        return f"It happened in the batch of {len(self.stream.current)} texts with {texts}."
