import pytest
import spacy
from spacy.tokens import Span

from spacy_rnn.annotations import declare_confidence
from spacy_rnn.viz.entities import render_entities


@pytest.fixture
def doc():
    declare_confidence()
    doc = spacy.blank("en")("<b>Anna</b> left New York & Bob")
    begin = [token.text for token in doc].index("New")
    york = Span(doc, begin, begin + 2, "A<B")
    bob = Span(doc, len(doc) - 1, len(doc), "PER")
    york._.confidence = 0.5
    doc.ents = [york, bob]
    narrow = Span(doc, york.end - 1, york.end, "LOC")
    narrow._.confidence = 0.07
    doc.spans["all"] = [york, narrow]
    return doc


def test_entities_bear_their_probability_and_those_without_bear_none(doc):
    html = render_entities(doc, jupyter=False)
    assert html.count("<mark") == 2 and html.count("0.50") == 1
    assert " 60%" in html and " 100%" in html


def test_text_and_labels_are_escaped(doc):
    for key in (None, "all"):
        html = render_entities(doc, key, jupyter=False)
        assert "<b>" not in html and "&lt;" in html
        assert "A<B" not in html and "A&lt;B" in html


def test_overlapping_candidates_are_all_drawn_in_their_colours(doc):
    html = render_entities(doc, "all", jupyter=False, colors={"loc": "#123456"})
    assert "A&lt;B\u00a00.50" in html and "LOC\u00a00.07" in html and "#123456" in html


def test_a_page_is_whole_and_a_fragment_is_not(doc):
    assert render_entities(doc, page=True, jupyter=False).startswith("<!DOCTYPE html>")
    assert "<html" not in render_entities(doc, jupyter=False)


def test_an_absent_group_is_named(doc):
    with pytest.raises(ValueError, match="no spans\\['none'\\], only \\['all'\\]"):
        render_entities(doc, "none")
