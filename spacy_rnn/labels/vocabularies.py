"""The kinds of target vocabularies, by the name of what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterable, Sequence

from .spacing import Token
from .subword_vocabulary import SubwordVocabulary
from .target_vocabulary import TargetVocabulary

KINDS = {"words": TargetVocabulary, "subwords": SubwordVocabulary}


@dataclass(frozen=True)
class VocabularySettings:
    """units: of `KINDS`. size, min_count: see `learn` of their classes."""

    units: str
    size: int
    min_count: int

    def learn(self, targets: Iterable[Sequence[Token]]) -> TargetVocabulary:
        """targets: tokens with whether a space follows."""
        return KINDS[self.units].learn(targets, self.size, self.min_count)


def units_of(data: Dict[str, Any]) -> str:
    """What a stored vocabulary is made of. data: of `to_dict`."""
    return "subwords" if "merges" in data else "words"


def read_vocabulary(data: Dict[str, Any]) -> TargetVocabulary:
    """The vocabulary that `to_dict` stored."""
    return KINDS[units_of(data)].from_dict(data)
