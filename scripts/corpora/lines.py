"""Numbered lines of a UTF-8 text file, and the JSON objects on them."""

import json
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple, Union

from .errors import CorpusError

JSONType = Union[type, Tuple[type, ...]]


def require(path: Path) -> Path:
    """RETURNS: the path itself. Fails with the way to get the file if it is not there."""
    if not path.is_file():
        raise CorpusError("no such file. Run 'spacy project assets' to download the corpora", path)
    return path


def read_lines(path: Path) -> Iterator[Tuple[int, str]]:
    """Yield (line number from 1, text without its line end).

    Only \\n and \\r\\n end a line: str.splitlines would also break at characters such as U+2028,
    which do occur inside real tokens.
    """
    with require(path).open("rb") as file:
        for number, raw in enumerate(file, start=1):
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise CorpusError(
                    f"not UTF-8: {error.reason} at byte {error.start} of the line", path, number
                ) from error
            yield number, text.rstrip("\r\n")


def read_jsonl(path: Path, fields: Dict[str, JSONType]) -> Iterator[Tuple[int, Dict[str, Any]]]:
    """Yield (line number, object) for each line that is not blank.

    fields: name and type of each field that every object must have.
    """
    for number, text in read_lines(path):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except json.JSONDecodeError as error:
            raise CorpusError(
                f"not JSON: {error.msg} at column {error.colno}", path, number
            ) from error
        if not isinstance(record, dict):
            raise CorpusError(
                f"expected a JSON object, found {type(record).__name__}", path, number
            )
        for name, kind in fields.items():
            if name not in record:
                raise CorpusError(f"field '{name}' is missing", path, number)
            if not isinstance(record[name], kind):
                found = type(record[name]).__name__
                raise CorpusError(
                    f"field '{name}' must be {_describe(kind)}, found {found}", path, number
                )
        if "\\u" in text:
            _check_characters(record, path, number)
        yield number, record


def _check_characters(record: Dict[str, Any], path: Path, number: int) -> None:
    """Escapes can write half of a surrogate pair, which no text can hold."""
    try:
        json.dumps(record, ensure_ascii=False).encode("utf8")
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        raise CorpusError(
            f"half a character, {half!r}, as of a pair cut off", path, number
        ) from error


def _describe(kind: JSONType) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(k.__name__ for k in kinds)
