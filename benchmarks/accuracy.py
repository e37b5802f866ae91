"""Test scores of our configs and of the systems we are compared with, under the same CPU budget.

    python benchmarks/accuracy.py ner/bc5cdr --system spacy-cnn --system spacy-rnn --budget 300

Every run is one process with one thread, or one for each member of an ensemble. Its rows go into
results/accuracy.json when it ends.
"""

import importlib
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Dict, List, Optional, Tuple

import typer
from goals import LARGE, TRANSFER, WITH_VECTORS, judge
from peers import SYSTEMS
from plan import CORPORA, MEMBERS, ROOT, Run, make_plan
from rich.console import Console
from rich.table import Table
from rows import RESULTS, Row, merge, to_rows

console = Console()
# Options of the converters that make a task's files.
CONVERTERS = {
    "ner": ["convert_ner.py"],
    "textcat": ["convert_textcat.py"],
    "textcat_multilabel": ["convert_textcat.py", "--multilabel"],
    "summarize": ["convert_summarize.py"],
    "translate": ["convert_summarize.py", "--lang", "de", "--attr", "translation"],
}


def execute(run: Run, corpus: Path, further: Dict[str, Path]) -> Tuple[Dict[str, float], float]:
    """Train and test one system. RETURNS: test scores, CPU seconds of training.

    further: what the system's config asks for besides the corpus, by its name in [paths].
    """
    if run.system in SYSTEMS:
        peer = importlib.import_module(SYSTEMS[run.system][0])
        return peer.run(run.system, run.task, corpus, run.seed, run.budget)
    # Imported here: a fastText or lead run needs no torch.
    import tasks
    from budgeted import train, train_members

    learn = partial(train_members, MEMBERS[run.system]) if run.system in MEMBERS else train
    trained = learn(run.config, corpus, run.seed, run.budget, further)
    return tasks.test(run.task, trained.nlp, corpus), trained.cpu_seconds


def convert(task: str, name: str, corpus: Path, assets: Path) -> None:
    """Make the corpus's .spacy files if they are not there yet."""
    if (corpus / "test.spacy").is_file():
        return
    script, *options = CONVERTERS[task]
    arguments = [str(ROOT / "scripts" / script), name, str(assets), str(corpus), *options]
    if subprocess.run([sys.executable, *arguments]).returncode:
        raise typer.Exit(1)


def record(run: Run, corpus: Path, further: Dict[str, Path], output: Path) -> None:
    """Execute a run, put its rows into a result file and print them. See `execute`."""
    try:
        scores, seconds = execute(run, corpus, further)
    except ModuleNotFoundError as error:
        console.print(f"{run.system} on {run.task}/{run.corpus}: left out, {error}")
        return
    rows = to_rows(run, {**scores, "train_cpu": seconds})
    merge(judge(merge(rows, output, whole=True)), output)
    show(rows)


def show(rows: List[Row]) -> None:
    """Print the rows of runs on one corpus, a column per run."""
    runs = sorted({_run_key(row) for row in rows})
    values = {(*_run_key(row), row["metric"]): f"{row['value']:.2f}" for row in rows}
    heads = [f"{system}, seed {seed}, {budget:g} s" for system, seed, budget in runs]
    table = Table("metric", *heads, title=f"{rows[0]['task']}/{rows[0]['corpus']}, test")
    for metric in dict.fromkeys(row["metric"] for row in rows):
        table.add_row(metric, *(values.get((*run, metric), "") for run in runs))
    console.print(table)


def _run_key(row: Row) -> Tuple[str, int, float]:
    return row["system"], row["seed"], row["budget"]


def main(
    corpora: Optional[List[str]] = typer.Argument(None, help=f"Of {', '.join(CORPORA)}"),
    system: Optional[List[str]] = typer.Option(None, help="Systems; all of the task if not given"),
    seed: Optional[List[int]] = typer.Option(None, help="Seeds; 0 if not given"),
    budget: float = typer.Option(300.0, help="CPU seconds of training per run"),
    assets_dir: Path = typer.Option(ROOT / "assets", help="Where the downloaded corpora lie"),
    corpus_dir: Path = typer.Option(ROOT / "corpus", help="Where the converted corpora lie"),
    vectors: Path = typer.Option(
        ROOT / "training" / "vectors",
        help=f"For {WITH_VECTORS} and {LARGE}: what the command `vectors` made",
    ),
    pretrained: Path = typer.Option(
        ROOT / "training" / "arxiv" / "summarize" / "model-best",
        help=f"For {TRANSFER}: a trained summarizer; its own training is not in the budget",
    ),
    output: Path = typer.Option(RESULTS, help="The result file to merge into"),
) -> None:
    """Train and test systems on corpora and print the test scores."""
    try:
        plan = make_plan(corpora, system, seed, budget)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    further = {
        WITH_VECTORS: {"vectors": vectors},
        LARGE: {"vectors": vectors},
        TRANSFER: {"pretrained": pretrained},
    }
    failed = 0
    for run in plan:
        corpus = corpus_dir / run.corpus / run.task
        convert(run.task, run.corpus, corpus, assets_dir)
        if len(plan) > 1:
            places = ["--corpus-dir", str(corpus_dir), "--vectors", str(vectors)]
            places += ["--pretrained", str(pretrained), "--output", str(output)]
            command = [sys.executable, __file__, *run.arguments, *places]
            failed += subprocess.run(command).returncode != 0
        else:
            record(run, corpus, further.get(run.system, {}), output)
    if failed:
        console.print(f"{failed} of {len(plan)} runs failed", style="red")
        raise typer.Exit(1)


if __name__ == "__main__":
    # Thread pools read this when their library is loaded, which has happened: start again with it.
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
        os.execv(sys.executable, [sys.executable, *sys.argv])
    typer.run(main)
