"""Convert a corpus of named entities into .spacy files."""

from pathlib import Path

import spacy
import typer
from corpora.docbins import write_splits
from corpora.errors import reported
from corpora.ner import load


def main(
    corpus: str = typer.Argument(
        ..., help="A corpus's name, 'real', or a folder with train, dev and test files"
    ),
    assets_dir: Path = typer.Argument(..., help="Where the corpora lie"),
    output_dir: Path = typer.Argument(
        ..., help="Where to write train.spacy, dev.spacy and test.spacy"
    ),
    lang: str = typer.Option("en", help="The language whose tokenizer reads plain text"),
) -> None:
    """Convert a corpus of named entities into .spacy files."""
    with reported():
        write_splits(
            load(corpus, assets_dir, spacy.blank(lang)), output_dir, attrs=["ENT_IOB", "ENT_TYPE"]
        )


if __name__ == "__main__":
    typer.run(main)
