"""Factories and default configs. Imported by every `spacy.blank()`: kept light."""

from __future__ import annotations

from typing import Callable, Dict, Optional, Union

from spacy.language import Language
from thinc.api import Model

from .default_models import NER_MODEL, SUMMARIZER_MODEL, textcat_model


@Language.factory(
    "rnn_summarizer",
    default_config={
        "model": SUMMARIZER_MODEL,
        "attr": "summary",
        "origins_attr": "",
        "long_sources": "lead",
        "target_units": "words",
        "vocabulary_size": 10000,
        "min_count": 2,
        "beam_width": 4,
        "length_penalty": 1.0,
        "length_penalty_kind": "average",
        "coverage_penalty": 0.0,
        "min_length": 1,
        "max_length": 60,
        "min_ratio": 0.0,
        "max_ratio": 0.0,
        "no_repeat_ngram": 3,
        "temperature": 0.0,
        "top_k": 0,
        "top_p": 1.0,
        "sampling_seed": 0,
        "label_smoothing": 0.1,
        "coverage_loss": 0.0,
        "scorer": {"@scorers": "spacy-rnn.summary_scorer.v1"},
    },
    default_score_weights={"rouge1": 0.34, "rouge2": 0.33, "rougel": 0.33},
)
def make_summarizer(
    nlp: Language,
    name: str,
    model: Model,
    attr: str,
    origins_attr: str,
    long_sources: str,
    target_units: str,
    vocabulary_size: int,
    min_count: int,
    beam_width: int,
    length_penalty: float,
    length_penalty_kind: str,
    coverage_penalty: float,
    min_length: int,
    max_length: int,
    min_ratio: float,
    max_ratio: float,
    no_repeat_ngram: int,
    temperature: float,
    top_k: int,
    top_p: float,
    sampling_seed: int,
    label_smoothing: float,
    coverage_loss: float,
    scorer: Optional[Callable],
):
    """Write a text about each Doc into `doc._.<attr>`: a summary, a title, a translation.

    model: an encoder-decoder.
    attr: the extension's name.
    origins_attr: the extension that keeps each word's probability, source token and attention, read
        with `read_origins`; empty for none.
    long_sources: of a source longer than the model's max_source_length, "lead" reads the first
        tokens; "chunked" reads all of it in pieces, writes about each, and joins these texts.
    target_units: "words", where a word that training seldom saw can only be copied, or "subwords",
        in which any word can be spelled; a source's words are copied whole in either.
    vocabulary_size: words or subwords that can be written without being copied.
    min_count: rarer words of the training targets, or pairs of subwords, are left out.
    beam_width: hypotheses per document; 1 is greedy search.
    length_penalty: exponent of the length that scores are divided by; higher for longer texts.
    length_penalty_kind: "average" or "gnmt".
    coverage_penalty: weight of source words that were not looked at, in ranking.
    min_length, max_length: words of a text, or subwords.
    min_ratio, max_ratio: the same as a share of the source's length; 0 for no such bound.
    no_repeat_ngram: no sequence of so many words stands twice; 0 allows it.
    temperature: 0 searches for the best text. Above 0 words are drawn by their probability, and
        beam_width must be 1; below 1 likely words are drawn more often than that.
    top_k: draw among so many of the likeliest words, 0 for all.
    top_p: draw among the likeliest words that together are this probable.
    sampling_seed: another one draws another text; the same one repeats it.
    label_smoothing: weight of the uniform distribution in the loss.
    coverage_loss: weight of looking at the same place again, in the loss.
    scorer: compares predictions with gold targets.
    RAISES: ValueError naming the setting.
    """
    from .labels.vocabularies import VocabularySettings
    from .nn.losses import LossSettings
    from .pipeline.summarizer import Summarizer
    from .pipeline.summarizer_settings import check_summarizer, search_settings
    from .safety.sealing import seal_when_saved

    check_summarizer(
        name,
        attr,
        origins_attr,
        long_sources,
        target_units,
        vocabulary_size,
        min_count,
        label_smoothing,
        coverage_loss,
    )
    seal_when_saved(nlp)
    return Summarizer(
        nlp.vocab,
        model,
        name,
        tokenizer=nlp.tokenizer,
        attr=attr,
        origins_attr=origins_attr,
        long_sources=long_sources,
        words=VocabularySettings(target_units, vocabulary_size, min_count),
        search=search_settings(
            name,
            beam_width,
            (length_penalty, length_penalty_kind, coverage_penalty),
            (min_length, max_length, min_ratio, max_ratio),
            no_repeat_ngram,
            (temperature, top_k, top_p, sampling_seed),
        ),
        loss=LossSettings(label_smoothing, coverage_loss),
        scorer=scorer,
    )


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
    from .pipeline.textcat import RecurrentTextCategorizer
    from .pipeline.textcat_loss import LossSettings
    from .safety.sealing import seal_when_saved

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
    from .pipeline.textcat import RecurrentMultiLabelTextCategorizer
    from .pipeline.textcat_loss import LossSettings
    from .safety.sealing import seal_when_saved

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
    from .pipeline.ner import RecurrentNER
    from .pipeline.ner_settings import NERSettings
    from .safety.sealing import seal_when_saved

    settings = NERSettings(
        scheme, annotates, overwrite, spans_key, threshold, p_min, incorrect_spans_key
    )
    seal_when_saved(nlp)
    return RecurrentNER(nlp.vocab, model, name, settings=settings, scorer=scorer)
