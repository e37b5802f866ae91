"""The factory of the entity recognizer."""

from __future__ import annotations

from typing import Callable, Optional

from spacy.language import Language
from thinc.api import Model

from ..default_models import NER_MODEL


@Language.factory(
    "rnn_ner",
    assigns=["doc.ents", "token.ent_iob", "token.ent_type"],
    default_config={
        "model": NER_MODEL,
        "scheme": "biluo",
        "annotates": "ents",
        "overwrite": False,
        "spans_key": "",
        "threshold": 0.0,
        "p_min": 0.0,
        "incorrect_spans_key": None,
        "scorer": {"@scorers": "spacy-rnn.ner_scorer.v1"},
    },
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
def make_ner(
    nlp: Language,
    name: str,
    model: Model,
    scheme: str,
    annotates: str,
    overwrite: bool,
    spans_key: str,
    threshold: float,
    p_min: float,
    incorrect_spans_key: Optional[str],
    scorer: Optional[Callable],
):
    """Find entities that do not overlap, in `doc.ents`, and on request how probable each is.

    model: a tagger that ends in a conditional random field.
    scheme: "biluo" or "bio", how entities become one tag per token.
    annotates: "ents" to learn from and write `doc.ents`, "spans" for `doc.spans[spans_key]`, so
        that several components can find entities which overlap each other's.
    overwrite: replace the entities that `doc.ents` holds already; otherwise they stay, and the
        component fills the gaps.
    spans_key: the group of `doc.spans` that takes the entities with their probabilities in
        `attrs["scores"]`, which then also stand in `span._.confidence`. Empty: no probabilities.
    threshold: 0 writes the entities of the most probable analysis. Above 0, the entities that are
        at least as probable as this: raise it for precision, lower it for recall.
    p_min: above 0, `doc.spans[spans_key]` takes every candidate at least as probable as this.
    incorrect_spans_key: a group of a reference's `doc.spans` that holds spans known to be wrong.
    scorer: compares predictions with gold entities.
    RAISES: ValueError naming the setting.
    """
    from ..pipeline.ner.component import RecurrentNER
    from ..pipeline.ner.settings import NERSettings
    from ..safety.sealing import seal_when_saved

    settings = NERSettings(
        scheme, annotates, overwrite, spans_key, threshold, p_min, incorrect_spans_key
    )
    seal_when_saved(nlp)
    return RecurrentNER(nlp.vocab, model, name, settings=settings, scorer=scorer)
