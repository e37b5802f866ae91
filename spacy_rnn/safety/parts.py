"""Which files of a directory spaCy reads when it loads the pipeline there."""

from __future__ import annotations

import os
from configparser import ConfigParser
from configparser import Error as SyntaxMistake
from pathlib import Path
from typing import Iterator, List

from ..errors import ModelFileError

CONFIG = "config.cfg"
MANIFEST = "manifest.json"
META = "meta.json"
OF_SPACY = (CONFIG, META, "tokenizer", "vocab")
LONGEST_CONFIG = 1_000_000  # bytes; those of real pipelines have some ten thousand
REMEDY = "Copy the pipeline anew from where it came, or train it again."


def component_of(name: str) -> str:
    """The component that a file such as "ner/model" belongs to, or ""."""
    part = name.split("/")[0]
    return "" if part in (*OF_SPACY, MANIFEST) else part


def described(root: Path, name: str) -> str:
    """A file with its component, for errors."""
    component = component_of(name)
    return f"{root / name} (component {component!r})" if component else str(root / name)


def parse(root: Path) -> ConfigParser:
    """The config as sections of raw text.

    RAISES: ModelFileError if it is damaged or too long, or a component's name leads elsewhere.
    """
    file, parser = root / CONFIG, ConfigParser(interpolation=None)
    parser.optionxform = str
    try:
        if file.stat().st_size > LONGEST_CONFIG:
            raise ValueError(f"it is longer than {LONGEST_CONFIG} bytes")
        parser.read_string(file.read_text(encoding="utf8"))
    except (OSError, ValueError, SyntaxMistake) as error:
        reason = " ".join(str(error).split())
        raise ModelFileError(f"{file} cannot be read ({reason}). {REMEDY}") from error
    for name in component_names(parser):
        if name in ("", ".", MANIFEST, *OF_SPACY) or any(sign in name for sign in "/\\\0"):
            raise ModelFileError(f"{file}: a component cannot be called {name!r}.")
    return parser


def component_names(parser: ConfigParser) -> List[str]:
    """The components that have a block of their own, or stand as values in [components]."""
    paths = (section.split(".") for section in parser.sections())
    blocks = (path[1] for path in paths if path[0] == "components" and len(path) > 1)
    values = parser["components"] if parser.has_section("components") else ()
    return list(dict.fromkeys([*blocks, *values]))


def files_read(root: Path) -> List[str]:
    """The files that loading may read, below `root`, with "/". Others, such as cards, are not.

    RAISES: ModelFileError for a folder that is a link, or something that is not a file.
    """
    parts = (*OF_SPACY, *component_names(parse(root)))
    return sorted(name for part in parts for name in _below(root, root / part))


def _below(root: Path, path: Path) -> Iterator[str]:
    if path.is_dir() and not path.is_symlink():
        for name in sorted(os.listdir(path)):
            yield from _below(root, path / name)
    elif path.is_file():
        yield path.relative_to(root).as_posix()
    elif path.exists() or path.is_symlink():
        # A linked folder may be anywhere, and opening a pipe or a device could wait for ever.
        raise ModelFileError(f"{path} is neither a file nor a folder. {REMEDY}")
