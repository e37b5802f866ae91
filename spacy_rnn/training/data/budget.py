"""How long to train, from the size of the corpus: the same config suits a small and a large one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Callable, Iterator, NamedTuple, Optional

from spacy.tokens import DocBin
from spacy.util import ensure_path

from .records import records_of, text_of

# About what a tokenizer makes of a text, without the time that it takes: Chinese and Japanese
# characters alone, punctuation alone but inside of a word, and what is left between spaces.
ALONE = (
    r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"!-/:-@\[-`{-~\xa1-\xbf\u2010-\u205e\u3001-\u303f\uff01-\uff0f"
)
TOKEN = re.compile(rf"[^\s{ALONE}]+(?:[.,'\u2019][^\s{ALONE}]+)*|[{ALONE}]")


def steps_for_epochs(
    path: Optional[str],
    epochs: float,
    batch_size: int,
    count: str = "words",
    at_least: int = 1,
    at_most: int = 1_000_000,
    multiple_of: int = 1,
    json_field: Optional[str] = None,
) -> int:
    """Steps that read the training texts so many times. For `[training.max_steps]`, which schedules
    can then refer to as `${training.max_steps}`.

    path: the training texts, a file or a folder of files. Without one it is `at_least`.
    epochs: how often each text is read.
    batch_size: words or texts of one step, as the batcher counts them.
    count: "words" or "texts", what `batch_size` means.
    at_least, at_most: bounds, for very small and very large corpora.
    multiple_of: round up to a multiple of this. With `${training.eval_frequency}` the last step,
        where the learning rate is lowest, is evaluated too.
    json_field: that has the text in the lines of .jsonl files; null where the reader takes .spacy
        files only, which are counted alone then.
    RAISES: ValueError naming the setting, or the line that has no such text.
    """
    if count not in COUNTS:
        raise ValueError(f"max_steps.count must be one of {', '.join(COUNTS)}, got {count!r}")
    if epochs <= 0 or min(batch_size, multiple_of) < 1 or not 1 <= at_least <= at_most:
        raise ValueError(
            "training.max_steps needs epochs > 0, batch_size >= 1, multiple_of >= 1 and "
            f"1 <= at_least <= at_most, got epochs = {epochs}, batch_size = {batch_size}, "
            f"multiple_of = {multiple_of}, at_least = {at_least}, at_most = {at_most}"
        )
    size = 0 if path is None else _size(ensure_path(path), COUNTS[count], json_field)
    steps = max(at_least, min(at_most, round(epochs * size / batch_size)))
    return -(-steps // multiple_of) * multiple_of


class Count(NamedTuple):
    """How a size is measured, in either format."""

    of_docs: Callable[[DocBin], int]
    of_text: Callable[[str], int]


COUNTS = {
    "words": Count(
        lambda docs: sum(len(tokens) for tokens in docs.tokens),
        lambda text: sum(1 for _ in TOKEN.finditer(text)),
    ),
    "texts": Count(len, lambda text: 1),
}


def _size(path: Path, count: Count, json_field: Optional[str]) -> int:
    """The size of all files there. What cannot be read is left to the reader's errors.

    RAISES: ValueError if there is nothing at the path.
    """
    if not path.exists():
        raise ValueError(
            f"There is no corpus at {path}. Convert one first, or name another with --paths.train."
        )
    size = 0
    for file in path.rglob("*") if path.is_dir() else [path]:
        if file.is_file() and file.suffix == ".spacy":
            size += count.of_docs(DocBin().from_disk(file))
        elif file.is_file() and file.suffix == ".jsonl" and json_field:
            size += sum(map(count.of_text, _texts(file, json_field)))
    return size


def _texts(file: Path, field: str) -> Iterator[str]:
    for place, record in records_of(file):
        try:
            yield text_of(record, field, place)
        except ValueError as error:
            raise ValueError(f"training.max_steps.json_field is {field!r}. {error}") from error
