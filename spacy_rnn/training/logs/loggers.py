"""The registered loggers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any, Callable, Dict, List, Optional, Tuple

from spacy.language import Language

from .json_lines import JsonLines
from .row import Log, RowMaker
from .table import Table
from .tensorboard import TensorBoard
from .weights_and_biases import WeightsAndBiases

Logger = Callable[[Language, IO, IO], Tuple[Callable, Callable]]
NAMES = ("console", "wandb", "tensorboard")


def console_logger() -> Logger:
    """A table on the screen, and the same in `log.jsonl` beside the models."""
    return _to([])


def logger_by_name(
    name: str = "console",
    project: str = "spacy-rnn",
    group: Optional[str] = None,
    run_name: Optional[str] = None,
) -> Logger:
    """A table, `log.jsonl`, and curves where `name` says: one variable of a config decides.

    name: "console": nothing more. "wandb": Weights & Biases too, offline unless you have logged
        in or WANDB_MODE says otherwise. "tensorboard": TensorBoard too.
    project: where W&B files the run.
    group: runs that W&B shows together, for instance those of one task and corpus.
    run_name: what W&B calls the run; it finds a name itself if not given.
    RAISES: ValueError naming the setting.
    """
    if name not in NAMES:
        raise ValueError(f"training.logger.name must be one of {', '.join(NAMES)}, got {name!r}")
    logs: Dict[str, Callable[[], List[Log]]] = {
        "console": lambda: [],
        "wandb": lambda: [WeightsAndBiases(project, group, run_name)],
        "tensorboard": lambda: [TensorBoard()],
    }
    return _to(logs[name]())


def _to(curves: List[Log]) -> Logger:
    def setup(nlp: Language, stdout: IO = sys.stdout, stderr: IO = sys.stderr):
        table = Table(stdout, stderr)
        logs: List[Log] = [table, JsonLines(), *curves]
        make_row = RowMaker(nlp)
        started = False

        def log_step(info: Optional[Dict[str, Any]]) -> None:
            nonlocal started
            if info is None:
                table.tick()
                return
            row = make_row(info)
            if not started:
                # Only now is it known where the models go.
                output = info.get("output_path")
                for log in logs:
                    log.start(nlp, Path(output).parent if output else None, row)
                started = True
            for log in logs:
                log.write(row)

        def finalize() -> None:
            for log in logs:
                log.close()

        return log_step, finalize

    return setup
