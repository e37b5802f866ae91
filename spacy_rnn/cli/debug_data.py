"""`spacy rnn debug-data`: a look at the data before training."""

from pathlib import Path
from typing import Optional

import typer

from .group import EXTRA_OVERRIDES, rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("debug-data", context_settings=EXTRA_OVERRIDES)
def debug_data_cli(
    ctx: typer.Context,
    config_path: Path = typer.Argument(..., help="Config file of the training"),
    code: Optional[Path] = typer.Option(
        None, "--code", "-c", help="Python file with your own registered functions"
    ),
) -> None:
    """Look at training data before training on them, and say what to do about them.

    It counts labels and lengths, finds annotations that training cannot use, texts that stand in
    both corpora, and target words that can neither be copied nor known.

    Settings can be changed as for training: --paths.train corpus/train.spacy

    Exit codes: 0 the data could be read, whatever was found; 1 they could not.
    """
    from spacy.cli._util import import_code, parse_config_overrides
    from spacy.util import load_config
    from wasabi import msg

    from ..training.data_checks.check import check_data

    overrides = parse_config_overrides(ctx.args)
    import_code(code)
    with mistakes_as_sentences():
        if not config_path.is_file():
            raise ValueError(f"There is no config file {config_path}.")
        findings = check_data(load_config(config_path, overrides=overrides, interpolate=False))
    for name, sentences in findings.items():
        msg.divider(name)
        for sentence in sentences:
            show = msg.warn if sentence.is_problem else msg.info
            show(sentence.text)
