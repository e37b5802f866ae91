"""Names in a config that nobody reads: spaCy passes over them without a word."""

from __future__ import annotations

import difflib
import warnings
from typing import Any, Dict, Iterable

from spacy.schemas import ConfigSchemaTraining


def check_training_block(block: Dict[str, Any]) -> None:
    """RAISES: ValueError naming a setting of [training] that does not exist, and a similar one."""
    known = list(ConfigSchemaTraining.model_fields)
    for name in block:
        if name not in known:
            raise ValueError(f"[training] has no setting {name!r}.{_similar(name, known)}")


def warn_of_unknown_scores(weights: Dict[str, Any], scores: Iterable[str]) -> None:
    """Warn of weights for scores that no component gives: they would count as 0 for ever."""
    given = list(scores)
    for name, weight in weights.items():
        if weight and name not in given:
            warnings.warn(
                f"[training.score_weights] {name!r}: no component gives this score, so it counts "
                f"as 0.{_similar(name, given)}",
                stacklevel=2,
            )


def _similar(name: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean {found[0]!r}?" if found else ""
