"""`spacy rnn ensemble`: several trained summarizers as one."""

from pathlib import Path
from typing import List, Optional

import typer

from .group import rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("ensemble")
def ensemble_cli(
    pipelines: List[str] = typer.Argument(..., help="Trained pipelines: directories or packages"),
    output: Path = typer.Option(..., "--output", "-o", help="Directory for the new pipeline"),
    component: Optional[str] = typer.Option(
        None, "--component", help="The summarizer's name; needed if there are several"
    ),
) -> None:
    """Let summarizers that were trained apart choose each word together.

    They err less than any of them, in as much more time. All come from the same config and texts,
    with another seed each.
    Example: spacy rnn ensemble seed0/model-best seed1/model-best -o together
    """
    from wasabi import msg

    from ..training.ensembling import ensemble, summarizers
    from ..training.run.atomic import replacing_directory

    with mistakes_as_sentences():
        from spacy import load

        if len(pipelines) < 2:
            raise ValueError(f"Name at least two pipelines, got {len(pipelines)}.")
        loaded = [load(name) for name in pipelines]
        names = [component] if component else summarizers(loaded[0])
        if len(names) != 1:
            found = ", ".join(names) or "there is none"
            raise ValueError(f"Choose a summarizer with --component: {found}.")
        joint = ensemble(loaded, names[0])
        with replacing_directory(output) as draft:
            joint.to_disk(draft)
    msg.good(f"{output}: {len(loaded)} summarizers in '{names[0]}'")
