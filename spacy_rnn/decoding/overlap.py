"""How much two targets share, as ROUGE measures it: for a decoder that compares its own texts."""

from __future__ import annotations

from collections import Counter
from typing import Hashable, Sequence


def overlap(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """The mean F of shared words, of shared pairs of neighbours and of the longest common
    subsequence: ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004). RETURNS: between 0 and 1.
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
    lengths = [0] * (len(second) + 1)
    for word in first:
        # lengths[j] of the row before, which its own row overwrites.
        diagonal = 0
        for j, other in enumerate(second):
            above = lengths[j + 1]
            lengths[j + 1] = diagonal + 1 if word == other else max(above, lengths[j])
            diagonal = above
    return lengths[-1]
