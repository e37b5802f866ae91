"""How long to train, from the size of the corpus: the same config suits a small and a large one."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional

from spacy.tokens import DocBin
from spacy.util import ensure_path


def steps_for_epochs(
    path: Optional[str],
    epochs: float,
    batch_size: int,
    count: str = "words",
    at_least: int = 1,
    at_most: int = 1_000_000,
    multiple_of: int = 1,
) -> int:
    """Steps that read the training texts so many times. For `[training.max_steps]`, which schedules
    can then refer to as `${training.max_steps}`.

    path: the training texts, a .spacy file or a folder of them. Without one it is `at_least`.
    epochs: how often each text is read.
    batch_size: words or texts of one step, as the batcher counts them.
    count: "words" or "texts", what `batch_size` means.
    at_least, at_most: bounds, for very small and very large corpora.
    multiple_of: round up to a multiple of this. With `${training.eval_frequency}` the last step,
        where the learning rate is lowest, is evaluated too.
    RAISES: ValueError naming the setting.
    """
    if count not in COUNTS:
        raise ValueError(f"max_steps.count must be one of {', '.join(COUNTS)}, got {count!r}")
    if epochs <= 0 or min(batch_size, multiple_of) < 1 or not 1 <= at_least <= at_most:
        raise ValueError(
            "training.max_steps needs epochs > 0, batch_size >= 1, multiple_of >= 1 and "
            f"1 <= at_least <= at_most, got epochs = {epochs}, batch_size = {batch_size}, "
            f"multiple_of = {multiple_of}, at_least = {at_least}, at_most = {at_most}"
        )
    size = 0 if path is None else _size(ensure_path(path), COUNTS[count])
    steps = max(at_least, min(at_most, round(epochs * size / batch_size)))
    return -(-steps // multiple_of) * multiple_of


def _size(path: Path, of_docs: Callable[[DocBin], int]) -> int:
    """The size of all .spacy files there. What cannot be read is left to the reader's errors.

    RAISES: ValueError if there is nothing at the path.
    """
    if not path.exists():
        raise ValueError(
            f"There is no corpus at {path}. Convert one first, or name another with --paths.train."
        )
    files = sorted(path.rglob("*.spacy")) if path.is_dir() else [path]
    readable = [file for file in files if file.is_file() and file.suffix == ".spacy"]
    return sum(of_docs(DocBin().from_disk(file)) for file in readable)


def _words(docs: DocBin) -> int:
    return sum(len(tokens) for tokens in docs.tokens)


COUNTS = {"words": _words, "texts": len}
