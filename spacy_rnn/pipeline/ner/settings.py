"""The settings of `rnn_ner`, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ...labels.tag_scheme import TagScheme
from .entity_layers import entity_layer


@dataclass(frozen=True)
class NERSettings:
    """What the config says; `spacy_rnn.factories.make_ner` explains each setting.

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
