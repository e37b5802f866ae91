"""Real texts of the project's own corpora, and some that hold next to nothing."""

import json
from pathlib import Path

from hypothesis import strategies as st

SAMPLE = Path(__file__).parents[2] / "assets" / "sample"


def _lines(task, count):
    lines = (SAMPLE / task / "dev.jsonl").read_text(encoding="utf8").splitlines()
    return [json.loads(line)["text"] for line in lines[:count]]


TEXTS = ["", " \n", "Rome", *_lines("ner", 20), *_lines("textcat", 10), *_lines("summarize", 10)]
# Which texts stand side by side, in which order.
BATCHES = st.lists(st.integers(0, len(TEXTS) - 1), min_size=1, max_size=8)
SIZES = st.integers(1, 9)
