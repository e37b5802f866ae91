"""What the rows of a result file say about one figure, and how a table is written."""

from __future__ import annotations

from statistics import mean, stdev
from typing import Any, Dict, List, NamedTuple, Sequence

Rows = Sequence[Dict[str, Any]]
OURS = "spacy-rnn"


class Figure(NamedTuple):
    """A corpus, the metric by which systems are compared on it, and what a table calls them."""

    title: str
    task: str
    corpus: str
    metric: str

    def values(self, rows: Rows, system: str) -> List[float]:
        """RETURNS: one for each seed."""
        wanted = (self.task, self.corpus, self.metric, system)
        keys = ("task", "corpus", "metric", "system")
        return [row["value"] for row in rows if tuple(row[key] for key in keys) == wanted]

    def score(self, rows: Rows, system: str) -> str:
        """The mean over the seeds, with its standard deviation where there are several."""
        values = self.values(rows, system)
        spread = f" ± {stdev(values):.1f}" if len(values) > 1 else ""
        return f"{mean(values):.1f}{spread}"

    def cost(self, rows: Rows, system: str) -> str:
        """CPU seconds of training, the mean over the seeds."""
        return f"{mean(self._replace(metric='train_cpu').values(rows, system)):.0f}"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """RETURNS: a Markdown table."""
    written = [_line(head), "|---" * len(head) + "|", *map(_line, lines)]
    return "\n".join(written) + "\n"


def _line(cells: Sequence[str]) -> str:
    # An empty cell has one blank, as Markdown formatters have it.
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"
