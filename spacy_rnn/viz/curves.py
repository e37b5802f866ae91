"""Curves of one or several trainings, to be told apart in black and white."""

from __future__ import annotations

import json
from itertools import cycle
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Sequence

from .paper import new_figure

# Line styles and markers, not colours, tell runs apart.
STYLES = ("-", "--", ":", "-.")
MARKERS = ("o", "s", "^", "D", "v", "x")


class Run(NamedTuple):
    """The rows of one `log.jsonl`."""

    name: str
    rows: List[Dict[str, Any]]


def has_log(folder: Path) -> bool:
    """Whether a training wrote its rows there."""
    return _log_in(folder).exists()


def _log_in(folder: Path) -> Path:
    return folder if folder.is_file() else folder / "log.jsonl"


def read_run(folder: Path) -> Run:
    """RAISES: ValueError if the directory holds no log of a training."""
    file = _log_in(folder)
    if not file.exists():
        raise ValueError(
            f"{folder} has no log.jsonl: train with the logger spacy-rnn.Logger.v1, "
            "which writes it."
        )
    rows = [json.loads(line) for line in file.read_text(encoding="utf8").splitlines()]
    if not rows:
        raise ValueError(f"{file} holds no evaluation yet.")
    return Run(folder.name, rows)


def plot_runs(runs: Sequence[Run]):
    """Loss, scores, learning rate and gradient norm over the steps. RETURNS: a figure."""
    figure = new_figure(10, 7)
    axes = figure.subplots(2, 2)
    losses = sorted({name for run in runs for name in run.rows[-1]["losses"]})
    _curves(axes[0, 0], runs, "loss, mean per word", losses, _loss_per_word)
    scores = sorted({name for run in runs for name in run.rows[-1]["scores"]} - {"speed"})
    _curves(axes[0, 1], runs, "score on the dev corpus", scores, _score)
    _curves(axes[1, 0], runs, "learning rate", ["learn_rate"], _value)
    _curves(axes[1, 1], runs, "gradient norm", ["grad_norm"], _value)
    return figure


def _curves(
    axis: Any, runs: Sequence[Run], title: str, names: Sequence[str], read: Callable
) -> None:
    looks = cycle((style, marker) for marker in MARKERS for style in STYLES)
    for run in runs:
        for name in names:
            points = read(run.rows, name)
            style, marker = next(looks)
            if points:
                label = f"{run.name} {name}" if len(runs) > 1 else name
                steps, values = zip(*points)
                axis.plot(
                    steps, values, style, color="black", marker=marker, markersize=3, label=label
                )
    axis.set_title(title)
    axis.set_xlabel("step")
    axis.grid(alpha=0.3)
    if axis.lines:
        axis.legend(fontsize="small")
    else:
        axis.text(0.5, 0.5, "not in the log", ha="center", transform=axis.transAxes)


def _loss_per_word(rows: List[Dict[str, Any]], name: str) -> List[tuple]:
    """Losses are sums since the evaluation before, and so are the words divided by."""
    pairs = zip(rows, rows[1:])
    return [
        (row["step"], row["losses"][name] / (row["words"] - before["words"]))
        for before, row in pairs
        if name in row["losses"] and row["words"] > before["words"]
    ]


def _score(rows: List[Dict[str, Any]], name: str) -> List[tuple]:
    return [(row["step"], row["scores"][name]) for row in rows if name in row["scores"]]


def _value(rows: List[Dict[str, Any]], name: str) -> List[tuple]:
    return [(row["step"], row[name]) for row in rows if row.get(name) is not None]
