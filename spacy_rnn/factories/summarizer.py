"""The factory of the component that writes texts."""

from __future__ import annotations

from typing import Callable, List, Optional

from spacy.language import Language
from thinc.api import Model

from ..default_models import SUMMARIZER_MODEL


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
        "consensus": 0.0,
        "min_length": 1,
        "max_length": 60,
        "min_ratio": 0.0,
        "max_ratio": 0.0,
        "no_repeat_ngram": 3,
        "forbidden_words": [],
        "first_words": [],
        "temperature": 0.0,
        "top_k": 0,
        "top_p": 1.0,
        "sampling_seed": 0,
        "label_smoothing": 0.1,
        "coverage_loss": 0.0,
        "scheduled_sampling": 0.0,
        "risk_loss": 0.0,
        "risk_candidates": 6,
        "risk_sharpness": 10.0,
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
    consensus: float,
    min_length: int,
    max_length: int,
    min_ratio: float,
    max_ratio: float,
    no_repeat_ngram: int,
    forbidden_words: List[str],
    first_words: List[str],
    temperature: float,
    top_k: int,
    top_p: float,
    sampling_seed: int,
    label_smoothing: float,
    coverage_loss: float,
    scheduled_sampling: float,
    risk_loss: float,
    risk_candidates: int,
    risk_sharpness: float,
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
    consensus: above 0, of the beam's texts the one that shares most with the others is taken, where
        each weighs exp(consensus * score); 10 is good for titles. Greedy search and sampling have
        one text and do without.
    min_length, max_length: words of a text, or subwords.
    min_ratio, max_ratio: the same as a share of the source's length; 0 for no such bound.
    no_repeat_ngram: no sequence of so many words stands twice; 0 allows it.
    forbidden_words: no text has them; only with target_units = "words".
    first_words: every text begins with them.
    temperature: 0 searches for the best text. Above 0 words are drawn by their probability, and
        beam_width must be 1; below 1 likely words are drawn more often than that.
    top_k: draw among so many of the likeliest words, 0 for all.
    top_p: draw among the likeliest words that together are this probable.
    sampling_seed: another one draws another text; the same one repeats it.
    label_smoothing: weight of the uniform distribution in the loss.
    coverage_loss: weight of looking at the same place again, in the loss; of use with
        `coverage = true` in the model.
    scheduled_sampling: how likely training reads the word that the decoder would have written,
        instead of the right one.
    risk_loss: weight of what the texts that the decoder would write now do not share with the gold
        one, as ROUGE counts it. Training then searches too and takes three to four times as long:
        best for a last part of it, by `schedule_loss`.
    risk_candidates: texts of a beam search of that width whose errors are weighed.
    risk_sharpness: a text weighs exp(risk_sharpness * mean log-probability of its words).
    scorer: compares predictions with gold targets.
    RAISES: ValueError naming the setting.
    """
    from ..labels.vocabularies import VocabularySettings
    from ..nn.losses import LossSettings
    from ..pipeline.summarizer.component import Summarizer
    from ..pipeline.summarizer.settings import check_summarizer, search_settings
    from ..pipeline.summarizer.word_constraints import WordConstraints
    from ..safety.sealing import seal_when_saved

    check_summarizer(
        name,
        attr,
        origins_attr,
        long_sources,
        target_units,
        vocabulary_size,
        min_count,
        forbidden_words,
        label_smoothing,
        coverage_loss,
        scheduled_sampling,
        risk_loss,
        risk_candidates,
        risk_sharpness,
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
            consensus,
            (min_length, max_length, min_ratio, max_ratio),
            no_repeat_ngram,
            (temperature, top_k, top_p, sampling_seed),
        ),
        constraints=WordConstraints(forbidden_words, first_words),
        loss=LossSettings(
            label_smoothing, coverage_loss, scheduled_sampling, risk_loss, risk_sharpness
        ),
        candidates=risk_candidates,
        scorer=scorer,
    )
