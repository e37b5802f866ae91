"""From Docs to .spacy files."""

from pathlib import Path
from typing import Sequence

import typer
from spacy.tokens import Doc, DocBin

from .errors import CorpusError
from .splits import PARTS, Splits


def declare(attr: str) -> None:
    """Make `doc._.<attr>` writable, unless a package has declared it already."""
    if not Doc.has_extension(attr):
        Doc.set_extension(attr, default=None)


def write_splits(
    splits: Splits, output_dir: Path, attrs: Sequence[str], store_user_data: bool = False
) -> None:
    """Write OUTPUT_DIR/{train,dev,test}.spacy and say how many Docs each holds.

    attrs: the token attributes to keep. Words and spaces are always kept; every further attribute
    costs 8 bytes per token in memory when the corpus is read. Fails on a part without Docs.
    """
    output_dir.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        docs = DocBin(attrs=attrs, docs=splits[part], store_user_data=store_user_data)
        if not len(docs):
            raise CorpusError(f"the {part} part of the corpus is empty")
        path = output_dir / f"{part}.spacy"
        docs.to_disk(path)
        typer.echo(f"✔ {path}: {len(docs):,} docs")
