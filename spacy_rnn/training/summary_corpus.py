"""The reader for pairs of a text and what is to be written about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, Optional

from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.util import ensure_path

from ..annotations import declare_target

SUFFIXES = (".jsonl", ".spacy")


def SummaryCorpus(
    path: Optional[str],
    attr: str = "summary",
    source_field: str = "text",
    target_field: Optional[str] = None,
    max_source_length: int = 0,
    limit: int = 0,
) -> Callable[[Language], Iterator[Example]]:
    """Examples whose reference holds its target in `doc._.<attr>`.

    path: a file, or a folder with files, of JSON lines (.jsonl) or Docs (.spacy, saved with
        `store_user_data`).
    attr: where the target goes, and where a .spacy file has it.
    source_field, target_field: of a JSON line; the target's is `attr` if not given.
    max_source_length: tokens of a source that are kept, 0 for all.
    limit: examples at most, 0 for all.
    RAISES: ValueError naming the file, the line and what is wrong there.
    """
    declare_target(attr)
    fields = (source_field, target_field or attr)

    def read(nlp: Language) -> Iterator[Example]:
        count = 0
        for file in _files(path):
            docs = (
                _jsonl(file, nlp, attr, *fields) if file.suffix == ".jsonl" else _docbin(file, nlp)
            )
            for doc in docs:
                yield _example(doc, attr, max_source_length)
                count += 1
                if count == limit:
                    return

    return read


def _files(path: Optional[str]) -> Iterable[Path]:
    place = ensure_path(path)
    if place is None or not place.exists():
        raise ValueError(f"corpora.path: there is no file or folder {path}")
    files = (
        [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.suffix in SUFFIXES)
    )
    if not files or files[0].suffix not in SUFFIXES:
        raise ValueError(
            f"corpora.path: expected {' or '.join(SUFFIXES)} files, found none in {path}"
        )
    return files


def _example(gold: Doc, attr: str, longest: int) -> Example:
    target = gold._.get(attr)
    references = gold.user_data.get("references")
    if longest and len(gold) > longest:
        gold = gold[:longest].as_doc()
        gold._.set(attr, target)
        if references:
            gold.user_data["references"] = references
    spaces = [bool(token.whitespace_) for token in gold]
    return Example(Doc(gold.vocab, [token.text for token in gold], spaces), gold)


def _docbin(file: Path, nlp: Language) -> Iterator[Doc]:
    try:
        docs = DocBin().from_disk(file)
    except Exception as error:  # zlib, msgpack and KeyError alike: the file is not a DocBin.
        raise ValueError(f"{file} is not a corpus that spaCy's DocBin wrote ({error})") from error
    return docs.get_docs(nlp.vocab)


def _jsonl(
    file: Path, nlp: Language, attr: str, source_field: str, target_field: str
) -> Iterator[Doc]:
    with file.open(encoding="utf8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                record = _record(line, f"{file}, line {number}")
                source = _text(record, source_field, f"{file}, line {number}")
                doc = nlp.make_doc(source)
                doc._.set(attr, _text(record, target_field, f"{file}, line {number}"))
                yield doc


def _record(line: str, place: str) -> Dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{place}: not valid JSON ({error})") from error
    if not isinstance(record, dict):
        raise ValueError(f"{place}: expected an object in braces, got {type(record).__name__}")
    return record


def _text(record: Dict[str, Any], field: str, place: str) -> str:
    if field not in record:
        raise ValueError(f"{place}: no field {field!r}; there are {', '.join(record) or 'none'}")
    if not isinstance(record[field], str):
        raise ValueError(f"{place}: field {field!r} must be text, got {record[field]!r}")
    return record[field]
