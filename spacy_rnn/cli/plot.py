"""`spacy rnn plot`: the curves of a training."""

from pathlib import Path
from typing import List

import typer

from .app import rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("plot")
def plot_cli(
    runs: List[Path] = typer.Argument(..., help="Output directories of one or several trainings"),
    output: Path = typer.Option(
        Path("curves"), "--output", "-o", help="Files to write, without .png and .svg"
    ),
) -> None:
    """Draw loss, scores, learning rate and gradient norm of trainings, as PNG and as SVG.

    Several directories are drawn into the same axes. It needs the log.jsonl that the loggers
    spacy-rnn.Logger.v1 and spacy-rnn.ConsoleLogger.v1 write beside the models.
    """
    from wasabi import msg

    from ..viz.curves import plot_runs, read_run

    with mistakes_as_sentences():
        logs = [read_run(run) for run in runs]
        try:
            figure = plot_runs(logs)
        except ImportError as error:
            raise ValueError('Plots need matplotlib: pip install "spacy-rnn[plots]"') from error
        output.parent.mkdir(parents=True, exist_ok=True)
        for suffix in (".png", ".svg"):
            figure.savefig(output.with_name(output.name + suffix), dpi=150)
    msg.good(f"{output}.png and {output}.svg")
