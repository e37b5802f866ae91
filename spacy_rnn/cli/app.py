"""All `spacy rnn` commands. Imported by every `spacy` command: kept light."""

# A command registers itself on the group when it is imported.
from . import (  # noqa: F401
    add,
    apply,
    card,
    debug_data,
    ensemble,
    plot,
    report,
    search,
    train,
    verify,
)
from .group import rnn_cli

__all__ = ["rnn_cli"]
