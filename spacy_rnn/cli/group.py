"""The `rnn` group below `spacy`, on which each command registers itself."""

import typer
from spacy.cli._util import app

rnn_cli = typer.Typer(
    name="rnn",
    help="Train, inspect and use recurrent pipelines (spacy-rnn).",
    no_args_is_help=True,
)
app.add_typer(rnn_cli)

# For commands that take settings of the config as further options.
EXTRA_OVERRIDES = {"allow_extra_args": True, "ignore_unknown_options": True}
