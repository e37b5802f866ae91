"""The settings of `rnn_ner`, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..labels.tag_scheme import TagScheme
from .entity_layers import entity_layer


@dataclass(frozen=True)
class NERSettings:
    """What the config says.

    scheme: "biluo" or "bio", how entities become one tag per token.
    annotates: "ents" to learn from and write `doc.ents`, "spans" for `doc.spans[spans_key]`, so
        that several components can find entities which overlap each other's.
    overwrite: replace the entities that `doc.ents` holds already; otherwise they stay, and the
        component fills the gaps.
    spans_key: the group of `doc.spans` that takes the entities with their probabilities in
        `attrs["scores"]`, which then also stand in `span._.confidence`. Empty: no probabilities.
    threshold: 0 writes the entities of the most probable analysis. Above 0, the entities that are
        at least as probable as this: raise it for precision, lower it for recall.
    p_min: above 0, `doc.spans[spans_key]` takes every candidate at least as probable as this.
    incorrect_spans_key: a group of a reference's `doc.spans` that holds spans known to be wrong.
    RAISES: ValueError naming the setting.
    """

    scheme: str = "biluo"
    annotates: str = "ents"
    overwrite: bool = False
    spans_key: str = ""
    threshold: float = 0.0
    p_min: float = 0.0
    incorrect_spans_key: Optional[str] = None

    def __post_init__(self) -> None:
        TagScheme(self.scheme, ())
        entity_layer(self.annotates, self.spans_key)
        for name in ("threshold", "p_min"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"{name} must be between 0 and 1, got {value}")
        if self.p_min > 0.0 and not self.spans_key:
            raise ValueError("p_min needs a spans_key: the group of doc.spans for the candidates")
