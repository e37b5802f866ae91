"""Labels that a config or a caller gives to `initialize`."""

from __future__ import annotations

from typing import Any, Iterable, List, Optional

from ..labels.vocabularies import read_vocabulary


def names_of(component: str, labels: Any) -> Optional[List[str]]:
    """Labels as a list: a config hands them on as an iterator. None for those of the training data.

    RAISES: ValueError naming the setting if they are no names.
    """
    if labels is None:
        return None
    is_list = isinstance(labels, Iterable) and not isinstance(labels, (str, dict))
    names = list(labels) if is_list else [labels]
    if is_list and all(isinstance(name, str) and name for name in names):
        return names
    raise ValueError(
        f"[initialize.components.{component}.labels] must be a list of names, got "
        f"{repr(names)[:200]}. `spacy init labels` writes such a list, and "
        '@readers = "spacy.read_labels.v1" reads it.'
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
