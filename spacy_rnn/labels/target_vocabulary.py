"""The words that targets are made of, and the ids that each document adds to them."""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, Iterable, List, NamedTuple, Sequence

from ..symbols import END, UNKNOWN
from .casing import Casing, fold
from .spacing import Spacing, Token


class SourceIds(NamedTuple):
    """A source's tokens as words of its extended vocabulary.

    ids: of each token. From the vocabulary's size on they belong to this document alone.
    words: the document's own words, in the order of their ids.
    """

    ids: List[int]
    words: List[str]


class TargetVocabulary:
    """Words by falling frequency behind the special ones, with how they are cased and spaced.

    words: without the specials, whose ids come first.
    """

    def __init__(self, words: Sequence[str], casing: Casing, spacing: Spacing) -> None:
        self.words = list(words)
        self.casing = casing
        self.spacing = spacing
        self._ids = {word: i + 2 for i, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words) + 2

    @classmethod
    def learn(
        cls, targets: Iterable[Sequence[Token]], size: int, min_count: int
    ) -> "TargetVocabulary":
        """targets: tokens with whether a space follows. size: words at most.
        min_count: rarer words are left out, to be copied where the source has them."""
        targets = [tokens for tokens in targets if tokens]
        forms = [[form for form, _ in tokens] for tokens in targets]
        counts = Counter(fold(form) for target in forms for form in target)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        words = [word for word, count in ranked[:size] if count >= min_count]
        return cls(words, Casing.learn(forms), Spacing.learn(targets))

    def add(self, word: str) -> None:
        """Append a word. Its id is the old length."""
        self._ids[word] = len(self)
        self.words.append(word)

    def __contains__(self, form: str) -> bool:
        return fold(form) in self._ids

    def source_ids(self, forms: Sequence[str]) -> SourceIds:
        """Ids of a source's tokens. forms: as they stand in the text."""
        own: Dict[str, int] = {}
        ids = []
        for form in forms:
            word = fold(form)
            known = self._ids.get(word)
            ids.append(own.setdefault(word, len(self) + len(own)) if known is None else known)
        return SourceIds(ids, list(own))

    def target_ids(self, forms: Sequence[str], source: SourceIds) -> List[int]:
        """Ids of a target's tokens with the end behind them. Words that neither the vocabulary nor
        the source has are unknown."""
        own = {word: len(self) + i for i, word in enumerate(source.words)}
        words = [fold(form) for form in forms]
        return [self._ids.get(w, own.get(w, UNKNOWN)) for w in words] + [END]

    def word_of(self, id: int, source: SourceIds) -> str:
        """The word behind an id other than the specials."""
        return source.words[id - len(self)] if id >= len(self) else self.words[id - 2]

    def to_dict(self) -> Dict[str, Any]:
        """All of it as JSON."""
        return {
            "words": self.words,
            "forms": self.casing.forms,
            "capital_start": self.casing.capital_start,
            "joined_before": sorted(self.spacing.before),
            "joined_after": sorted(self.spacing.after),
            "pairs": self.spacing.pairs,
        }

    @classmethod
    def from_dict(cls, data: Dict[str, Any]) -> "TargetVocabulary":
        casing = Casing(data["forms"], data["capital_start"])
        spacing = Spacing(data["joined_before"], data["joined_after"], data["pairs"])
        return cls(data["words"], casing, spacing)
