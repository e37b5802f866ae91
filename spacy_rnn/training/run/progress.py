"""How far a run has come: what the loop counts, in numbers that a checkpoint can hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Tuple


@dataclass(frozen=True)
class Progress:
    """A moment between two steps.

    steps: steps made.
    words: words seen.
    seconds: time spent, all sittings together.
    losses: what the components have lost since the last evaluation.
    results: (main score, step) of every evaluation so far.
    """

    steps: int = 0
    words: int = 0
    seconds: float = 0.0
    losses: Dict[str, float] = field(default_factory=dict)
    results: List[Tuple[float, int]] = field(default_factory=list)

    @classmethod
    def after(cls, info: Dict[str, Any], evaluated: bool) -> "Progress":
        """The progress that spaCy's `info` about a step tells of."""
        # The loop forgets the losses after an evaluation.
        losses = {} if evaluated else {name: float(x) for name, x in info["losses"].items()}
        results = [(float(score), step) for score, step in info["checkpoints"]]
        return cls(info["step"] + 1, info["words"], info["seconds"], losses, results)
