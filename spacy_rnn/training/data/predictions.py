"""Examples with what a pipeline says about them, and the scores of that."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, NamedTuple

from spacy.language import Language
from spacy.scorer import Scorer
from spacy.training import Example


class Predictions(NamedTuple):
    """scores: as `nlp.evaluate` gives them, without the speed."""

    examples: List[Example]
    scores: Dict[str, Any]


def predict(nlp: Language, examples: Iterable[Example]) -> Predictions:
    """Run the pipeline over examples. `nlp.evaluate` does the same and forgets the predictions."""
    given = list(examples)
    docs = nlp.pipe(example.predicted for example in given)
    found = [Example(doc, example.reference) for doc, example in zip(docs, given)]
    return Predictions(found, Scorer(nlp).score(found))
