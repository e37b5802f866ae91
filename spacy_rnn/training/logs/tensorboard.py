"""Rows as curves in TensorBoard."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Optional

from spacy.language import Language

from .row import Row
from .weights_and_biases import flat

INSTALL = (
    'training.logger.name = "tensorboard" needs one more package: '
    'pip install "spacy-rnn[tensorboard]"'
)


class TensorBoard:
    """Writes event files to `tensorboard/` beside the models.

    RAISES: ValueError if TensorBoard is not installed.
    """

    def __init__(self) -> None:
        if find_spec("tensorboard") is None:
            raise ValueError(INSTALL)
        self.writer: Any = None

    def start(self, nlp: Language, output: Optional[Path], first: Row) -> None:
        from torch.utils.tensorboard import SummaryWriter

        folder = (output or Path.cwd()) / "tensorboard"
        self.writer = SummaryWriter(str(folder), purge_step=first.step)

    def write(self, row: Row) -> None:
        for name, number in flat(row).items():
            self.writer.add_scalar(name, number, row.step)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
