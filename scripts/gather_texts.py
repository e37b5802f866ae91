"""Gather the raw texts of the downloaded corpora, without test parts, for `vectors`."""

from pathlib import Path
from typing import Callable, Dict, Iterable

import spacy
import typer
from corpora import ner, textcat
from corpora.arxiv import read_papers, split_papers
from corpora.errors import CorpusError, reported
from corpora.lines import read_lines
from corpora.pairs import scitldr, tatoeba

Texts = Dict[str, Iterable[str]]
# WikiText writes the hyphens inside words and numbers so.
JOINED = ((" @-@ ", "-"), (" @,@ ", ","), (" @.@ ", "."))


def _entities(folder: Path) -> Texts:
    docs = ner.load(folder.name, folder.parent, spacy.blank("en"))
    return {part: [doc.text for doc in docs[part]] for part in docs}


def _classified(folder: Path) -> Texts:
    rows = textcat.PUBLISHED[folder.name](folder)
    return {part: [row.text for row in rows[part]] for part in rows}


def _papers(folder: Path) -> Texts:
    parts = split_papers(read_papers(folder))
    return {part: [f"{p.title} . {p.abstract}" for p in parts[part]] for part in parts}


def _abstracts(folder: Path) -> Texts:
    parts = scitldr(folder)
    return {part: [pair.source for pair in parts[part]] for part in parts}


def _sentences(folder: Path) -> Texts:
    parts = tatoeba(folder)
    return {part: [pair.target for pair in parts[part]] for part in parts}


def _articles(folder: Path) -> Texts:
    names = {"train": "train.txt", "dev": "valid.txt", "test": "test.txt"}
    return {part: [_joined(text) for _, text in read_lines(folder / names[part])] for part in names}


def _joined(text: str) -> str:
    for apart, together in JOINED:
        text = text.replace(apart, together)
    return text


READERS: Dict[str, Callable[[Path], Texts]] = {
    **dict.fromkeys(ner.FILES, _entities),
    "goemotions": _classified,
    "arxiv": _papers,
    "scitldr": _abstracts,
    "tatoeba": _sentences,
    "wikitext2": _articles,
}


def main(
    assets_dir: Path = typer.Argument(..., help="Where the corpora lie"),
    output_dir: Path = typer.Argument(..., help="Where to write a .txt for each corpus"),
) -> None:
    """Write the texts of train and dev parts, one a line; a text that stands in the test part of
    any corpus is left out."""
    with reported():
        present = {name: read for name, read in READERS.items() if (assets_dir / name).is_dir()}
        if not present:
            raise CorpusError("no corpora here. Run 'spacy project assets' first", assets_dir)
        corpora = {name: read(assets_dir / name) for name, read in present.items()}
        held_out = {text.strip() for parts in corpora.values() for text in parts["test"]}
        output_dir.mkdir(parents=True, exist_ok=True)
        for name, parts in corpora.items():
            texts = {text.strip(): None for part in ("train", "dev") for text in parts[part]}
            kept = [text for text in texts if text and text not in held_out]
            (output_dir / f"{name}.txt").write_text("\n".join(kept) + "\n", encoding="utf8")
            typer.echo(f"✔ {output_dir / name}.txt: {len(kept):,} texts")


if __name__ == "__main__":
    typer.run(main)
