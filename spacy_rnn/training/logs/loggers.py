"""The registered loggers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any, Callable, Dict, List, Optional, Sequence, Tuple

from spacy.language import Language
from spacy.util import ensure_path

from .final_test import evaluate_best_model
from .json_lines import JsonLines
from .row import Curves, Log, Row, RowMaker
from .table import Table
from .tensorboard import TensorBoard
from .weights_and_biases import WeightsAndBiases

Logger = Callable[[Language, IO, IO], Tuple[Callable, Callable]]
NAMES = ("console", "jsonl", "wandb", "tensorboard")


def console_logger() -> Logger:
    """A table on the screen, and the same in `log.jsonl` beside the models."""
    return logger_by_name("console")


def logger_by_name(
    name: str = "console",
    project: str = "spacy-rnn",
    group: Optional[str] = None,
    run_name: Optional[str] = None,
    test: Optional[str] = None,
) -> Logger:
    """A table, `log.jsonl`, and curves where `name` says: one variable of a config decides.

    name: "console": nothing more. "jsonl": the file without the table. "wandb": Weights & Biases
        too, offline unless you have logged in or WANDB_MODE says otherwise. "tensorboard":
        TensorBoard too.
    project: where W&B files the run.
    group: runs that W&B shows together, such as those of one task and corpus. The names of the
        components if not given.
    run_name: what W&B calls the run; it finds a name itself if not given.
    test: .spacy files on which W&B and TensorBoard see the best model tested when the training
        has come to its end.
    RAISES: ValueError naming the setting.
    """
    if name not in NAMES:
        raise ValueError(f"training.logger.name must be one of {', '.join(NAMES)}, got {name!r}")
    corpus = ensure_path(test)
    if corpus is not None and not corpus.exists():
        raise ValueError(f"training.logger.test: there is no corpus at {test}")
    curves: List[Curves] = []
    if name == "wandb":
        curves = [WeightsAndBiases(project, group, run_name)]
    if name == "tensorboard":
        curves = [TensorBoard()]

    def setup(nlp: Language, stdout: IO = sys.stdout, stderr: IO = sys.stderr):
        watching = Watching(nlp, Table(stdout, stderr), curves, corpus, silent=name == "jsonl")
        return watching.log_step, watching.finalize

    return setup


class Watching:
    """One training as a logger sees it: the two functions that spaCy's loop calls.

    table, curves: where rows go, besides the file. corpus: what the best model is tested on.
    """

    def __init__(
        self,
        nlp: Language,
        table: Table,
        curves: Sequence[Curves],
        corpus: Optional[Path],
        silent: bool,
    ) -> None:
        self.nlp = nlp
        self.table = table
        self.curves = curves
        self.corpus = corpus
        self.silent = silent
        self.logs: List[Log] = [JsonLines(), *curves] if silent else [table, JsonLines(), *curves]
        self.make_row = RowMaker(nlp)
        self.output: Optional[Path] = None
        self.last: Optional[Row] = None

    def log_step(self, info: Optional[Dict[str, Any]]) -> None:
        """info: of an evaluation; None for a step without one."""
        if info is None:
            if not self.silent:
                self.table.tick()
            return
        row = self.make_row(info)
        if self.last is None:
            # Only now is it known where the models go.
            path = info.get("output_path")
            self.output = Path(path).parent if path else None
            for log in self.logs:
                log.start(self.nlp, self.output, row)
        for log in self.logs:
            log.write(row)
        self.last = row

    def finalize(self) -> None:
        """Called in a `finally`: only a training without an error has come to its end."""
        try:
            if self.last and self.output and sys.exc_info()[0] is None:
                self._test(self.output, self.last.step)
        finally:
            for log in self.logs:
                log.close()

    def _test(self, output: Path, step: int) -> None:
        if self.corpus is None or not self.curves:
            return
        test = evaluate_best_model(output, self.corpus)
        for log in self.curves:
            log.write_test(test, step)
