"""Data files that would become far larger in memory than they are on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable

import numpy as np
import srsly

from .blame import blaming
from .bounds import Bounds
from .msgpack_size import check_msgpack
from .parts import component_of

MSGPACK = ("model", "tokenizer", "key2row", "lookups.bin")
RULES = "patterns"  # msgpack of the attribute_ruler, lines of JSON of the span_ruler
JSON = ("cfg", "vectors.cfg", "meta.json", "strings.json")


def check_data(root: Path, names: Iterable[str], bounds: Bounds) -> None:
    """Look at files without building what they describe.

    RAISES: ModelFileError naming the file.
    """
    for name in names:
        with blaming(root / name, component_of(name)):
            _check(root / name, bounds)


def _check(file: Path, bounds: Bounds) -> None:
    if file.name in (*MSGPACK, RULES):
        data = file.read_bytes()
        if file.name != RULES or data[:1] >= b"\x80":
            check_msgpack(data, bounds.objects)
        if file.name == "model":
            _check_attributes(data, bounds)
    elif file.name == "vectors":
        # Mapped, not read: the shape in its head must be the size of the file.
        np.load(file, mmap_mode="r", allow_pickle=False)
    elif file.name in JSON:
        if file.stat().st_size > bounds.json_bytes:
            raise ValueError(f"it has more than {bounds.json_bytes} bytes")
        srsly.read_json(file)


def _check_attributes(data: bytes, bounds: Bounds) -> None:
    """Thinc packs the attributes of layers on their own, inside the file."""
    for attributes in srsly.msgpack_loads(data)["attrs"]:
        for value in filter(None, attributes.values()):
            check_msgpack(value, bounds.objects)
