"""What is found out about one component, in the form that plots and pages take."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Sequence, Tuple

from spacy.tokens import Doc

# Tokens of a long text that an example shows.
SHOWN = 90


class Plot(NamedTuple):
    """name: of its files. caption: what to look for. figure: of matplotlib."""

    name: str
    caption: str
    figure: Any


class Piece(NamedTuple):
    """A stretch of text, with the label that it bears."""

    text: str
    label: str = ""


class Line(NamedTuple):
    """One of the texts that make up an example."""

    title: str
    pieces: Sequence[Piece]


class Judged(NamedTuple):
    """An example and how well it went, from 0 to 1. weight: decides between equal scores."""

    score: float
    weight: float
    lines: Sequence[Line]


class Findings(NamedTuple):
    """measure: what `judged` is sorted by, in words."""

    component: str
    measure: str
    plots: List[Plot]
    judged: List[Judged]

    def extremes(self, size: int) -> Tuple[List[Judged], List[Judged]]:
        """RETURNS: the best examples and the worst, no example in both."""
        size = min(size, (len(self.judged) + 1) // 2)
        best = sorted(self.judged, key=lambda each: (-each.score, -each.weight))[:size]
        rest = [each for each in self.judged if not any(each is one for one in best)]
        return best, sorted(rest, key=lambda each: (each.score, -each.weight))[:size]


def f_score(right: float, predicted: float, wanted: float) -> float:
    """The harmonic mean of precision and recall; 1 if there is nothing to find, and nothing was."""
    return 2 * right / (predicted + wanted) if predicted + wanted else 1.0


def shortened(doc: Doc) -> str:
    """The beginning of a text."""
    return doc[:SHOWN].text + (" …" if len(doc) > SHOWN else "")
