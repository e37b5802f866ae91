"""Precision and recall of every label."""

from __future__ import annotations

from typing import Any, NamedTuple, Sequence

from .paper import new_figure

SHOWN = 40


class LabelScore(NamedTuple):
    """precision, recall: from 0 to 1. count: how often the label is right to predict."""

    label: str
    precision: float
    recall: float
    count: int


def plot_label_scores(scores: Sequence[LabelScore]) -> Any:
    """One line per label, the most frequent on top. RETURNS: a figure."""
    shown = sorted(scores, key=lambda score: -score.count)[:SHOWN]
    figure = new_figure(7.0, 1.5 + 0.26 * max(3, len(shown)))
    axis = figure.subplots()
    places = range(len(shown))
    for place, score in zip(places, shown):
        axis.plot([score.precision, score.recall], [place, place], "-", color="0.6", zorder=1)
    axis.plot([s.precision for s in shown], places, "o", color="black", label="precision")
    recalls = [s.recall for s in shown]
    axis.plot(recalls, places, "s", color="black", markerfacecolor="white", label="recall")
    axis.set_yticks(places, [f"{score.label} ({score.count})" for score in shown], fontsize=8)
    axis.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    axis.set_xlim(-0.03, 1.03)
    axis.grid(axis="x", alpha=0.4)
    axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=8, frameon=False)
    more = len(scores) - len(shown)
    axis.set_xlabel("label (how often it occurs)" + (f"; {more} rarer ones left out" * bool(more)))
    return figure
