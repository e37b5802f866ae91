"""Where each word of a summary comes from."""

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from spacy_rnn.pipeline.summarizer.origins import read_origins
from tests.pipeline.summarizer.pipelines import PAIRS, pair


@pytest.fixture
def nlp(summarizer):
    return summarizer


def test_each_word_says_where_it_comes_from(nlp):
    doc = nlp(pair("Zoe", "Quince", 4711)[0])
    origins = read_origins(doc, "origins")
    at = origins.words.index("Quince")
    assert doc[int(origins.rows[at])].text == "Quince" and origins.copied[at] > 0.9
    assert 0.0 < origins.probabilities[at] <= 1.0
    assert origins.attention.shape == (len(origins.words), len(doc))
    assert origins.attention[at].argmax() == origins.rows[at]
    assert origins.attention.sum(axis=1) == pytest.approx(1.0, abs=0.01)


def test_origins_are_those_of_the_text_alone(nlp):
    texts = [PAIRS[0][0], PAIRS[7][0], "boat " * 40]
    for doc in nlp.pipe(texts):
        alone = read_origins(nlp(doc.text), "origins")
        assert read_origins(doc, "origins").attention == pytest.approx(alone.attention, abs=1e-3)


def test_origins_travel_in_a_docbin_and_in_bytes(nlp):
    doc = nlp(PAIRS[0][0])
    data = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    others = [
        next(DocBin().from_bytes(data).get_docs(nlp.vocab)),
        Doc(nlp.vocab).from_bytes(doc.to_bytes()),
    ]
    for other in others:
        ours, theirs = read_origins(doc, "origins"), read_origins(other, "origins")
        assert theirs.words == ours.words
        for stored, made in zip(theirs[1:], ours[1:]):
            assert (stored == made).all()


def test_origins_that_nobody_wanted_are_named():
    with pytest.raises(ValueError, match="origins_attr"):
        read_origins(spacy.blank("en")("A boat."), "origins")
