"""How fast we are, as ratios to spaCy's own pipelines and to the arithmetic of the hardware.

    python benchmarks/speed.py

One pinned thread; candidates take turns in one process; medians of seven rounds of CPU time. The
pipelines are first trained on some 100 batches of a thousand words, which is measured too: then
all of them predict something. Needs the corpora BC5CDR and arXiv; without them it takes the sample.
"""

import json
import os
import sys
from pathlib import Path
from typing import Iterator, List, Optional

import typer
from accuracy import convert
from plan import ROOT
from rich.console import Console
from rich.table import Table
from rows import Row, versions
from speed_of import kernels, pipelines, texts
from speed_of.memory import long_memory
from speed_of.search import search
from speed_of.stopwatch import Figure, pin
from speed_of.systems import OURS, ner_systems, textcat_systems

console = Console()
SEED = 0


def corpus(assets: Path, corpus_dir: Path, task: str, name: str) -> texts.Place:
    """RETURNS: the corpus, converted; the sample's with a word to the user where it is missing."""
    if not (assets / name).is_dir():
        console.print(f"{assets / name} is not there: measured on the sample instead.")
        name = "sample"
    convert(task, name, corpus_dir / name / task, assets)
    return texts.find(corpus_dir, task, name)


def measure(entities: texts.Place, abstracts: texts.Place, quick: bool) -> Iterator[Figure]:
    """Every figure, the quick ones first."""
    sizes = pipelines.Sizes(quick)
    rounds = sizes.rounds
    for sentences in (16,) if quick else (1, 24, 128, 256):
        yield from kernels.encoder(entities, sentences, rounds)
    yield from kernels.encoder(entities, 16 if quick else 256, rounds, "gru")
    for sentences in (8,) if quick else (24, 256):
        yield from kernels.crf(entities, sentences, rounds)
    yield from search(4, 20, 6, rounds) if quick else search(32, 300, 20, rounds)
    sentences = [doc.text for doc in texts.read(entities, ["dev", "test"])]
    documents = [doc.text for doc in texts.read(abstracts, ["test", "dev"])]
    systems = ner_systems(entities)
    yield from pipelines.training("ner", systems, entities, sizes)
    yield from pipelines.inference("ner", "sentences", systems, sentences, sizes)
    yield from pipelines.inference("ner", "documents", systems, documents, sizes)
    yield from pipelines.short_texts(systems, sentences, sizes)
    yield from pipelines.mixture(systems[OURS], entities, sentences, sizes)
    yield from pipelines.growth(systems[OURS], entities, sizes)
    if not quick:
        yield from long_memory(entities, 1_000_000)
    systems = textcat_systems(abstracts)
    for _ in pipelines.training("textcat", systems, abstracts, pipelines.Sizes(quick=True)):
        pass
    yield from pipelines.inference("textcat", "documents", systems, documents, sizes)


def to_row(figure: Figure, command: str) -> Row:
    """RETURNS: a figure as all result files have it."""
    return {
        "name": figure.name + (f"/{figure.peer}" if figure.peer else ""),
        "value": round(figure.value, 3),
        "unit": figure.unit,
        "target": figure.target,
        "met": figure.met,
        "peer": figure.peer,
        "command": command,
        "seed": SEED,
        "versions": versions(),
    }


def show(rows: List[Row], title: str) -> None:
    """Print rows as a table."""
    table = Table("figure", "value", "unit", "target", "met", title=title)
    for row in rows:
        met = {True: "yes", False: "NO", None: ""}[row["met"]]
        target = "" if row["target"] is None else f"{row['target']:g}"
        table.add_row(row["name"], f"{row['value']:,.3g}", row["unit"], target, met)
    console.print(table)


def main(
    assets: Path = typer.Option(ROOT / "assets", help="Where the downloaded corpora lie"),
    corpus_dir: Path = typer.Option(ROOT / "corpus", help="Where the converted corpora lie"),
    output: Optional[Path] = typer.Option(
        ROOT / "benchmarks" / "results" / "speed.json", help="The result file to write"
    ),
    quick: bool = typer.Option(False, "--quick", help="Only see whether everything runs"),
) -> None:
    """Measure, print the table and write the rows."""
    pin()
    entities = corpus(assets, corpus_dir, "ner", "bc5cdr")
    abstracts = corpus(assets, corpus_dir, "textcat_multilabel", "arxiv")
    rows = []
    for figure in measure(entities, abstracts, quick):
        rows.append(to_row(figure, "python benchmarks/speed.py"))
        console.print(f"{rows[-1]['name']}: {figure.value:,.3g} {figure.unit}", highlight=False)
    show(rows, "Speed, one thread")
    if output and not quick:
        output.write_text(json.dumps(rows, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    # Thread pools read this when their library is loaded, which has happened: start again with it.
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
        os.execv(sys.executable, [sys.executable, *sys.argv])
    typer.run(main)
