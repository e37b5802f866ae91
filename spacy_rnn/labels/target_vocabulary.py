"""The words that targets are made of, and the ids that each document adds to them."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar, Dict, Iterable, List, NamedTuple, Sequence, Tuple

from ..symbols import END, UNKNOWN
from .casing import Casing, fold
from .spacing import Spacing, Token


class SourceIds(NamedTuple):
    """A source's tokens as words of its extended vocabulary.

    ids: of each token. From the vocabulary's size on they belong to this document alone.
    words: the document's own words, in the order of their ids; none where they cannot be copied.
    """

    ids: List[int]
    words: List[str]


class Written(NamedTuple):
    """A word of a target. begin, end: its ids are target[begin:end]."""

    word: str
    begin: int
    end: int


class TargetVocabulary:
    """Words by falling frequency behind the special ones, with how they are cased and spaced.

    words: without the specials, whose ids come first.
    """

    # What stands before the first unit of a word.
    BEGIN: ClassVar[str] = ""

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
        counts, casing, spacing = survey(targets)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        words = [word for word, count in ranked[:size] if count >= min_count]
        return cls(words, casing, spacing)

    def source_ids(self, forms: Sequence[str], copies: bool = True) -> SourceIds:
        """Ids of a source's tokens. forms: as they stand in the text. Blanks that targets do not
        have are unknown, so that nobody copies them. copies: whether other words can be copied."""
        own: Dict[str, int] = {}
        ids = []
        for form in forms:
            word = fold(form)
            known = self._ids.get(self.BEGIN + word)
            if known is None and copies and word.strip():
                known = own.setdefault(word, len(self) + len(own))
            ids.append(UNKNOWN if known is None else known)
        return SourceIds(ids, list(own))

    def target_ids(self, forms: Sequence[str], source: SourceIds) -> List[int]:
        """Ids of a target's tokens with the end behind them."""
        own = {word: len(self) + i for i, word in enumerate(source.words)}
        ids: List[int] = []
        for word in map(fold, forms):
            known = self._ids.get(self.BEGIN + word, own.get(word))
            ids.extend(self._spell(word) if known is None else [known])
        return ids + [END]

    def _spell(self, word: str) -> List[int]:
        """Ids of a word that neither the vocabulary nor the source has."""
        return [UNKNOWN]

    def words_of(self, ids: Sequence[int], source: SourceIds) -> List[Written]:
        """The words behind ids other than the specials."""
        return [Written(self._unit(id, source), i, i + 1) for i, id in enumerate(ids)]

    def _unit(self, id: int, source: SourceIds) -> str:
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


def survey(targets: Iterable[Sequence[Token]]) -> Tuple[Counter, Casing, Spacing]:
    """Count the words of targets, and learn how they are written."""
    targets = [tokens for tokens in targets if tokens]
    forms = [[form for form, _ in tokens] for tokens in targets]
    counts = Counter(fold(form) for target in forms for form in target)
    return counts, Casing.learn(forms), Spacing.learn(targets)
