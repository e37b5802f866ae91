"""Errors of parsers say what they met; these say in which file."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Iterator

from ..errors import ModelFileError
from .parts import REMEDY


@contextlib.contextmanager
def blaming(file: Path, component: str = "") -> Iterator[None]:
    """Tell what goes wrong inside as a ModelFileError that names a file and its component.

    ImportErrors pass: they are about the installation.
    """
    place = f"{file} (component {component!r})" if component else str(file)
    try:
        yield
    except ModelFileError as error:
        named = str(file.parent) in str(error)
        raise ModelFileError(str(error) if named else f"{place}: {error}") from error
    except ImportError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelFileError(f"{place} cannot be read ({reason}). {REMEDY}") from error
