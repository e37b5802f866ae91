"""Batches of similar length, in random order."""

from __future__ import annotations

import random
from functools import partial
from itertools import islice, repeat
from typing import Callable, Iterable, Iterator, List, Optional, Sequence, Sized, TypeVar, Union

ItemT = TypeVar("ItemT")


def batch_by_length(
    size: Union[int, Sequence[int]],
    buffer: int = 2048,
    discard_oversize: bool = False,
    get_length: Optional[Callable[[ItemT], int]] = None,
) -> Callable[[Iterable[ItemT]], Iterator[List[ItemT]]]:
    """A batcher that puts texts of similar length together and shuffles the batches.

    Little is padded then, and yet no epoch goes from short to long. The order depends on
    Python's random state alone, so `[training] seed` repeats it exactly.

    size: words in a batch, at most; a text longer than that makes a batch of its own. A number,
        or a schedule that gives one for each batch.
    buffer: texts that are sorted together. More: less padding, less chance.
    discard_oversize: leave out texts longer than `size`.
    get_length: the length of a text; its number of words if not given.
    """
    if buffer < 1:
        raise ValueError(f"batcher.buffer must be at least 1, got {buffer}")
    if isinstance(size, int) and size < 1:
        raise ValueError(f"batcher.size must be at least 1 word, got {size}")
    # A schedule goes on from epoch to epoch, as it does in spaCy's batchers.
    sizes = repeat(size) if isinstance(size, int) else iter(size)
    return partial(
        _batches,
        sizes=sizes,
        buffer=buffer,
        discard_oversize=discard_oversize,
        get_length=get_length or len,
    )


def capped_length(most: int) -> Callable[[Sized], int]:
    """A batcher's `get_length`, with which batches of long texts hold more words: a classifier
    learns from texts, and a handful of them make a poor step.

    most: a text of more words counts as so many.
    """
    if most < 1:
        raise ValueError(f"batcher.get_length.most must be at least 1 word, got {most}")
    return partial(_capped, most=most)


def _capped(text: Sized, most: int) -> int:
    return min(len(text), most)


def _batches(
    items: Iterable[ItemT],
    sizes: Iterator[int],
    buffer: int,
    discard_oversize: bool,
    get_length: Callable[[ItemT], int],
) -> Iterator[List[ItemT]]:
    items = iter(items)
    while chunk := list(islice(items, buffer)):
        batches = list(_cut(sorted(chunk, key=get_length), sizes, discard_oversize, get_length))
        random.shuffle(batches)
        yield from batches


def _cut(
    items: List[ItemT],
    sizes: Iterator[int],
    discard_oversize: bool,
    get_length: Callable[[ItemT], int],
) -> Iterator[List[ItemT]]:
    """Cut items in ascending length into batches of at most `next(sizes)` words."""
    size = next(sizes)
    batch: List[ItemT] = []
    words = 0
    for item in items:
        length = get_length(item)
        if discard_oversize and length > size:
            continue
        if batch and words + length > size:
            yield batch
            batch, words, size = [], 0, next(sizes)
        batch.append(item)
        words += length
    if batch:
        yield batch
