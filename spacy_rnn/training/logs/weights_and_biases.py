"""Rows as curves in Weights & Biases, at their true step; offline unless a key is there."""

from __future__ import annotations

import json
import netrc
import os
from pathlib import Path
from typing import Any, Dict, Optional

from spacy.language import Language

from .final_test import FinalTest, LabelScore, Shown
from .row import Row

RUN_FILE = "wandb.json"


class WeightsAndBiases:
    """One W&B run per training, taken up again when the training goes on.

    The settings are those of `logger_by_name`.
    """

    def __init__(self, project: str, group: Optional[str], run_name: Optional[str]) -> None:
        self.project = project
        self.group = group
        self.run_name = run_name
        self.run: Any = None

    def start(self, nlp: Language, output: Optional[Path], first: Row) -> None:
        import wandb

        earlier = _earlier_run(output) if first.step else None
        self.run = wandb.init(
            project=self.project,
            group=self.group or "+".join(first.losses),
            name=self.run_name,
            config=dict(nlp.config.interpolate()),
            dir=None if output is None else str(output),
            id=earlier,
            resume="allow" if earlier else None,
            mode=_mode(),
        )
        if output is not None:
            (output / RUN_FILE).write_text(json.dumps({"id": self.run.id}), encoding="utf8")

    def write(self, row: Row) -> None:
        self.run.log(flat(row), step=row.step)

    def write_test(self, test: FinalTest, step: int) -> None:
        """Tables of scores, of labels and of examples; scores also in the run's summary."""
        import wandb

        tables = {
            "test/scores": wandb.Table(["score", "value"], list(test.scores.items())),
            "test/labels": wandb.Table(list(LabelScore._fields), test.labels),
            "test/examples": wandb.Table(list(Shown._fields), test.examples),
        }
        self.run.log(tables, step=step)
        self.run.summary.update({f"test/{name}": value for name, value in test.scores.items()})

    def close(self) -> None:
        if self.run is not None:
            self.run.finish()


def flat(row: Row) -> Dict[str, float]:
    """The numbers of a row under names with slashes, which W&B and TensorBoard group by."""
    numbers = {
        "epoch": row.epoch,
        "score": row.score,
        "speed/words_per_second": row.words_per_second,
        "optimizer/learn_rate": row.learn_rate,
        "optimizer/grad_norm": row.grad_norm,
        **{f"loss/{name}": loss for name, loss in row.losses.items()},
        **{f"dev/{name}": score for name, score in row.scores.items()},
    }
    return {name: number for name, number in numbers.items() if number is not None}


def _mode() -> Optional[str]:
    """Offline, unless the user has said otherwise or has logged in with `wandb login`."""
    if os.environ.get("WANDB_MODE") or os.environ.get("WANDB_API_KEY"):
        return None
    try:
        logged_in = netrc.netrc().authenticators("api.wandb.ai")
    except (OSError, netrc.NetrcParseError):
        logged_in = None
    return None if logged_in else "offline"


def _earlier_run(output: Optional[Path]) -> Optional[str]:
    file = output and output / RUN_FILE
    if not file or not file.exists():
        return None
    return json.loads(file.read_text(encoding="utf8"))["id"]
