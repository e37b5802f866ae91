"""Rows as a table on the screen, with a bar under it that fills on the way to the next row."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Dict, Optional

from spacy.language import Language

from .row import Row

WIDEST = 13
BAR = 30


class Table:
    """Like the table of spaCy, with speed, learning rate, gradient norm and time left.

    stdout: where the table goes. stderr: where steps are counted, if it is a terminal.
    """

    def __init__(self, stdout: IO, stderr: IO) -> None:
        self.stdout = stdout
        self.stderr = stderr if stderr.isatty() else None
        self.widths: Dict[str, int] = {}
        self.steps = 0
        self.eval_frequency = 0

    def start(self, nlp: Language, output: Optional[Path], first: Row) -> None:
        self.eval_frequency = nlp.config["training"]["eval_frequency"]
        cells = _cells(first)
        self.widths = {title: max(len(title), len(cell), 6) for title, cell in cells.items()}
        self._print({title: title for title in cells})
        self._print({title: "-" * self.widths[title] for title in cells})

    def write(self, row: Row) -> None:
        self.steps = 0
        if self.stderr:
            self.stderr.write("\r\x1b[K")
        self._print(_cells(row))

    def tick(self) -> None:
        """Count one step."""
        self.steps += 1
        if self.stderr:
            self.stderr.write("\r" + bar(self.steps, self.eval_frequency))
            self.stderr.flush()

    def close(self) -> None:
        if self.stderr:
            self.stderr.write("\r\x1b[K")

    def _print(self, cells: Dict[str, str]) -> None:
        line = "  ".join(cell.rjust(self.widths[title]) for title, cell in cells.items())
        self.stdout.write(line + "\n")
        self.stdout.flush()


def _cells(row: Row) -> Dict[str, str]:
    losses = {f"LOSS {_short(name, 5)}": f"{loss:.2f}" for name, loss in row.losses.items()}
    scores = {
        _short(name): f"{score:.0f}" if name == "speed" else f"{100 * score:.2f}"
        for name, score in row.scores.items()
    }
    return {
        "E": str(row.epoch),
        "#": str(row.step),
        **losses,
        **scores,
        "SCORE": f"{row.score:.4f}",
        "WORDS/S": _or_dash(row.words_per_second, ",.0f"),
        "RATE": _or_dash(row.learn_rate, ".2e"),
        "NORM": _or_dash(row.grad_norm, ".2f"),
        "LEFT": "-" if row.seconds_left is None else clock(row.seconds_left),
    }


def _short(name: str, taken: int = 0) -> str:
    room = WIDEST - taken
    return (name if len(name) <= room else name[: room - 2] + "..").upper()


def _or_dash(number: Optional[float], style: str) -> str:
    return "-" if number is None else format(number, style)


def bar(done: int, total: int) -> str:
    """How much of the way to the next row is done, as a bar and in numbers."""
    filled = min(BAR, BAR * done // max(1, total))
    return f"[{'=' * filled}{' ' * (BAR - filled)}] {done}/{total} steps to the next row"


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss, or as m:ss below an hour."""
    minutes, rest = divmod(int(round(max(0.0, seconds))), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
