"""Summaries that need no training: the beginning, and the best that a sentence could do."""

from pathlib import Path
from typing import Dict, Tuple

import scores
import spacy
import tasks


def run(
    system: str, task: str, corpus: Path, seed: int, budget: float
) -> Tuple[Dict[str, float], float]:
    """RETURNS: test scores, and no seconds: nothing is trained."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    docs = list(nlp.pipe(tasks.read_docs(corpus, "test", nlp)))
    references = [tasks.targets(doc, tasks.ATTRS[task]) for doc in docs]
    return scores.summaries(map(_CHOICES[system], docs, references), references), 0.0


def _first_sentence(doc, references) -> str:
    return next(doc.sents).text


def _first_10_words(doc, references) -> str:
    return " ".join(doc.text.split()[:10])


def _best_of_3_sentences(doc, references) -> str:
    """The one of the first three sentences that is closest to the reference: an upper bound."""
    sentences = [sentence.text for sentence in doc.sents][:3]
    return max(sentences, key=lambda text: scores.summaries([text], [references])["rouge1"])


_CHOICES = {
    "first-sentence": _first_sentence,
    "first-10-words": _first_10_words,
    "oracle-of-3-sentences": _best_of_3_sentences,
}
