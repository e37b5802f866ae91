"""What a doc rules out before the model is asked."""

from __future__ import annotations

from typing import List, Optional, Sequence

import numpy as np
from spacy.attrs import IS_SPACE
from spacy.tokens import Doc

from ...labels.tag_scheme import TagScheme
from .entity_layers import EntityLayer


def possible_tags(
    docs: Sequence[Doc], scheme: TagScheme, respected: Optional[EntityLayer]
) -> Optional[np.ndarray]:
    """(total tokens, K) bool: what each token can be.

    Whitespace neither begins nor ends an entity, since no entity of spaCy's may. What stands in
    `respected` stays, and nothing new overlaps with it.
    RETURNS: None if every token can be anything.
    """
    space = np.concatenate([doc.to_array(IS_SPACE) for doc in docs]).astype(bool)
    taken = np.zeros_like(space)
    begin = 0
    for doc in docs:
        for span in _present(doc, respected):
            taken[begin + span.start : begin + span.end] = True
        begin += len(doc)
    if not space.any() and not taken.any():
        return None
    possible = np.ones((len(space), len(scheme.tags)), dtype=bool)
    possible[np.ix_(space, scheme.boundary)] = False
    possible[taken, 1:] = False
    return possible


def _present(doc: Doc, respected: Optional[EntityLayer]) -> List:
    if respected is None:
        return []
    entities, blocked = respected.present(doc)
    return entities + blocked
