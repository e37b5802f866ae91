"""`spacy rnn verify` and `spacy rnn seal`: is this pipeline what it should be?"""

from pathlib import Path
from typing import List, Optional

import typer

from .group import rnn_cli
from .mistakes import mistakes_as_sentences

SHOWN = 4


@rnn_cli.command("verify")
def verify_cli(
    path: Path = typer.Argument(..., help="A saved pipeline: a directory"),
    allow: List[str] = typer.Option(
        [], "--allow", help="A function or component of the config that you trust; repeatable"
    ),
    digest: Optional[str] = typer.Option(
        None, "--digest", help="The sha256 that its manifest.json must have"
    ),
    require_manifest: bool = typer.Option(
        True, help="Whether a pipeline without manifest.json is refused"
    ),
) -> None:
    """Check a pipeline and load it as `spacy_rnn.safe_load` does, and print what was checked.

    Every file is compared with manifest.json. The config may only name functions that are known to
    do nothing but build layers, no other pipelines, and no sizes out of all proportion. Weights
    must be undamaged and finite. Exit code 1, with the reason, if anything is wrong.

    Example: spacy rnn verify training/ner/model-best
    """
    from wasabi import msg

    from ..safety.bounds import Bounds
    from ..safety.load import verify

    with mistakes_as_sentences():
        found = verify(
            path,
            allow=allow,
            digest=digest,
            bounds=Bounds(),
            require_manifest=require_manifest,
            exclude=(),
        )
    if found.manifest:
        size = sum(entry.size for entry in found.manifest.files.values())
        msg.good(f"{len(found.files)} files, {size:,} bytes: sizes and sha256 as in manifest.json")
        typer.echo(f"  sha256 of manifest.json: {found.manifest.digest}")
    else:
        msg.warn(f"{len(found.files)} files, not compared with anything: no manifest was asked for")
    functions = sorted(set(found.config.functions))
    msg.good(f"config: {len(functions)} functions, all known or allowed: {', '.join(functions)}")
    largest = sorted(found.config.largest.items(), key=lambda item: -item[1])[:SHOWN]
    shown = ", ".join(f"{name} {size:g}" for name, size in largest)
    msg.good(f"sizes: within bounds; the largest are {shown or 'none'}")
    msg.good(f"weights: undamaged and finite; loaded {', '.join(found.nlp.component_names)}")


@rnn_cli.command("seal")
def seal_cli(path: Path = typer.Argument(..., help="A saved pipeline: a directory")) -> None:
    """Write the manifest of a pipeline that you trust: size and sha256 of every file.

    Pipelines with our components get one whenever they are saved. This is for others, and for
    files that were changed by hand. The sha256 that it prints lets others be sure that they load
    the same: spacy rnn verify PATH --digest SHA256

    Example: spacy rnn seal training/ner/model-best
    """
    from ..safety.manifest import write_manifest

    with mistakes_as_sentences():
        # Not a message: those are broken into lines.
        typer.echo(write_manifest(path))
