"""The factories of text classifiers."""

from __future__ import annotations

from typing import Callable, Dict, Optional, Union

from spacy.language import Language
from thinc.api import Model

from ..default_models import textcat_model

TEXTCAT_WEIGHTS = {
    "cats_score": 1.0,
    "cats_score_desc": None,
    "cats_micro_p": None,
    "cats_micro_r": None,
    "cats_micro_f": None,
    "cats_macro_p": None,
    "cats_macro_r": None,
    "cats_macro_f": None,
    "cats_macro_auc": None,
    "cats_f_per_type": None,
    "cats_accuracy": None,
}


@Language.factory(
    "rnn_textcat",
    assigns=["doc.cats"],
    default_config={
        "model": textcat_model(exclusive=True),
        "threshold": 0.0,
        "class_weights": None,
        "focal_gamma": 0.0,
        "label_smoothing": 0.0,
        "attention_attr": "",
        "scorer": {"@scorers": "spacy-rnn.textcat_scorer.v1", "exclusive": True},
    },
    default_score_weights=TEXTCAT_WEIGHTS,
)
def make_textcat(
    nlp: Language,
    name: str,
    model: Model,
    threshold: float,
    class_weights: Union[None, str, Dict[str, float]],
    focal_gamma: float,
    label_smoothing: float,
    attention_attr: str,
    scorer: Optional[Callable],
):
    """Choose one category for each text, in `doc.cats`.

    model: a text classifier with exclusive_classes = true.
    threshold: a best category below it counts as none when scoring.
    class_weights: what a text of each label counts in training, "balanced" to make rare labels
        count as much as frequent ones, or null.
    focal_gamma: above 0, texts that are classified well already count less (Lin et al. 2017).
    label_smoothing: the share of the truth that is spread evenly over the labels.
    attention_attr: the Doc extension that keeps what each token weighs for the model's attention,
        an array (tokens, heads); empty for none.
    scorer: compares predictions with gold categories.
    """
    from ..pipeline.textcat.component import RecurrentTextCategorizer
    from ..pipeline.textcat.loss import LossSettings
    from ..safety.sealing import seal_when_saved

    loss = LossSettings(class_weights, focal_gamma, label_smoothing)
    seal_when_saved(nlp)
    return RecurrentTextCategorizer(
        nlp.vocab,
        model,
        name,
        threshold=threshold,
        loss=loss,
        attention_attr=attention_attr,
        scorer=scorer,
    )


@Language.factory(
    "rnn_textcat_multilabel",
    assigns=["doc.cats"],
    default_config={
        "model": textcat_model(exclusive=False),
        "threshold": 0.5,
        "thresholds": None,
        "class_weights": None,
        "focal_gamma": 0.0,
        "label_smoothing": 0.0,
        "attention_attr": "",
        "scorer": {"@scorers": "spacy-rnn.textcat_scorer.v1", "exclusive": False},
    },
    default_score_weights=TEXTCAT_WEIGHTS,
)
def make_textcat_multilabel(
    nlp: Language,
    name: str,
    model: Model,
    threshold: float,
    thresholds: Optional[Dict[str, float]],
    class_weights: Union[None, str, Dict[str, float]],
    focal_gamma: float,
    label_smoothing: float,
    attention_attr: str,
    scorer: Optional[Callable],
):
    """Give each text any number of categories, in `doc.cats`.

    model: a text classifier with exclusive_classes = false.
    threshold: the probability from which on a category counts as given when scoring.
    thresholds: the same for single labels, or null.
    class_weights: what a text of each label counts in training, "balanced" to make rare labels
        count as much as frequent ones, or null.
    focal_gamma: above 0, texts that are classified well already count less (Lin et al. 2017).
    label_smoothing: the share of the truth that is spread evenly over the labels.
    attention_attr: the Doc extension that keeps what each token weighs for the model's attention,
        an array (tokens, heads); empty for none.
    scorer: compares predictions with gold categories.
    """
    from ..pipeline.textcat.component import RecurrentMultiLabelTextCategorizer
    from ..pipeline.textcat.loss import LossSettings
    from ..safety.sealing import seal_when_saved

    loss = LossSettings(class_weights, focal_gamma, label_smoothing)
    seal_when_saved(nlp)
    return RecurrentMultiLabelTextCategorizer(
        nlp.vocab,
        model,
        name,
        threshold=threshold,
        thresholds=thresholds,
        loss=loss,
        attention_attr=attention_attr,
        scorer=scorer,
    )
