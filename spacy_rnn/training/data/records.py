"""Lines of files as text and as JSON objects; what is wrong with them is told with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple


def records_of(file: Path) -> Iterator[Tuple[str, Dict[str, Any]]]:
    """The objects of a .jsonl file with their places; empty lines are passed over.

    RAISES: ValueError naming the place of a line that is no such object.
    """
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            place = f"{file}, line {number}"
            text = decoded(line, place)
            if text.strip():
                yield place, record_of(text, place)


def decoded(line: bytes, place: str) -> str:
    """RAISES: ValueError naming the place of the line if it is not UTF-8."""
    try:
        return line.decode("utf8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{place}: not UTF-8 ({error.reason} at byte {error.start} of the line). Save the file "
            "with that encoding."
        ) from error


def record_of(line: str, place: str) -> Dict[str, Any]:
    """RAISES: ValueError naming the place of the line if it is not a JSON object."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{place}: not valid JSON ({error})") from error
    if not isinstance(record, dict):
        raise ValueError(f"{place}: expected an object in braces, got {type(record).__name__}")
    return record


def text_of(record: Dict[str, Any], field: str, place: str) -> str:
    """RAISES: ValueError naming the place and the field if there is no text that can be written."""
    if field not in record:
        raise ValueError(f"{place}: no field {field!r}; there are {', '.join(record) or 'none'}")
    text = record[field]
    if not isinstance(text, str):
        raise ValueError(f"{place}: field {field!r} must be text, got {text!r}")
    try:
        text.encode("utf8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{place}: field {field!r} has half a character, {text[error.start]!r}, at "
            f"{error.start}: half of a surrogate pair was cut off when the file was made."
        ) from error
    return text
