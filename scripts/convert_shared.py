"""Lay the files of several tasks side by side, to train one pipeline on all of them."""

import shutil
from pathlib import Path

import typer
from corpora.errors import CorpusError, reported
from corpora.splits import PARTS

TASKS = ("ner", "textcat", "summarize")


def main(
    corpus_dir: Path = typer.Argument(..., help="Holds a converted corpus for each task"),
    output_dir: Path = typer.Argument(..., help="Where to write the folders train, dev and test"),
) -> None:
    """Copy CORPUS_DIR/TASK/PART.spacy to OUTPUT_DIR/PART/TASK.spacy.

    spaCy reads a folder of .spacy files as one corpus. A Doc has only its own task's annotation:
    what the other heads should say about it is a missing value, and they learn nothing from it.
    """
    with reported():
        for part in PARTS:
            for task in TASKS:
                source, target = (
                    corpus_dir / task / f"{part}.spacy",
                    output_dir / part / f"{task}.spacy",
                )
                if not source.is_file():
                    raise CorpusError(
                        f"no such file. Run 'spacy project run convert-{task}' first", source
                    )
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                typer.echo(f"✔ {target}")


if __name__ == "__main__":
    typer.run(main)
