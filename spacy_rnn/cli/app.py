"""All `spacy rnn` commands. Imported by every `spacy` command: kept light."""

# A command registers itself on the group when it is imported.
from . import add, apply, card, debug_data, plot, report, search, train, verify  # noqa: F401
from .group import rnn_cli

__all__ = ["rnn_cli"]
