"""Texts from files, one after the other."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, NamedTuple, Optional, Tuple, Union

from spacy.attrs import ORTH
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from ..training.data.records import decoded, record_of, text_of

Record = Dict[str, Any]
Text = Union[str, Doc]
INPUTS = (".jsonl", ".txt", ".spacy")


def check_suffix(path: Path, allowed: Tuple[str, ...]) -> None:
    """RAISES: ValueError naming the kinds of file that are allowed."""
    if path.suffix not in allowed:
        raise ValueError(f"{path}: expected a file that ends in {' or '.join(allowed)}.")


class Part(NamedTuple):
    """A stretch of a file.

    start, end: bytes of a file of lines, or numbers of Docs; up to the last without an `end`.
    line: number of the first line.
    """

    start: int = 0
    end: Optional[int] = None
    line: int = 1


def read_texts(
    path: Path, field: str, vocab: Vocab, part: Part = Part()
) -> Iterator[Tuple[Text, Record]]:
    """Texts with what else stands beside them.

    field: where a JSON line has its text.
    RAISES: ValueError naming file and line.
    """
    check_suffix(path, INPUTS)
    if path.suffix == ".spacy":
        for doc in _bare_docs(_docs(path, path.stat().st_mtime_ns), vocab, part):
            yield doc, {}
        return
    for number, line in enumerate(_lines(path, part), part.line):
        place = f"{path}, line {number}"
        text = decoded(line, place)
        if path.suffix == ".txt":
            yield text.rstrip("\r\n"), {}
        elif text.strip():
            record = record_of(text, place)
            yield _text(record, field, place), record


def cut(path: Path, size: int) -> Iterator[Part]:
    """Cut a file into parts of `size` texts, without reading more than one line at a time."""
    check_suffix(path, INPUTS)
    if path.suffix == ".spacy":
        starts = range(0, len(_docs(path, path.stat().st_mtime_ns)), size)
        yield from (Part(start, start + size) for start in starts)
        return
    start = end = texts = 0
    first = number = 1
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            end += len(line)
            texts += path.suffix == ".txt" or bool(line.strip())
            if texts == size:
                yield Part(start, end, first)
                start, texts, first = end, 0, number + 1
    if texts:
        yield Part(start, end, first)


@lru_cache(maxsize=1)
def _docs(path: Path, modified: int) -> DocBin:
    """Kept from part to part. modified: tells another file of that name apart."""
    try:
        return DocBin().from_disk(path)
    except Exception as error:  # zlib, msgpack and KeyError alike: the file is not a DocBin.
        raise ValueError(f"{path} is not a file that spaCy's DocBin wrote ({error}).") from error


def _bare_docs(docs: DocBin, vocab: Vocab, part: Part) -> Iterator[Doc]:
    """Docs without annotations. Only those of the part are made."""
    for string in docs.strings:
        vocab.strings.add(string)
    column, these = docs.attrs.index(ORTH), slice(part.start, part.end)
    for tokens, spaces, flags in zip(docs.tokens[these], docs.spaces[these], docs.flags[these]):
        words = [vocab.strings[orth] for orth in tokens[:, column]]
        # Without known spaces there is one behind every word.
        known = None if flags.get("has_unknown_spaces") else [bool(space) for space in spaces]
        yield Doc(vocab, words, known)


def _lines(path: Path, part: Part) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(part.start)
        at = part.start
        for line in file:
            at += len(line)
            yield line
            if at == part.end:
                return


def _text(record: Record, field: str, place: str) -> str:
    try:
        return text_of(record, field, place)
    except ValueError as error:
        raise ValueError(f"{error}. Another field can be named with --field.") from error
