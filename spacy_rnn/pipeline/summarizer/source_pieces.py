"""Long sources in pieces that can be read whole, and one text from those about the pieces."""

from __future__ import annotations

from math import ceil
from typing import Iterable, Iterator, List, Sequence

import numpy as np
from spacy.tokens import Doc

from .target_text import Summary

SENTENCE_ENDS = frozenset(".!?\n\u3002\uff01\uff1f\u061f\u0964")


def cut(doc: Doc, longest: int) -> List[Doc]:
    """Pieces of about the same length, cut behind the end of a sentence where there is one.

    longest: tokens of a piece at most.
    """
    if len(doc) <= longest:
        return [doc]
    pieces, start = [], 0
    while start < len(doc):
        end = _end(doc, start, longest)
        pieces.append(doc[start:end].as_doc())
        start = end
    return pieces


def _end(doc: Doc, start: int, longest: int) -> int:
    """Near where pieces of one size would end, and not in the first half of what can be read."""
    rest = len(doc) - start
    if rest <= longest:
        return len(doc)
    even = start + ceil(rest / ceil(rest / longest))
    possible = range(start + longest // 2 + 1, start + longest + 1)
    ends = [end for end in possible if doc[end - 1].text[-1] in SENTENCE_ENDS]
    return min(ends, key=lambda end: abs(end - even), default=even)


def together(docs: Iterable[Doc], tokens: int) -> Iterator[List[Doc]]:
    """Batches of docs in their order, of so many tokens at most (but always one doc)."""
    batch: List[Doc] = []
    size = 0
    for doc in docs:
        if batch and size + len(doc) > tokens:
            yield batch
            batch, size = [], 0
        batch.append(doc)
        size += len(doc)
    if batch:
        yield batch


def join(summaries: Sequence[Summary], lengths: Sequence[int]) -> Summary:
    """The texts about the pieces of one source, one after the other.

    lengths: tokens of each piece. What is said of its tokens is moved to the place of the piece.
    """
    if len(summaries) == 1:
        return summaries[0]
    words = [len(summary.words) for summary in summaries]
    attention = np.zeros((sum(words), sum(lengths)), dtype="float32")
    rows: List[int] = []
    start = 0
    for summary, length in zip(summaries, lengths):
        place = slice(len(rows), len(rows) + len(summary.words))
        attention[place, start : start + length] = summary.attention
        rows.extend(row + start if row >= 0 else -1 for row in summary.rows)
        start += length
    return Summary(
        " ".join(summary.text for summary in summaries if summary.text),
        [word for summary in summaries for word in summary.words],
        [value for summary in summaries for value in summary.log_probs],
        [share for summary in summaries for share in summary.copied],
        rows,
        attention,
        sum(summary.log_prob for summary in summaries),
    )
