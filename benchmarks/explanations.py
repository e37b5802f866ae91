"""Whether explanations of text classifications are faithful: what deleting their tokens changes.

    python benchmarks/explanations.py training/real/textcat/model-best \\
        corpus/real/textcat/test.spacy

Tokens are chosen by occlusion (`explain`), by attention, and at random; what counts is how much
the probability of the predicted class falls without them, and how often the class changes.
"""

from pathlib import Path
from typing import Callable, Dict, List

import numpy as np
import spacy
import typer
from rich.console import Console
from rich.table import Table
from rows import Row, merge, versions
from spacy.tokens import Doc, DocBin

from spacy_rnn.pipeline.textcat.attention import attend
from spacy_rnn.pipeline.textcat.explanation import without

RESULTS = Path(__file__).parent / "results" / "explanations.json"
UNITS = {"fall": "points of probability", "changed": "% of texts"}


def measure(pipe, docs: List[Doc], choose: Callable[[Doc], np.ndarray]) -> Dict[str, float]:
    """RETURNS: mean fall of the predicted class's probability, and share of classes changed."""
    before = pipe.predict(docs).scores
    after = pipe.predict([without(doc, list(choose(doc))) for doc in docs]).scores
    best = before.argmax(axis=1)
    rows = np.arange(len(docs))
    return {
        "fall": 100 * float((before[rows, best] - after[rows, best]).mean()),
        "changed": 100 * float((after.argmax(axis=1) != best).mean()),
    }


def main(
    model: Path = typer.Argument(..., help="A trained pipeline with an rnn_textcat"),
    test: Path = typer.Argument(..., help="The test set that it was trained for"),
    component: str = typer.Option("textcat", help="Its name in the pipeline"),
    texts: int = typer.Option(300, help="Texts, the first ones that are long enough"),
    tokens: int = typer.Option(2, help="Tokens to delete from each"),
    output: Path = typer.Option(RESULTS, help="The result file to merge into"),
) -> None:
    """Print and store what deleting tokens changes, by how they were chosen."""
    nlp = spacy.load(model)
    pipe, rng = nlp.get_pipe(component), np.random.default_rng(0)
    read = DocBin().from_disk(test).get_docs(nlp.vocab)
    docs = [nlp.make_doc(doc.text) for doc in read]
    docs = [doc for doc in docs if len(doc) >= 2 * tokens][:texts]
    ways: Dict[str, Callable[[Doc], np.ndarray]] = {
        "occlusion": lambda doc: np.argsort(-pipe.explain(doc))[:tokens],
        "attention": lambda doc: np.argsort(-attend(pipe.model, [doc])[0].mean(axis=1))[:tokens],
        "random": lambda doc: rng.choice(len(doc), tokens, replace=False),
    }
    found = {way: measure(pipe, docs, choose) for way, choose in ways.items()}
    table = Table("chosen by", *UNITS.values(), title=f"{tokens} tokens of {len(docs)} texts")
    for way, figures in found.items():
        table.add_row(way, *(f"{figures[name]:.1f}" for name in UNITS))
    Console().print(table)
    command = f"python benchmarks/explanations.py {model} {test} --texts {texts} --tokens {tokens}"
    rows = [_row(way, name, found, command) for way in found for name in UNITS]
    merge(rows, output)


def _row(way: str, name: str, found: Dict[str, Dict[str, float]], command: str) -> Row:
    """An explanation must change more than chance does."""
    value, chance = found[way][name], found["random"][name]
    judged = way == "occlusion"
    return {
        "name": f"explanations/{way}/{name}",
        "value": round(value, 2),
        "unit": UNITS[name],
        "target": round(chance, 2) if judged else None,
        "met": value > chance if judged else None,
        "peer": "random" if judged else None,
        "command": command,
        "seed": 0,
        "budget": None,
        "versions": versions(),
    }


if __name__ == "__main__":
    typer.run(main)
