"""Words that a text must not have, and words that it must begin with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Sequence

from ...decoding.search import SearchSettings
from ...labels.casing import fold
from ...labels.target_vocabulary import SourceIds, TargetVocabulary
from ...symbols import UNKNOWN


@dataclass(frozen=True)
class WordConstraints:
    """forbidden: words that no text has. first: words that every text begins with."""

    forbidden: Sequence[str] = ()
    first: Sequence[str] = ()

    def of(self, search: SearchSettings, vocabulary: TargetVocabulary) -> SearchSettings:
        """The same search under these constraints. RAISES: ValueError for a first word that the
        vocabulary cannot write."""
        if not (self.forbidden or self.first):
            return search
        known = vocabulary.target_ids(self.forbidden, SourceIds([], []))[:-1]
        forbidden = tuple(id for id in known if id != UNKNOWN)
        beginning = tuple(vocabulary.target_ids(self.first, SourceIds([], []))[:-1])
        if UNKNOWN in beginning:
            raise ValueError(
                f"first_words: the vocabulary cannot write all of {list(self.first)}. Take words "
                "that the training targets have, or raise vocabulary_size and train again."
            )
        return replace(search, forbidden=forbidden, beginning=beginning)

    def closed(self, source: SourceIds, vocabulary: TargetVocabulary) -> SourceIds:
        """The same source without what must not be copied from it."""
        if not self.forbidden:
            return source
        words = set(map(fold, self.forbidden))
        closed = {len(vocabulary) + i for i, word in enumerate(source.words) if word in words}
        ids = [UNKNOWN if id in closed else id for id in source.ids]
        return SourceIds(ids, source.words)
