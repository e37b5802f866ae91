"""From decodable Docs to texts about them: search, and what there is to say of each word."""

from __future__ import annotations

from typing import List, Sequence

from spacy.tokens import Doc

from ...decoding.ranking import Hypothesis
from ...decoding.search import SearchSettings
from ...labels.target_vocabulary import SourceIds, TargetVocabulary
from ...layers.decodable import Decodable
from ...layers.provenance import trace
from ...layers.writing import write
from .target_text import Summary, put_together

# What is written about a source without words.
EMPTY = Hypothesis([], [], 0.0)


def write_texts(
    vocabulary: TargetVocabulary,
    decodables: Sequence[Decodable],
    docs: Sequence[Doc],
    sources: Sequence[SourceIds],
    search: SearchSettings,
) -> List[List[Summary]]:
    """The best texts about each doc, best first, but only "" about one without words.

    decodables: made of these docs. sources: their words.
    """
    ids = [source.ids for source in sources]
    found = [
        best if best and _has_words(doc) else [EMPTY]
        for doc, best in zip(docs, write(decodables, ids, search))
    ]
    texts: List[List[Summary]] = [[] for _ in docs]
    for rank in range(max(map(len, found), default=0)):
        ranked = [best[rank] if rank < len(best) else EMPTY for best in found]
        origins = trace(decodables, ids, ranked)
        for i, best in enumerate(found):
            if rank < len(best):
                made = put_together(vocabulary, docs[i], sources[i], ranked[i], origins[i])
                texts[i].append(made)
    return texts


def _has_words(doc: Doc) -> bool:
    return not all(token.is_space for token in doc)
