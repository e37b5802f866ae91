"""From which probability on a span is an entity."""

from __future__ import annotations

from ..confidence_scores import Judged
from ..threshold import best_threshold


def check_threshold_for(score: str, prefix: str) -> None:
    """prefix: of the component's scores. RAISES: ValueError if `threshold_for` is no F-score."""
    if score != f"{prefix}_f":
        raise ValueError(f"threshold_for must be '{prefix}_f' or null, got {score!r}")


def threshold_of_spans(judged: Judged, otherwise: float) -> float:
    """The threshold at which the F-score of spans is highest.

    judged: spans that do not overlap, the more probable one where two would. A higher threshold
        leaves out the less probable of them, and lets in no other.
    RETURNS: `otherwise` if none of them is right.
    """
    if not judged.correct.any():
        return otherwise

    def f_score(at: float) -> float:
        found = judged.probabilities >= at
        return 2.0 * int(judged.correct[found].sum()) / (int(found.sum()) + judged.present)

    return best_threshold(f_score)
