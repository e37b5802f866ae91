"""The examples that show a component its sizes."""

from __future__ import annotations

from itertools import islice
from typing import Callable, Iterable, List

from spacy.training import Example, validate_get_examples

COUNT = 10


def first_examples(get_examples: Callable[[], Iterable[Example]], method: str) -> List[Example]:
    """A few examples, checked. spaCy's own check reads the corpus to its end.

    method: the name that an error gives. RAISES: what `validate_get_examples` raises.
    """
    if not callable(get_examples):
        validate_get_examples(get_examples, method)
    found = list(islice(get_examples(), COUNT))
    validate_get_examples(lambda: found, method)
    return found
