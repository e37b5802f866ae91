"""Targets in subwords: frequent words whole, the others spelled in pieces (Sennrich et al. 2016).

A piece never crosses from one word into the next, so words are cased and spaced as they are in a
vocabulary of words, and a source's word can be copied whole instead of being spelled.
"""

from __future__ import annotations

import json
from itertools import repeat
from typing import Any, ClassVar, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from ..symbols import UNKNOWN
from .casing import Casing
from .spacing import Spacing, Token
from .target_vocabulary import SourceIds, TargetVocabulary, Written, survey

# The name of characters that training has not seen, within the tokenizers library.
NO_PIECE = "<unk>"


class SubwordVocabulary(TargetVocabulary):
    """words: pieces; those that begin a word begin with `BEGIN`.
    merges: the pairs of pieces that become one, in the order in which they do."""

    BEGIN: ClassVar[str] = "\u2581"

    def __init__(
        self,
        words: Sequence[str],
        casing: Casing,
        spacing: Spacing,
        merges: Sequence[Sequence[str]],
    ) -> None:
        super().__init__(words, casing, spacing)
        self.merges = [tuple(pair) for pair in merges]
        self._speller: Optional[Any] = None

    @classmethod
    def learn(
        cls, targets: Iterable[Sequence[Token]], size: int, min_count: int
    ) -> "SubwordVocabulary":
        """size: pieces at most, but never less than there are characters.
        min_count: pairs of pieces that are rarer stay two."""
        counts, casing, spacing = survey(targets)
        words = (repeat(cls.BEGIN + word, counts[word]) for word in sorted(counts))
        pieces, merges = _byte_pairs(map(list, words), size, min_count)
        return cls(pieces, casing, spacing, merges)

    def _spell(self, word: str) -> List[int]:
        if self._speller is None:
            self._speller = _speller(self.words, self.merges)
        pieces = self._speller.encode(self.BEGIN + word).tokens
        return [self._ids.get(piece, UNKNOWN) for piece in pieces]

    def words_of(self, ids: Sequence[int], source: SourceIds) -> List[Written]:
        """Pieces joined to words. A copied word is a whole one."""
        found: List[Written] = []
        for i, id in enumerate(ids):
            unit = self._unit(id, source)
            begins = id >= len(self) or unit.startswith(self.BEGIN)
            if begins or not found:
                word = unit if id >= len(self) else unit.removeprefix(self.BEGIN)
                found.append(Written(word, i, i + 1))
            else:
                found[-1] = Written(found[-1].word + unit, found[-1].begin, i + 1)
        return [written for written in found if written.word]

    def to_dict(self) -> Dict[str, Any]:
        return {**super().to_dict(), "merges": self.merges}

    @classmethod
    def from_dict(cls, data: Dict[str, Any]) -> "SubwordVocabulary":
        words = TargetVocabulary.from_dict(data)
        return cls(words.words, words.casing, words.spacing, data["merges"])


def _byte_pairs(
    words: Iterator[List[str]], size: int, min_count: int
) -> Tuple[List[str], List[List[str]]]:
    """RETURNS: pieces, and the merges that make them of characters."""
    tokenizers = _library()
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token=NO_PIECE))
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=size + 1,
        min_frequency=min_count,
        special_tokens=[NO_PIECE],
        show_progress=False,
    )
    tokenizer.train_from_iterator(words, trainer)
    learned = json.loads(tokenizer.to_str())["model"]
    ranked = sorted(learned["vocab"], key=learned["vocab"].__getitem__)
    return [piece for piece in ranked if piece != NO_PIECE], learned["merges"]


def _speller(pieces: Sequence[str], merges: Sequence[Tuple[str, ...]]) -> Any:
    tokenizers = _library()
    ids = {piece: i for i, piece in enumerate([NO_PIECE, *pieces])}
    model = tokenizers.models.BPE(ids, list(merges), unk_token=NO_PIECE, fuse_unk=True)
    return tokenizers.Tokenizer(model)


def _library() -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise ImportError(
            "Training on subwords needs a package: pip install 'spacy-rnn[subwords]', or set "
            'target_units = "words".'
        ) from error
    return tokenizers
