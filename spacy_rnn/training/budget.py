"""How long to train, from the size of the corpus: the same config suits a small and a large one."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from spacy.tokens import DocBin
from spacy.util import ensure_path


def steps_for_epochs(
    path: Optional[str], epochs: float, batch_words: int, at_least: int, at_most: int
) -> int:
    """Steps that read the training texts so many times. For `[training.max_steps]`, which schedules
    can then refer to as `${training.max_steps}`.

    path: the training texts, a .spacy file or a folder of them. Without one it is `at_least`.
    epochs: how often each text is read.
    batch_words: words of one step, as the batcher counts them.
    at_least, at_most: bounds, for very small and very large corpora.
    RAISES: ValueError naming the setting.
    """
    if epochs <= 0 or batch_words < 1 or not 1 <= at_least <= at_most:
        raise ValueError(
            "training.max_steps needs epochs > 0, batch_words >= 1 and 1 <= at_least <= at_most, "
            f"got epochs = {epochs}, batch_words = {batch_words}, at_least = {at_least}, "
            f"at_most = {at_most}"
        )
    words = 0 if path is None else _count_words(ensure_path(path))
    return max(at_least, min(at_most, round(epochs * words / batch_words)))


def _count_words(path: Path) -> int:
    """Words of all .spacy files there. What cannot be read is left to the reader's own errors."""
    files = sorted(path.rglob("*.spacy")) if path.is_dir() else [path]
    return sum(_words_in(file) for file in files if file.is_file() and file.suffix == ".spacy")


def _words_in(file: Path) -> int:
    return sum(len(tokens) for tokens in DocBin().from_disk(file).tokens)
