"""Which of many texts are read together, so that memory is bounded whatever the batch."""

from __future__ import annotations

from typing import Callable, Iterator, List, Sequence, Tuple, TypeVar

TextT = TypeVar("TextT", bound=Sequence)
# With so many, one text more brings no speed; its vectors only take room.
TOKENS_AT_ONCE = 65_536


def groups_of_texts(
    texts: Sequence[TextT], is_long: Callable[[TextT], bool]
) -> Iterator[Tuple[List[TextT], bool]]:
    """Consecutive texts, of at most TOKENS_AT_ONCE tokens together or one only; long ones alone.

    YIELDS: texts, and whether they are a long one.
    """
    group: List[TextT] = []
    tokens = 0
    for text in texts:
        long = is_long(text)
        if group and (long or tokens + len(text) > TOKENS_AT_ONCE):
            yield group, False
            group, tokens = [], 0
        if long:
            yield [text], True
        else:
            group.append(text)
            tokens += len(text)
    if group:
        yield group, False
