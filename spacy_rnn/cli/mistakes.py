"""What users get wrong is told in a sentence; only a fault of the program shows a traceback."""

from __future__ import annotations

import contextlib
import logging
from typing import Iterator

import typer
from spacy.util import logger
from thinc.api import ConfigValidationError
from wasabi import msg

# An ImportError names an extra that is to be installed.
MISTAKES = (ConfigValidationError, FloatingPointError, ImportError, OSError, ValueError)


@contextlib.contextmanager
def mistakes_as_sentences() -> Iterator[None]:
    """Print the errors that a user can cause, and exit with 1. `--verbose` shows where they arose.

    Bad configs, files and data, and what this package raises for them, are such errors.
    """
    try:
        yield
    except MISTAKES as error:
        if logger.isEnabledFor(logging.DEBUG):
            raise
        msg.fail(_sentence(error))
        raise typer.Exit(1) from error


def _sentence(error: Exception) -> str:
    if isinstance(error, ConfigValidationError):
        return str(error.text).strip()
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
