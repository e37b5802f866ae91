"""A summarizer that spells words it has not learned whole."""

import pytest
import spacy

from spacy_rnn.pipeline.summarizer.origins import read_origins
from tests.pipeline.summarizer.pipelines import MODEL, blank, examples, pair, train

FEW = {"target_units": "subwords", "vocabulary_size": 20, "min_count": 2}


@pytest.fixture
def nlp(spelling):
    return spelling


def test_names_are_copied_whole_and_texts_read_well(nlp):
    text, summary = pair("Zoe", "Quince", 4711)
    doc = nlp(text)
    assert doc._.summary == summary
    origins = read_origins(doc, "origins")
    at = origins.words.index("Quince")
    assert doc[int(origins.rows[at])].text == "Quince" and origins.copied[at] > 0.9


def test_the_pieces_travel_with_the_pipeline(nlp, tmp_path):
    text, summary = pair("Zoe", "Quince", 4711)
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert again(text)._.summary == nlp(text)._.summary
    data = examples(again, [(text, "Zoe sails unsinkably")])
    assert again.update(data)["summarizer"] > 0.0


def test_without_copying_words_are_spelled():
    nlp = blank(model={**MODEL, "copy": False}, **FEW)
    data = examples(nlp, [("boats sail", "unsinkable boats"), ("a ship", "sinkable ships")] * 4)
    nlp.initialize(lambda: data)
    assert "\u2581unsinkable" not in nlp.get_pipe("summarizer").vocabulary.words
    train(nlp, data, 60)
    doc = nlp("boats sail")
    assert doc._.summary == "unsinkable boats"


def test_spelled_words_have_one_probability_and_one_row_of_attention():
    nlp = blank(origins_attr="origins", label_smoothing=0.0, **FEW)
    data = examples(nlp, [("it sails", "unsinkable boats"), ("it sank", "sinkable ships")] * 4)
    nlp.initialize(lambda: data)
    train(nlp, data, 60)
    origins = read_origins(nlp("it sails"), "origins")
    assert origins.words == ["unsinkable", "boats"] and list(origins.rows) == [-1, -1]
    assert origins.attention.shape == (2, 2)
    assert origins.attention.sum(axis=1) == pytest.approx(1.0, abs=0.01)
    assert (origins.probabilities > 0.3).all() and (origins.copied == 0.0).all()


def test_labels_of_the_other_kind_are_refused(nlp):
    labels = nlp.get_pipe("summarizer").label_data
    other = blank()
    with pytest.raises(ValueError, match="target_units"):
        other.get_pipe("summarizer").initialize(
            lambda: examples(other, [("a", "b")]), nlp=other, labels=labels
        )
