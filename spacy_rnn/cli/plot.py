"""`spacy rnn plot`: curves of trainings, and plots of what a trained pipeline does."""

from pathlib import Path
from typing import List, Optional

import typer

from .group import rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("plot")
def plot_cli(
    runs: List[Path] = typer.Argument(..., help="Output directories of one or several trainings"),
    output: Path = typer.Option(Path("plots"), "--output", "-o", help="Directory for the plots"),
    corpus: Optional[Path] = typer.Option(
        None, "--corpus", help="Annotated texts (.spacy) to look at; the dev corpus if not given"
    ),
    limit: int = typer.Option(1000, "--limit", min=0, help="Texts to look at; 0 for all"),
    curves_only: bool = typer.Option(False, "--curves-only", help="Do not run the pipeline"),
) -> None:
    """Draw a training and the pipeline that came out of it, as PNG and as SVG.

    Of several directories, the curves of loss, scores, learning rate and gradient norm are drawn
    into the same axes; they come from the log.jsonl that spacy-rnn.Logger.v1 writes. Of a single
    one, the trained pipeline is run over annotated texts as well, and drawn are: precision and
    recall of each label, what is confused with what, how far probabilities can be trusted, the
    transitions between tags; for written texts their lengths and where the decoder looked.

    The plots need no colour. They need matplotlib: pip install "spacy-rnn[plots]"
    Example: spacy rnn plot training/sample/ner --corpus corpus/sample/ner/test.spacy
    """
    from wasabi import msg

    from ..report.observe import observe, trained_in
    from ..viz.curves import has_log, plot_runs, read_run
    from ..viz.paper import save

    with mistakes_as_sentences():
        paths = []
        look = len(runs) == 1 and not curves_only and trained_in(runs[0]) is not None
        if has_log(runs[0]) or not look:
            paths += save(plot_runs([read_run(run) for run in runs]), output / "curves")
        if look:
            for found in observe(runs[0], corpus, limit).findings():
                for plot in found.plots:
                    paths += save(plot.figure, output / f"{found.component}-{plot.name}")
    for path in paths:
        msg.good(str(path))
