"""What can be found out about a component that writes texts."""

from __future__ import annotations

from collections import Counter
from typing import Any, List, NamedTuple, Optional, Sequence

from spacy.tokens import Doc
from spacy.training import Example

from ..pipeline.summarizer.target_text import gold_target
from ..viz.attention import plot_attention
from ..viz.lengths import plot_lengths
from .findings import Findings, Judged, Line, Piece, Plot, f_score, shortened

# Tokens of a source whose attention can still be read.
LEGIBLE = 60


class Written(NamedTuple):
    """One source with both texts, and the words of these."""

    doc: Doc
    gold: str
    text: str
    gold_words: List[str]
    words: List[str]

    @property
    def score(self) -> float:
        """How many words the texts share, ROUGE-1 without stemming."""
        shared = Counter(map(str.lower, self.gold_words)) & Counter(map(str.lower, self.words))
        return f_score(shared.total(), len(self.words), len(self.gold_words))


def find_out(name: str, pipe: Any, examples: Sequence[Example]) -> Findings:
    """pipe: `rnn_summarizer`. examples: with predictions."""
    pairs = [_written(pipe, example) for example in examples]
    texts = [pair for pair in pairs if pair is not None]
    if not texts:
        return Findings(name, "", [], [])
    lengths = ([len(t.gold_words) for t in texts], [len(t.words) for t in texts])
    plots = [Plot("lengths", "Whether texts are as long as people's.", plot_lengths(*lengths))]
    plots += _attention(pipe, texts)
    judged = [_judged(text) for text in texts]
    return Findings(name, "words shared with the gold text (F-score)", plots, judged)


def _written(pipe: Any, example: Example) -> Optional[Written]:
    gold = gold_target(example.reference, pipe.attr)
    if gold is None:
        return None
    text = example.predicted._.get(pipe.attr) or ""
    words = ([token.text for token in pipe.tokenizer(each)] for each in (gold, text))
    return Written(example.predicted, gold, text, *words)


def _attention(pipe: Any, texts: Sequence[Written]) -> List[Plot]:
    """Of the text in the middle of those that can be drawn: neither a lucky one nor a failure."""
    short = [text for text in texts if 0 < len(text.doc) <= LEGIBLE and text.words]
    if not short:
        return []
    doc = sorted(short, key=lambda text: text.score)[len(short) // 2].doc
    summary = pipe.predict([doc])[0]
    if not summary.words:
        return []
    read = [token.text for token in doc][: summary.attention.shape[1]]
    caption = "Where it looked for each word, in a text of middling quality."
    plot = plot_attention(summary.attention, summary.words, read)
    return [Plot("attention", caption, plot)]


def _judged(text: Written) -> Judged:
    lines = [
        Line("text", [Piece(shortened(text.doc))]),
        Line("gold", [Piece(text.gold)]),
        Line("written", [Piece(text.text or "(nothing)")]),
    ]
    return Judged(text.score, len(text.gold_words), lines)
