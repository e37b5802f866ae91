"""Labels that a config or a caller gives to `initialize`."""

from __future__ import annotations

from typing import Any

from ..labels.vocabularies import read_vocabulary


def check_labels(name: str, labels: Any) -> None:
    """name: of the component. labels: None for those of the training data.

    RAISES: ValueError naming the setting if they are no list of names.
    """
    is_list = isinstance(labels, (list, tuple))
    if labels is None or (is_list and all(isinstance(label, str) and label for label in labels)):
        return
    raise ValueError(
        f"[initialize.components.{name}.labels] must be a list of names, got {repr(labels)[:200]}. "
        '`spacy init labels` writes such a list, and @readers = "spacy.read_labels.v1" reads it.'
    )


def check_vocabulary(name: str, data: Any) -> None:
    """name: of the component. data: as `to_dict` of a vocabulary gives it, or None.

    RAISES: ValueError naming the setting if it is something else.
    """
    try:
        if data is not None:
            read_vocabulary(data)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"[initialize.components.{name}.labels] must be a vocabulary as `spacy init labels` "
            f"writes it, got {repr(data)[:200]}"
        ) from error
