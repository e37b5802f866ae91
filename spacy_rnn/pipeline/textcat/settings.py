"""The settings of text classifiers, checked against their models."""

from __future__ import annotations

from typing import Optional

from thinc.api import Model

from .decision import SCORES


def check_model(name: str, model: Model, exclusive: bool) -> None:
    """RAISES: ValueError if the model was made for the other kind of component."""
    if model.attrs.get("multi_label") is exclusive:
        kinds = ("rnn_textcat_multilabel", "rnn_textcat")
        right, wrong = kinds[exclusive], kinds[not exclusive]
        raise ValueError(
            f"components.{name}.model.exclusive_classes must be {str(exclusive).lower()} for the "
            f"factory '{right}'. Use '{wrong}' otherwise."
        )


def check_threshold(name: str, setting: str, threshold: float) -> None:
    """RAISES: ValueError if it is no probability."""
    if not 0.0 <= threshold <= 1.0:
        raise ValueError(f"components.{name}.{setting} must be between 0 and 1, got {threshold}")


def check_threshold_for(name: str, score: Optional[str], exclusive: bool) -> None:
    """RAISES: ValueError if there is no such score, or nothing that a threshold decides."""
    if score is not None and score not in SCORES:
        raise ValueError(
            f"threshold_for must be one of {', '.join(SCORES)}, or null, got {score!r}"
        )
    if score is not None and exclusive:
        raise ValueError(
            f"threshold_for must be null for '{name}', an 'rnn_textcat': it chooses the most "
            "probable category. Use 'rnn_textcat_multilabel' for texts with several."
        )


def check_attention(name: str, attr: str, model: Model) -> None:
    """RAISES: ValueError if `attention_attr` is no name, or the model has no attention."""
    if not attr:
        return
    if not attr.isidentifier():
        raise ValueError(
            f"components.{name}.attention_attr must be empty, or a name such as attention, "
            f"got {attr!r}"
        )
    heads = model.maybe_get_ref("classifier")
    if heads is None or not heads.attrs.get("attention_heads"):
        raise ValueError(
            f"components.{name}.attention_attr needs a model with attention: "
            'spacy-rnn.TextCatRNN.v1, alone or in an ensemble, with "attention" in its pooling'
        )
