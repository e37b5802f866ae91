"""Targets as text: read from gold Docs, and put together from the words that a search found."""

from __future__ import annotations

from typing import List, NamedTuple, Optional

from spacy.tokens import Doc

from ..decoding.ranking import Hypothesis
from ..labels.target_vocabulary import SourceIds, TargetVocabulary
from ..layers.seq2seq import Provenance

SENTENCE_ENDS = frozenset(".!?:\n")


class Summary(NamedTuple):
    """A written text with its words.

    log_probs: of each word, and last of the end. copied: the share of copying in each word's
    probability. rows: the source token of each word, -1 for none.
    """

    text: str
    words: List[str]
    log_probs: List[float]
    copied: List[float]
    rows: List[int]


def gold_target(doc: Doc, attr: str) -> Optional[str]:
    """The target of a gold Doc, in `doc._.<attr>` or in `doc.user_data`; None if there is none."""
    target = doc._.get(attr) or doc.user_data.get(attr)
    return target if target and target.strip() else None


def put_together(
    vocabulary: TargetVocabulary, doc: Doc, source: SourceIds, found: Hypothesis, origin: Provenance
) -> Summary:
    """A text as a person would type it. A copied word keeps the form that it has in the source."""
    words = [vocabulary.word_of(id, source) for id in found.words]
    kept = [
        row if share > 0.5 or id >= len(vocabulary) else -1
        for id, share, row in zip(found.words, origin.copied, origin.rows)
    ]
    forms = [
        "" if _is_capital_by_place(doc, row, word) else doc[row].text if row >= 0 else ""
        for word, row in zip(words, kept)
    ]
    cased = vocabulary.casing.write(words, forms)
    text = vocabulary.spacing.join(cased, kept, [bool(token.whitespace_) for token in doc])
    return Summary(text, cased, found.log_probs, origin.copied, origin.rows)


def _is_capital_by_place(doc: Doc, row: int, word: str) -> bool:
    """Whether a source token may be capital only because it begins a sentence."""
    if row < 0 or doc[row].text == word:
        return False
    return row == 0 or doc[row - 1].text[-1] in SENTENCE_ENDS or doc[row - 1].is_quote
