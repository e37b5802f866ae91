"""The share of a summary that stands in its source."""

import spacy
from spacy.training import Example

from spacy_rnn.annotations import declare_target
from spacy_rnn.pipeline.summarizer.grounding import grounded_words
from spacy_rnn.pipeline.summarizer.scorer import make_summary_scorer


def test_stop_words_do_not_count_and_case_does_not_matter():
    doc = spacy.blank("en").make_doc("Ada bought the red boat.")
    assert grounded_words("The Boat of ADA is blue.", doc) == (2, 3)


def scored(written):
    nlp = spacy.blank("en")
    declare_target("summary")
    example = Example.from_dict(nlp.make_doc("Ada bought a boat."), {})
    example.reference._.summary = "Ada buys boat"
    example.predicted._.summary = written
    return make_summary_scorer(["grounded"])([example], attr="summary")


def test_the_scorer_reports_it():
    assert scored("Ada sells boat") == {"grounded": 2 / 3}


def test_an_empty_summary_scores_zero_and_no_gold_none():
    assert scored("") == {"grounded": 0.0}
    assert make_summary_scorer(["grounded"])([], attr="summary") == {"grounded": None}
