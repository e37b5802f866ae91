"""Score a trained pipeline on a test corpus, with the scores that `spacy evaluate` leaves out."""

from pathlib import Path
from typing import Any, Dict

import spacy
import srsly
import typer
from rich.console import Console
from rich.table import Table
from spacy.cli._util import setup_gpu
from spacy.training import Corpus


def main(
    model: Path = typer.Argument(..., help="A trained pipeline", exists=True),
    corpus: Path = typer.Argument(..., help="A .spacy file, or a folder of them", exists=True),
    output: Path = typer.Argument(..., help="Where to write all scores as JSON"),
    gpu_id: int = typer.Option(-1, help="GPU to use, -1 for the CPU"),
) -> None:
    """Score a trained pipeline, print its scores and write them as JSON."""
    setup_gpu(gpu_id, silent=True)
    nlp = spacy.load(model)
    scores = nlp.evaluate(list(Corpus(corpus)(nlp)))
    output.parent.mkdir(parents=True, exist_ok=True)
    srsly.write_json(output, scores)
    typer.echo(f"{model} on {corpus}")
    Console().print(score_table(scores))


def score_table(scores: Dict[str, Any]) -> Table:
    """RETURNS: the single numbers among the scores. Those per label stand in the JSON only."""
    table = Table("score")
    table.add_column("value", justify="right")
    for name, value in scores.items():
        if name == "speed":
            table.add_row("words per second", f"{value:,.0f}")
        elif isinstance(value, float) and not name.startswith("token_"):
            table.add_row(name, f"{value:.4f}")
    return table


if __name__ == "__main__":
    typer.run(main)
