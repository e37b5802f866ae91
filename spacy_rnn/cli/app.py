"""The `rnn` group of commands. Imported by every `spacy` command: kept light."""

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

# The commands register themselves on the group.
from . import add, apply, card, debug_data, plot, report, search, train, verify  # noqa: E402,F401
