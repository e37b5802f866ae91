"""`spacy rnn add`: a trained component for a pipeline that exists."""

from pathlib import Path
from typing import Optional

import typer

from .group import rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("add")
def add_cli(
    pipeline: str = typer.Argument(..., help="The pipeline that gets it: a directory or a package"),
    source: str = typer.Argument(..., help="The pipeline with the trained component"),
    output: Path = typer.Option(..., "--output", "-o", help="Directory for the new pipeline"),
    component: Optional[str] = typer.Option(
        None, "--component", help="Which component to take; needed if there are several"
    ),
    name: Optional[str] = typer.Option(None, "--name", help="What to call it in the new pipeline"),
) -> None:
    """Put a trained component into another pipeline, and save the result.

    A component that shares its encoder with others gets a copy of it, so that it goes on working.
    Example: spacy rnn add en_core_web_sm training/ner/model-best -o my_pipeline --name my_ner
    """
    from wasabi import msg

    from ..training.run.atomic import replacing_directory
    from ..training.transfer import add_component

    with mistakes_as_sentences():
        from spacy import load

        nlp, giver = load(pipeline), load(source)
        chosen = component or _only_component(giver)
        add_component(nlp, giver, chosen, name)
        with replacing_directory(output) as draft:
            nlp.to_disk(draft)
    msg.good(f"{output}: {', '.join(nlp.pipe_names)}")


def _only_component(nlp) -> str:
    """The one component that does a task. RAISES: ValueError if the choice is the user's."""
    tasks = [name for name, pipe in nlp.pipeline if not hasattr(pipe, "listening_components")]
    if len(tasks) != 1:
        raise ValueError(f"Choose with --component: {', '.join(tasks) or 'there is none'}.")
    return tasks[0]
