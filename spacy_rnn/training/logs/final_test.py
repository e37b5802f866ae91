"""What the best model makes of the test corpus, for the programs that compare runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence

from spacy import util
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Corpus

from ..data.predictions import predict

SHOWN = 50


class LabelScore(NamedTuple):
    """One label's line in a table."""

    score: str
    label: str
    precision: float
    recall: float
    f_score: float


class Shown(NamedTuple):
    """A text with what people and the pipeline say about it."""

    text: str
    gold: str
    predicted: str


class FinalTest(NamedTuple):
    """scores: single numbers, without those of the tokenizer. examples: the first texts."""

    scores: Dict[str, float]
    labels: List[LabelScore]
    examples: List[Shown]


def evaluate_best_model(output: Path, corpus: Path) -> FinalTest:
    """Evaluate model-best, or model-last if no evaluation was the best.

    output: the directory of the models. corpus: .spacy files.
    RAISES: ValueError if there is no model.
    """
    folders = [output / name for name in ("model-best", "model-last")]
    trained = next((folder for folder in folders if folder.exists()), None)
    if trained is None:
        raise ValueError(f"{output} has no model to test.")
    nlp = util.load_model(trained)
    examples, scores = predict(nlp, Corpus(corpus)(nlp))
    attrs = written_attributes(nlp)
    return FinalTest(
        _numbers(scores),
        _label_scores(scores),
        [
            Shown(e.text, describe(e.reference, attrs), describe(e.predicted, attrs))
            for e in examples[:SHOWN]
        ],
    )


def written_attributes(nlp: Language) -> List[str]:
    """The names of `doc._.<name>` in which components of the pipeline write texts."""
    return [pipe.attr for _, pipe in nlp.pipeline if isinstance(getattr(pipe, "attr", None), str)]


def describe(doc: Doc, attrs: Sequence[str] = ()) -> str:
    """A doc's annotations on one line: entities, categories, texts in `doc._`."""
    parts = [f"{ent.text} [{ent.label_}]" for ent in doc.ents]
    parts += [label for label, value in doc.cats.items() if value >= 0.5]
    texts = (doc._.get(attr) or doc.user_data.get(attr) for attr in attrs)
    return "; ".join(parts + [text for text in texts if text])


def _numbers(scores: Dict[str, Any]) -> Dict[str, float]:
    found = {name: value for name, value in scores.items() if isinstance(value, (int, float))}
    return {name: float(value) for name, value in found.items() if not name.startswith("token_")}


def _label_scores(scores: Dict[str, Any]) -> List[LabelScore]:
    tables = {name: table for name, table in scores.items() if name.endswith("_per_type") and table}
    return [
        LabelScore(name, label, *(float(each.get(key) or 0.0) for key in "prf"))
        for name, table in tables.items()
        for label, each in table.items()
        if isinstance(each, dict)
    ]
