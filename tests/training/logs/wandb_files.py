"""Reads what Weights & Biases wrote without a network."""

import json
import struct
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

HEADER = 7
BLOCK = 32768
# Tenths of a second.
PATIENCE = 200


class OfflineRun(NamedTuple):
    """record: the run as W&B knows it. history: numbers by step. tables, summary: by name."""

    record: Any
    history: Dict[int, Dict[str, Any]]
    tables: Dict[str, Dict[str, Any]]
    summary: Dict[str, Any]


def read_offline_run(folder: Path) -> OfflineRun:
    run, history, summary = None, {}, {}
    (file,) = folder.glob("*.wandb")
    for kind, record in finished_records(file):
        if kind == "run":
            run = record.run
        if kind == "summary":
            summary.update({i.key: json.loads(i.value_json) for i in record.summary.update})
        if kind == "history":
            items = {
                "/".join(item.nested_key) or item.key: json.loads(item.value_json)
                for item in record.history.item
            }
            history.setdefault(items["_step"], {}).update(items)
    tables = {
        name[: -len("/path")]: json.loads((folder / "files" / path).read_text(encoding="utf8"))
        for step in history.values()
        for name, path in step.items()
        if name.endswith("/path")
    }
    return OfflineRun(run, history, tables, summary)


def finished_records(file: Path) -> List[Tuple[str, Any]]:
    """Kinds and records. `run.finish()` returns before the last of them is in the file."""
    from wandb.proto import wandb_internal_pb2

    for _ in range(PATIENCE):
        records = list(
            map(wandb_internal_pb2.Record.FromString, leveldb_records(file.read_bytes()))
        )
        found = [(record.WhichOneof("record_type"), record) for record in records]
        if "exit" in dict(found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"{file} has no end")


def leveldb_records(block: bytes) -> Iterator[bytes]:
    """The records of a LevelDB log: pieces of at most one block, the first after a header."""
    at, parts = HEADER, b""
    while at + HEADER <= len(block):
        room = BLOCK - at % BLOCK
        if room < HEADER:
            at += room
            continue
        length, kind = struct.unpack("<HB", block[at + 4 : at + HEADER])
        if not kind:
            break
        parts += block[at + HEADER : at + HEADER + length]
        at += HEADER + length
        if kind in (1, 4):
            yield parts
            parts = b""
