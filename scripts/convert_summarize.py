"""Convert pairs of a text and its summary, or its translation, into .spacy files."""

from pathlib import Path

import spacy
import typer
from corpora.docbins import write_splits
from corpora.errors import reported
from corpora.pairs import TASKS, load


def main(
    corpus: str = typer.Argument(
        ..., help="A corpus's name, 'real', or a folder with train, dev and test files"
    ),
    assets_dir: Path = typer.Argument(..., help="Where the corpora lie"),
    output_dir: Path = typer.Argument(
        ..., help="Where to write train.spacy, dev.spacy and test.spacy"
    ),
    lang: str = typer.Option("en", help="The language whose tokenizer reads the source"),
    attr: str = typer.Option("summary", help=f"What the target is: {' or '.join(TASKS)}"),
) -> None:
    """Convert pairs of a text and its summary, or its translation, into .spacy files."""
    if attr not in TASKS:
        raise typer.BadParameter(
            f"must be {' or '.join(TASKS)}, found '{attr}'", param_hint="--attr"
        )
    with reported():
        write_splits(
            load(corpus, assets_dir, spacy.blank(lang), attr),
            output_dir,
            attrs=[],
            store_user_data=True,
        )


if __name__ == "__main__":
    typer.run(main)
