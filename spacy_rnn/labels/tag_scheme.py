"""Tag schemes: spans of a sequence as one tag per token, and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Dict, Iterable, List, NamedTuple, Sequence, Tuple

import numpy as np

OUTSIDE = "O"
PREFIXES = {"biluo": "BILU", "bio": "BI"}


class Span(NamedTuple):
    """Tokens start..end (end exclusive) that bear a label."""

    start: int
    end: int
    label: str


class Legal(NamedTuple):
    """What a well-formed sequence of K tags may do.

    start, end: (K,) bool, the tags that may stand first and last.
    transitions: (K, K) bool, whether tag j may follow tag i.
    """

    start: np.ndarray
    transitions: np.ndarray
    end: np.ndarray


@dataclass(frozen=True)
class TagScheme:
    """The tags for some labels: "O", then each label's prefixes. New labels only append tags.

    name: "biluo" (Ratinov & Roth 2009) or "bio" (BIO2, Tjong Kim Sang & Veenstra 1999).
    RAISES: ValueError for another name, or for a label that stands twice.
    """

    name: str
    labels: Tuple[str, ...]

    def __post_init__(self) -> None:
        if self.name not in PREFIXES:
            raise ValueError(f"scheme must be one of {', '.join(PREFIXES)}, got {self.name!r}")
        if len(set(self.labels)) < len(self.labels):
            raise ValueError(f"labels must differ from each other, got {list(self.labels)}")

    @cached_property
    def tags(self) -> Tuple[str, ...]:
        prefixes = PREFIXES[self.name]
        return (OUTSIDE, *(f"{p}-{label}" for label in self.labels for p in prefixes))

    @cached_property
    def ids(self) -> Dict[str, int]:
        """The number of each tag."""
        return {tag: i for i, tag in enumerate(self.tags)}

    def tags_of(self, prefix: str) -> np.ndarray:
        """(number of labels,) the tag of each label with this prefix."""
        prefixes = PREFIXES[self.name]
        return 1 + len(prefixes) * np.arange(len(self.labels)) + prefixes.index(prefix)

    @cached_property
    def openings(self) -> np.ndarray:
        """(number of labels, K) bool: the tags with which an entity of each label can begin."""
        opening = np.zeros((len(self.labels), len(self.tags)), dtype=bool)
        for prefix in set(PREFIXES[self.name]) & set("BU"):
            opening[np.arange(len(self.labels)), self.tags_of(prefix)] = True
        return opening

    @cached_property
    def boundary(self) -> np.ndarray:
        """(K,) bool: the tags that open or close an entity by themselves."""
        return np.array([tag[0] in "BLU" for tag in self.tags])

    @cached_property
    def legal(self) -> Legal:
        closes = "OLU" if self.name == "biluo" else "OBI"
        first = np.array([tag[0] in "OBU" for tag in self.tags])
        last = np.array([tag[0] in closes for tag in self.tags])
        opened = np.array([tag[0] in "BI" for tag in self.tags])
        continues = np.array([tag[0] in "IL" for tag in self.tags])
        label = np.array([-1] + [i // len(PREFIXES[self.name]) for i in range(len(self.tags) - 1)])
        inside = np.outer(opened, continues) & (label[:, None] == label)
        return Legal(first, np.outer(last, first) | inside, last)

    def span_tags(self, span: Span) -> List[int]:
        """The tags of a span's tokens. RAISES: KeyError for a label without tags."""
        size, label = span.end - span.start, span.label
        if self.name == "bio":
            names = ["B"] + ["I"] * (size - 1)
        else:
            names = ["U"] if size == 1 else ["B"] + ["I"] * (size - 2) + ["L"]
        return [self.ids[f"{name}-{label}"] for name in names]

    def encode(self, spans: Iterable[Span], length: int) -> np.ndarray:
        """(length,) int64: the tags of spans that do not overlap; "O" elsewhere."""
        out = np.zeros(length, dtype="int64")
        for span in spans:
            out[span.start : span.end] = self.span_tags(span)
        return out

    def paths_with(self, span: Span, length: int) -> np.ndarray:
        """(length, K) bool: what each tag may be in the sequences that hold a span."""
        allowed = np.ones((length, len(self.tags)), dtype=bool)
        allowed[span.start : span.end] = False
        allowed[np.arange(span.start, span.end), self.span_tags(span)] = True
        if self.name == "bio" and span.end < length:
            allowed[span.end, self.ids[f"I-{span.label}"]] = False
        return allowed

    def decode(self, tags: Sequence[int]) -> List[Span]:
        """The spans of a legal sequence of tags."""
        numbers = np.asarray(tags)
        inside = np.flatnonzero(numbers)
        spans: List[Span] = []
        for i, name in zip(inside.tolist(), (self.tags[tag] for tag in numbers[inside].tolist())):
            if name[0] in "BU":
                spans.append(Span(i, i + 1, name[2:]))
            else:
                spans[-1] = Span(spans[-1].start, i + 1, name[2:])
        return spans


@lru_cache(maxsize=64)
def tag_scheme(name: str, labels: Tuple[str, ...]) -> TagScheme:
    """The scheme, with what was derived from it before."""
    return TagScheme(name, labels)
