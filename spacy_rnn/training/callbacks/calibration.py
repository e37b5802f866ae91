"""Calibrating probabilities whenever a model is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, List, Optional

from spacy.language import Language
from spacy.training import Corpus, Example

from ...pipeline.ner.calibration import LABEL_SHIFT, check_label_shift
from ...pipeline.textcat.settings import check_threshold_for


def calibrate_ner(
    component: str,
    path: Optional[Path],
    limit: int = 1000,
    label_shift: float = LABEL_SHIFT,
    threshold_for: Optional[str] = None,
) -> Callable[[Language], Language]:
    """For `[training.before_to_disk]`: fit the probabilities of an `rnn_ner` to held-out docs.

    component: its name in the pipeline.
    path: a .spacy file or a folder of them, such as the dev corpus. None: leave things as they are.
    limit: how many docs to read, 0 for all.
    label_shift: the standard deviation of the normal prior that holds back the labels' log odds;
        the more docs, the further they follow these. 0 leaves them alone. 1 if more of the docs'
        source will be read, and only the training data is of another.
    threshold_for: "ents_f", or "spans_KEY_f" for entities in a group: choose the `threshold` with
        which that score of what the component finds by itself is highest on these docs. null: leave
        it as it was set.
    RAISES: ValueError if label_shift is negative or not finite.
    """
    check_label_shift(label_shift)
    settings = {"label_shift": label_shift, "threshold_for": threshold_for}
    return _calibrate(component, path, limit, **settings)


def calibrate_textcat(
    component: str,
    path: Optional[Path],
    limit: int = 1000,
    threshold_for: Optional[str] = None,
) -> Callable[[Language], Language]:
    """For `[training.before_to_disk]`: fit the temperature of an `rnn_textcat` or
    `rnn_textcat_multilabel` on held-out docs, and the shares of the vote in an ensemble.

    component: its name in the pipeline.
    path: a .spacy file or a folder of them, such as the dev corpus. None: leave things as they are.
    limit: how many docs to read, 0 for all.
    threshold_for: "cats_micro_f" or "cats_macro_f", for `rnn_textcat_multilabel`: choose the
        `threshold` with which that score is highest on these docs. null: leave it as it is.
    RAISES: ValueError if there is no such score.
    """
    check_threshold_for(component, threshold_for, exclusive=False)
    return _calibrate(component, path, limit, threshold_for=threshold_for)


def _calibrate(
    component: str, path: Optional[Path], limit: int, **settings: object
) -> Callable[[Language], Language]:
    def calibrate(nlp: Language) -> Language:
        if path is not None:
            examples = list(Corpus(path, limit=limit)(nlp))
            nlp.get_pipe(component).calibrate(_prepared(nlp, component, examples), **settings)
        return nlp

    return calibrate


def _prepared(nlp: Language, component: str, examples: List[Example]) -> List[Example]:
    """The examples as the component meets them: after the pipes that stand before it."""
    docs = (example.predicted for example in examples)
    for name, pipe in nlp.pipeline:
        if name == component:
            break
        docs = pipe.pipe(docs) if hasattr(pipe, "pipe") else map(pipe, docs)
    return [Example(doc, example.reference) for doc, example in zip(list(docs), examples)]
