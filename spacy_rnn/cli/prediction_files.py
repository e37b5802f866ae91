"""Predictions into files that appear when all are there."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, Tuple

from spacy.tokens import Doc, DocBin

Record = Dict[str, Any]
OUTPUTS = (".jsonl", ".spacy")


def write_predictions(path: Path, field: str, predicted: Iterable[Tuple[Doc, Record]]) -> int:
    """Write docs with what stood beside their texts. RETURNS: how many."""
    with appearing(path) as draft:
        if path.suffix == ".jsonl":
            return _write_lines(draft, field, predicted)
        docs = DocBin(docs=(doc for doc, _ in predicted), store_user_data=True)
        docs.to_disk(draft)
        return len(docs)


def block_of(suffix: str, field: str, predicted: Iterable[Tuple[Doc, Record]]) -> bytes:
    """A piece of an output, to be joined by `write_blocks`."""
    if suffix == ".jsonl":
        return b"".join(_line(doc, record, field) for doc, record in predicted)
    return DocBin(docs=(doc for doc, _ in predicted), store_user_data=True).to_bytes()


def write_blocks(path: Path, blocks: Iterable[bytes]) -> int:
    """Write blocks in their order. RETURNS: how many texts."""
    with appearing(path) as draft:
        if path.suffix == ".jsonl":
            count = 0
            with draft.open("wb") as file:
                for block in blocks:
                    count += block.count(b"\n")
                    file.write(block)
            return count
        docs = DocBin(store_user_data=True)
        for block in blocks:
            docs.merge(DocBin(store_user_data=True).from_bytes(block))
        docs.to_disk(draft)
        return len(docs)


@contextlib.contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """YIELDS: a name to write under; the file gets its own when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _write_lines(path: Path, field: str, predicted: Iterable[Tuple[Doc, Record]]) -> int:
    count = 0
    with path.open("wb") as file:
        for doc, record in predicted:
            file.write(_line(doc, record, field))
            count += 1
    return count


def _line(doc: Doc, record: Record, field: str) -> bytes:
    line = {**record, field: doc.text, **annotations(doc)}
    return (json.dumps(line, ensure_ascii=False) + "\n").encode("utf8", "surrogatepass")


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
