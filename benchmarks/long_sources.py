"""What long sources cost and lose, by how they are read: abstracts joined, against their titles.

    python benchmarks/long_sources.py training/real/summarize/model-best \\
        corpus/real/summarize/test.spacy

A document is several abstracts of the test set, one after the other; its gold text is their titles.
"""

import random
import time
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import scores
import spacy
import typer
from rich.console import Console
from rich.table import Table
from rows import Row, merge, versions
from spacy.language import Language
from spacy.tokens import Doc, DocBin

RESULTS = Path(__file__).parent / "results" / "long_sources.json"
# "whole" reads all of a document at once, which no training text was long enough to teach.
MODES = ("lead", "whole", "chunked")


def joined(nlp: Language, test: Path, abstracts: int, documents: int) -> List[Tuple[Doc, str]]:
    """RETURNS: long documents, each with the titles of its abstracts."""
    attr = nlp.get_pipe("summarizer").attr
    docs = list(DocBin().from_disk(test).get_docs(nlp.vocab))
    random.Random(0).shuffle(docs)
    groups = [docs[i * abstracts : (i + 1) * abstracts] for i in range(documents)]
    return [
        (Doc.from_docs(group, exclude=["user_data"]), " ".join(doc._.get(attr) for doc in group))
        for group in groups
    ]


def read_by(nlp: Language, mode: str) -> None:
    """Change how the pipeline reads long sources."""
    pipe = nlp.get_pipe("summarizer")
    pipe.long_sources = "chunked" if mode == "chunked" else "lead"
    if mode == "whole":
        pipe.model.attrs["max_source_length"] = 10**6
        for node in pipe.model.walk():
            if "limit" in node.attrs:
                node.attrs["limit"] = 10**6


def measure(model: Path, pairs: List[Tuple[Doc, str]], mode: str) -> Iterator[Tuple[str, float]]:
    """YIELDS: the name and value of each figure."""
    nlp = spacy.load(model)
    read_by(nlp, mode)
    sources = [doc.copy() for doc, _ in pairs]
    start = time.process_time()
    texts = [doc._.summary for doc in nlp.pipe(sources)]
    yield "cpu_seconds_per_document", (time.process_time() - start) / len(texts)
    yield "words", sum(len(text.split()) for text in texts) / len(texts)
    yield from scores.summaries(texts, [[gold] for _, gold in pairs]).items()


def main(
    model: Path = typer.Argument(..., help="A trained pipeline with a summarizer"),
    test: Path = typer.Argument(..., help="The test set that it was trained for"),
    abstracts: int = typer.Option(5, help="Abstracts of one document"),
    documents: int = typer.Option(200, help="Documents"),
    output: Path = typer.Option(RESULTS, help="The result file to merge into"),
) -> None:
    """Print and store ROUGE and CPU time of every way to read long sources."""
    pairs = joined(spacy.load(model), test, abstracts, documents)
    tokens = sum(len(doc) for doc, _ in pairs) / len(pairs)
    found: Dict[str, Dict[str, float]] = {mode: dict(measure(model, pairs, mode)) for mode in MODES}
    table = Table("mode", *found["lead"], title=f"{len(pairs)} documents of {tokens:.0f} tokens")
    for mode, figures in found.items():
        table.add_row(mode, *(f"{value:.2f}" for value in figures.values()))
    Console().print(table)
    command = f"python benchmarks/long_sources.py {model} {test} --abstracts {abstracts}"
    place = f"long_sources/{abstracts}-abstracts"
    merge(
        [_row(f"{place}/{m}/{n}", v, command) for m in MODES for n, v in found[m].items()], output
    )


def _row(name: str, value: float, command: str) -> Row:
    units = {"cpu_seconds_per_document": "CPU seconds", "words": "words"}
    return {
        "name": name,
        "value": round(value, 3),
        "unit": units.get(name.rsplit("/", 1)[1], "%"),
        "target": None,
        "met": None,
        "peer": None,
        "command": command,
        "seed": 0,
        "budget": None,
        "versions": versions(),
    }


if __name__ == "__main__":
    typer.run(main)
