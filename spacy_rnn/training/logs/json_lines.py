"""Rows as lines of JSON beside the models: what plots are made of."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Optional

from spacy.language import Language

from .row import Row

LOG_FILE = "log.jsonl"


class JsonLines:
    """Writes `log.jsonl`. A continued run drops the lines that it is about to write again."""

    def __init__(self) -> None:
        self.path: Optional[Path] = None

    def start(self, nlp: Language, output: Optional[Path], first: Row) -> None:
        if output is None:
            return
        output.mkdir(parents=True, exist_ok=True)
        self.path = output / LOG_FILE
        kept = [line for line in _lines(self.path) if json.loads(line)["step"] < first.step]
        draft = self.path.with_suffix(".draft")
        draft.write_text("".join(kept), encoding="utf8")
        os.replace(draft, self.path)

    def write(self, row: Row) -> None:
        if self.path is not None:
            with self.path.open("a", encoding="utf8") as file:
                file.write(json.dumps(asdict(row)) + "\n")

    def close(self) -> None:
        self.path = None


def _lines(path: Path) -> list:
    """The complete lines: a kill may have cut the last one short."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf8").splitlines(keepends=True)
    return [line for line in lines if line.endswith("\n")]
