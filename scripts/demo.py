"""Show what the trained pipelines say about texts that they have never seen."""

from itertools import islice
from pathlib import Path

import spacy
import typer
from rich.console import Console
from rich.markup import escape
from spacy.language import Language
from spacy.tokens import Doc, DocBin

TASKS = ("ner", "textcat", "textcat_multilabel", "summarize", "translate")
TARGETS = {"summarize": "summary", "translate": "translation"}
console = Console(highlight=False)


def main(
    training_dir: Path = typer.Argument(..., help="Holds TASK/model-best for each trained task"),
    corpus_dir: Path = typer.Argument(..., help="Holds TASK/test.spacy for each task"),
    count: int = typer.Option(3, help="Texts to show for each task"),
) -> None:
    """Print predictions for the first texts of each task's test part, with the gold annotation."""
    shown = 0
    for task in TASKS:
        model, test = training_dir / task / "model-best", corpus_dir / task / "test.spacy"
        if not (model.is_dir() and test.is_file()):
            continue
        shown += 1
        console.rule(task)
        nlp = spacy.load(model)
        for gold in islice(DocBin().from_disk(test).get_docs(nlp.vocab), count):
            show(task, nlp, gold)
    if not shown:
        message = f"✘ no trained pipeline in {training_dir}: run 'spacy project run train' first"
        typer.secho(message, fg="red", err=True)
        raise typer.Exit(1)


def show(task: str, nlp: Language, gold: Doc) -> None:
    """Print one text, what the pipeline says, and what people say."""
    found = nlp(gold.text)
    console.print(found.text.strip(), markup=False)
    for name, doc in (("predicted", found), ("gold", gold)):
        console.print(f"  [bold]{name:9}[/bold] {escape(described(task, doc))}")
    console.print()


def described(task: str, doc: Doc) -> str:
    """RETURNS: a Doc's annotation in one line."""
    if task == "ner":
        return ", ".join(f"{ent.text} [{ent.label_}]" for ent in doc.ents) or "no entities"
    if task in TARGETS:
        return doc._.get(TARGETS[task]) or ""
    if task == "textcat":
        best = max(doc.cats, key=doc.cats.get)
        return f"{best} {doc.cats[best]:.2f}"
    return (
        ", ".join(f"{label} {value:.2f}" for label, value in doc.cats.items() if value >= 0.5)
        or "no label"
    )


if __name__ == "__main__":
    typer.run(main)
