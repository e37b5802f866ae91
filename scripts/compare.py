"""Show the trained pipelines' test scores beside those of other systems on the same data."""

from pathlib import Path
from statistics import mean
from typing import Any, Dict, List, NamedTuple, Optional

import srsly
import typer
from corpora import ner, pairs, textcat
from rich.console import Console
from rich.table import Table


class Measure(NamedTuple):
    """One figure of a task: its names here, in metrics/ and benchmarks/, and its corpus."""

    label: str
    score: str
    metric: str
    real: str


class Line(NamedTuple):
    """A system's score, and the CPU seconds of its training if they are known."""

    system: str
    value: float
    seconds: Optional[float]


MEASURES = {
    "ner": Measure("entity F", "ents_f", "ents_f", ner.REAL),
    "textcat": Measure("accuracy", "cats_micro_f", "accuracy", textcat.REAL[False]),
    "textcat_multilabel": Measure("macro F", "cats_macro_f", "macro_f", textcat.REAL[True]),
    "summarize": Measure("ROUGE-1", "rouge1", "rouge1", pairs.REAL["summary"]),
    "translate": Measure("BLEU", "bleu", "bleu", pairs.REAL["translation"]),
}


def main(
    corpus: str = typer.Argument(..., help="The corpus that the pipelines were trained on"),
    metrics_dir: Path = typer.Argument(
        ..., help="Holds the test scores, a TASK.json for each task"
    ),
    results: Path = typer.Argument(..., help="The rows that benchmarks/accuracy.py wrote"),
) -> None:
    """Print one table of all tasks that have been evaluated, best system first."""
    table = Table("task", "corpus", "system", "score", title=f"Test scores on '{corpus}'")
    for heading in ("value", "CPU s"):
        table.add_column(heading, justify="right")
    rows = srsly.read_json(results) if results.is_file() else []
    for task, measure in MEASURES.items():
        path = metrics_dir / f"{task}.json"
        if not path.is_file():
            continue
        name = measure.real if corpus == "real" else corpus
        ours = 100 * (srsly.read_json(path).get(measure.score) or 0.0)
        lines = [*peers(rows, task, name, measure.metric), Line("just trained", ours, None)]
        for line in sorted(lines, key=lambda line: line.value, reverse=True):
            seconds = "" if line.seconds is None else f"{line.seconds:.0f}"
            cells = [task, name, line.system, measure.label, f"{line.value:.2f}", seconds]
            table.add_row(*cells, style="bold" if line.seconds is None else None)
        table.add_section()
    if not table.row_count:
        typer.secho(f"✘ no scores in {metrics_dir}: run a workflow first", fg="red", err=True)
        raise typer.Exit(1)
    Console().print(table)


def peers(rows: List[Dict[str, Any]], task: str, corpus: str, metric: str) -> List[Line]:
    """RETURNS: for each other system and budget its mean over the seeds."""
    runs: Dict[Any, Dict[str, List[float]]] = {}
    for row in rows:
        if (row["task"], row["corpus"]) == (task, corpus):
            values = runs.setdefault((row["system"], row["budget"]), {})
            values.setdefault(row["metric"], []).append(row["value"])
    return [
        Line(system, mean(values[metric]), mean(values["train_cpu"]))
        for (system, _), values in runs.items()
        if metric in values
    ]


if __name__ == "__main__":
    typer.run(main)
