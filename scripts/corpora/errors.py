"""The one error a corpus can raise, and how a script shows it."""

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional

import typer


class CorpusError(ValueError):
    """Something is wrong with a corpus; the message names the file and, where known, the line."""

    def __init__(
        self, message: str, path: Optional[Path] = None, line: Optional[int] = None
    ) -> None:
        place = "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "
        super().__init__(place + message)


@contextmanager
def reported() -> Iterator[None]:
    """Show a CorpusError as one line and leave with exit status 1, without a traceback."""
    try:
        yield
    except CorpusError as error:
        typer.secho(f"✘ {error}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from error
