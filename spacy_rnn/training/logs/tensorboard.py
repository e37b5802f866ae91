"""Rows as curves in TensorBoard."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Iterable, Optional, Sequence

from spacy.language import Language

from .final_test import FinalTest, LabelScore, Shown
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

    def write_test(self, test: FinalTest, step: int) -> None:
        """Scores as numbers, labels and examples as tables among the texts."""
        for name, value in test.scores.items():
            self.writer.add_scalar(f"test/{name}", value, step)
        self.writer.add_text("test/labels", _markdown(LabelScore._fields, test.labels), step)
        self.writer.add_text("test/examples", _markdown(Shown._fields, test.examples), step)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


def _markdown(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [titles, ["---"] * len(titles), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    text = f"{value:.4f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
