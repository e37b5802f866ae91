"""The `rnn` group of commands. Imported by every `spacy` command: kept light."""

import typer
from spacy.cli._util import app

rnn_cli = typer.Typer(
    name="rnn",
    help="Train, inspect and use recurrent pipelines (spacy-rnn).",
    no_args_is_help=True,
)
app.add_typer(rnn_cli)

from . import train  # noqa: E402,F401  (the commands register themselves on the group)
