"""How well an entity recognizer that was fitted to dev texts of one source reads another.

    python benchmarks/third_source.py

A model learns from tweets of one or two sources, is calibrated on those of another with each
`label_shift`, and reads all others: the default was chosen by that. It takes 20 minutes.
"""

import os
import random
import sys
from itertools import combinations, pairwise
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Dict, Iterator, List, NamedTuple

import spacy
import typer
from accuracy import convert
from rich.console import Console
from rich.table import Table
from rows import Row, merge, versions
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "third_source.json"
# Broad Twitter (Derczynski et al. 2016) joins collections of other years and people, one after the
# other: where each begins in its training part. The dev part is of the last one.
SOURCES = {"A": 0, "B": 1000, "G": 3000, "H": 5385}
SHIFTS = (0.0, 0.02, 0.05, 0.1, 0.2, 1.0)
METRICS = ("ents_f", "ents_ece")
HELD_OUT = 200
# As many as `calibrate_ner` reads.
READ = 1000

Sources = Dict[str, List[Doc]]


class Figure(NamedTuple):
    """fitted: whether the calibration was fitted to the very tweets that were read."""

    fitted: bool
    label_shift: float
    scores: Dict[str, float]


def read_sources(corpus: Path) -> Sources:
    """RETURNS: the docs of each source, shuffled. Those of the test part are not among them."""
    vocab = spacy.blank("en").vocab
    train, dev = (
        list(DocBin().from_disk(corpus / f"{part}.spacy").get_docs(vocab))
        for part in ("train", "dev")
    )
    starts = [*SOURCES.values(), len(train)]
    found = {
        name: train[start:end] for name, (start, end) in zip(SOURCES, pairwise(starts), strict=True)
    }
    found[list(SOURCES)[-1]] += dev
    for docs in found.values():
        random.Random(0).shuffle(docs)
    return found


def train(docs: List[Doc], seed: int, budget: float) -> Language:
    """Train the shipped config on docs, with some of them as its dev corpus."""
    # Imported here: the tests of what this measures need no training.
    import budgeted

    docs = random.Random(0).sample(docs, len(docs))
    with TemporaryDirectory() as folder:
        DocBin(docs=docs[HELD_OUT:]).to_disk(Path(folder) / "train.spacy")
        DocBin(docs=docs[:HELD_OUT]).to_disk(Path(folder) / "dev.spacy")
        return budgeted.train(ROOT / "configs" / "ner.cfg", Path(folder), seed, budget).nlp


def carry(nlp: Language, others: Sources) -> Iterator[Figure]:
    """Calibrate on each of the other sources, and read each of them."""
    for dev in others:
        for shift in SHIFTS:
            ner = nlp.get_pipe("ner")
            ner.calibrate(_examples(nlp, others[dev]), shift, threshold_for="ents_f")
            for read, docs in others.items():
                scores = nlp.evaluate(_examples(nlp, docs))
                yield Figure(read == dev, shift, {name: 100 * scores[name] for name in METRICS})


def _examples(nlp: Language, docs: List[Doc]) -> List[Example]:
    return [
        Example(Doc(nlp.vocab, [t.text for t in doc], [bool(t.whitespace_) for t in doc]), doc)
        for doc in docs[:READ]
    ]


def to_rows(figures: List[Figure], seed: int, budget: float) -> List[Row]:
    """The mean over all models and sources, for each label_shift and metric."""
    common = {"target": None, "met": None, "peer": None, "seed": seed, "budget": budget}
    command = f"python benchmarks/third_source.py --seed {seed} --budget {budget:g}"
    rows = []
    for fitted in (False, True):
        for shift in SHIFTS:
            cases = [f.scores for f in figures if (f.fitted, f.label_shift) == (fitted, shift)]
            for metric in METRICS:
                rows.append(
                    {
                        "name": f"{'fitted' if fitted else 'third'}_source/{shift:g}/{metric}",
                        "value": round(fmean(scores[metric] for scores in cases), 2),
                        "unit": "%",
                        "command": command,
                        "versions": versions(),
                        **common,
                    }
                )
    return rows


def show(rows: List[Row]) -> None:
    """Print the rows, a line per label_shift."""
    values = {row["name"]: f"{row['value']:.2f}" for row in rows}
    columns = [f"{kind}_source/{{}}/{name}" for kind in ("third", "fitted") for name in METRICS]
    table = Table("label_shift", *(column.replace("/{}/", " ") for column in columns))
    for shift in SHIFTS:
        table.add_row(f"{shift:g}", *(values[column.format(f"{shift:g}")] for column in columns))
    Console().print(table)


def main(
    assets_dir: Path = typer.Option(ROOT / "assets", help="Where the downloaded corpora lie"),
    corpus_dir: Path = typer.Option(ROOT / "corpus", help="Where the converted corpora lie"),
    seed: int = typer.Option(0, help="The seed of every training"),
    budget: float = typer.Option(300.0, help="CPU seconds of each training"),
    output: Path = typer.Option(RESULTS, help="The result file to merge into"),
) -> None:
    """Train, calibrate and read; print and store the mean scores for each label_shift."""
    corpus = corpus_dir / "broad_twitter" / "ner"
    convert("ner", "broad_twitter", corpus, assets_dir)
    sources = read_sources(corpus)
    figures: List[Figure] = []
    for learned in (*combinations(sources, 1), *combinations(sources, 2)):
        nlp = train([doc for name in learned for doc in sources[name]], seed, budget)
        figures += carry(nlp, {name: sources[name] for name in sources if name not in learned})
    rows = to_rows(figures, seed, budget)
    merge(rows, output)
    show(rows)


if __name__ == "__main__":
    # Thread pools read this when their library is loaded, which has happened: start again with it.
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
        os.execv(sys.executable, [sys.executable, *sys.argv])
    typer.run(main)
