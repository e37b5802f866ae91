"""Texts from files and predictions into files, one after the other."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, Tuple, Union

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

Record = Dict[str, Any]
Text = Union[str, Doc]
INPUTS = (".jsonl", ".txt", ".spacy")
OUTPUTS = (".jsonl", ".spacy")


def check_suffix(path: Path, allowed: Tuple[str, ...]) -> None:
    """RAISES: ValueError naming the kinds of file that are allowed."""
    if path.suffix not in allowed:
        raise ValueError(f"{path}: expected a file that ends in {' or '.join(allowed)}.")


def read_texts(path: Path, field: str, vocab: Vocab) -> Iterator[Tuple[Text, Record]]:
    """Texts with what else stands beside them.

    field: where a JSON line has its text.
    RAISES: ValueError naming file and line.
    """
    check_suffix(path, INPUTS)
    if path.suffix == ".spacy":
        for doc in DocBin().from_disk(path).get_docs(vocab):
            yield Doc(vocab, [t.text for t in doc], [bool(t.whitespace_) for t in doc]), {}
        return
    with path.open(encoding="utf8") as lines:
        for number, line in enumerate(lines, 1):
            if path.suffix == ".txt":
                yield line.rstrip("\r\n"), {}
            elif line.strip():
                record = _record(line, field, f"{path}, line {number}")
                yield record[field], record


def _record(line: str, field: str, place: str) -> Record:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{place}: this is not JSON ({error}).") from error
    if not isinstance(record, dict) or not isinstance(record.get(field), str):
        raise ValueError(
            f"{place}: expected an object with a text under '{field}'. Another name for it can be "
            "given with --field."
        )
    return record


def write_predictions(path: Path, field: str, predicted: Iterable[Tuple[Doc, Record]]) -> int:
    """Write docs to `path`, which appears when all are there. RETURNS: how many."""
    check_suffix(path, OUTPUTS)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        write = _write_lines if path.suffix == ".jsonl" else _write_docs
        count = write(draft, field, predicted)
        os.replace(draft, path)
        return count
    finally:
        draft.unlink(missing_ok=True)


def _write_lines(path: Path, field: str, predicted: Iterable[Tuple[Doc, Record]]) -> int:
    count = 0
    with path.open("w", encoding="utf8") as file:
        for doc, record in predicted:
            line = {**record, field: doc.text, **annotations(doc)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_docs(path: Path, field: str, predicted: Iterable[Tuple[Doc, Record]]) -> int:
    docs = DocBin(docs=(doc for doc, _ in predicted), store_user_data=True)
    docs.to_disk(path)
    return len(docs)


def annotations(doc: Doc) -> Record:
    """What components said about a doc, as JSON: entities, categories, and `doc._` values."""
    found: Record = {}
    if doc.has_annotation("ENT_IOB"):
        found["ents"] = [_entity(ent) for ent in doc.ents]
    if doc.cats:
        found["cats"] = doc.cats
    for key, value in doc.user_data.items():
        if isinstance(key, tuple) and key[0] == "._." and key[2] is None and _is_plain(value):
            found[key[1]] = value
    return found


def _entity(ent: Any) -> Record:
    entity = {"start": ent.start_char, "end": ent.end_char, "label": ent.label_, "text": ent.text}
    confidence = ent._.confidence if ent.has_extension("confidence") else None
    return entity if confidence is None else {**entity, "confidence": confidence}


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool))
