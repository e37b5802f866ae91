"""How much two targets share, as ROUGE measures it: for a decoder that compares its own texts."""

from __future__ import annotations

from collections import Counter
from typing import Dict, Hashable, Sequence


def overlap(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """The mean F of shared words, of shared pairs of neighbours and of the longest common
    subsequence: ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004), but of all that is written, such as
    punctuation or pieces of words. RETURNS: between 0 and 1.
    """
    words = _f(_shared(first, second), len(first), len(second))
    pairs = list(zip(first, first[1:])), list(zip(second, second[1:]))
    neighbours = _f(_shared(*pairs), len(pairs[0]), len(pairs[1]))
    order = _f(_longest_common_subsequence(first, second), len(first), len(second))
    return (words + neighbours + order) / 3


def _f(shared: int, first: int, second: int) -> float:
    return 2 * shared / (first + second) if shared else 0.0


def _shared(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    return sum((Counter(first) & Counter(second)).values())


def _longest_common_subsequence(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Its length, with a row of the table in the bits of one number (Hyyro 2004)."""
    places: Dict[Hashable, int] = {}
    for i, word in enumerate(first):
        places[word] = places.get(word, 0) | 1 << i
    row = everywhere = (1 << len(first)) - 1
    for word in second:
        matches = row & places.get(word, 0)
        row = (row + matches | row - matches) & everywhere
    return len(first) - bin(row).count("1")
