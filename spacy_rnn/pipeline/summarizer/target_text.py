"""Targets as text: read from gold Docs, and put together from the words that a search found."""

from __future__ import annotations

from typing import Callable, Iterable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from spacy.attrs import SPACY
from spacy.tokens import Doc

from ...decoding.ranking import Hypothesis
from ...labels.spacing import Token
from ...labels.target_vocabulary import SourceIds, TargetVocabulary, Written
from ...layers.provenance import Provenance

SENTENCE_ENDS = frozenset(".!?:\n")


class Summary(NamedTuple):
    """A written text with its words.

    log_probs: of each word. copied: the share of copying in each word's probability.
    rows: the source token of each word, -1 for none. attention: (words, source tokens).
    log_prob: of the whole text, its end included.
    """

    text: str
    words: List[str]
    log_probs: List[float]
    copied: List[float]
    rows: List[int]
    attention: np.ndarray
    log_prob: float


def gold_target(doc: Doc, attr: str) -> Optional[str]:
    """The target of a gold Doc, in `doc._.<attr>` or in `doc.user_data`; None if there is none.

    RAISES: ValueError if it is something other than text.
    """
    target = doc._.get(attr) or doc.user_data.get(attr)
    if target and not isinstance(target, str):
        raise ValueError(
            f"doc._.{attr} must be text, got {target!r} beside the text {doc.text[:60]!r}"
        )
    return target if target and target.strip() else None


def target_tokens(
    golds: Iterable[Doc], attr: str, tokenizer: Callable[[str], Doc], component: str
) -> List[List[Token]]:
    """The tokens of gold targets, where there are any, with whether a space follows.

    component: whose targets these are. RAISES: ValueError if there are none at all.
    """
    targets = filter(None, (gold_target(gold, attr) for gold in golds))
    tokens = [[(t.text, bool(t.whitespace_)) for t in tokenizer(target)] for target in targets]
    if not tokens:
        raise ValueError(
            f"No example has a target for [components.{component}]: doc._.{attr} is empty "
            'everywhere. Read the corpus with @readers = "spacy-rnn.SummaryCorpus.v1", or save '
            f"it with DocBin(store_user_data=True) after setting doc._.{attr}."
        )
    return tokens


def put_together(
    vocabulary: TargetVocabulary, doc: Doc, source: SourceIds, found: Hypothesis, origin: Provenance
) -> Summary:
    """A text as a person would type it. A copied word keeps the form that it has in the source."""
    written = vocabulary.words_of(found.words, source)
    words = [each.word for each in written]
    log_probs, origin = _of_words(written, found, origin)
    kept = [row if share > 0.5 else -1 for share, row in zip(origin.copied, origin.rows)]
    forms = [
        "" if _is_capital_by_place(doc, row, word) else doc[row].text if row >= 0 else ""
        for word, row in zip(words, kept)
    ]
    cased = vocabulary.casing.write(words, forms)
    text = vocabulary.spacing.join(cased, kept, doc.to_array([SPACY]).ravel())
    return Summary(text, cased, log_probs, *origin, sum(found.log_probs))


def _of_words(
    written: Sequence[Written], found: Hypothesis, origin: Provenance
) -> Tuple[List[float], Provenance]:
    """Log-probability and origin of each word. A word spelled in pieces is not copied."""
    log_probs = [sum(found.log_probs[each.begin : each.end]) for each in written]
    whole = [each.end - each.begin == 1 for each in written]
    copied = [origin.copied[each.begin] if one else 0.0 for each, one in zip(written, whole)]
    rows = [origin.rows[each.begin] if one else -1 for each, one in zip(written, whole)]
    attention = origin.attention
    if len(written) < len(attention):
        means = [attention[each.begin : each.end].mean(axis=0) for each in written]
        attention = np.array(means, dtype="float32").reshape(len(means), attention.shape[1])
    return log_probs, Provenance(copied, rows, attention)


def _is_capital_by_place(doc: Doc, row: int, word: str) -> bool:
    """Whether a source token may be capital only because it begins a sentence."""
    if row < 0 or doc[row].text == word:
        return False
    return row == 0 or doc[row - 1].text[-1] in SENTENCE_ENDS or doc[row - 1].is_quote
