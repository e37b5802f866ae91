"""Texts shaded by their explanations."""

import pytest
import spacy
from spacy.tokens import Doc

from spacy_rnn.viz.texts import render_text

VOCAB = spacy.blank("en").vocab


def test_words_and_labels_are_escaped():
    html = render_text(Doc(VOCAB, words=["<b>", "&"]), [1.0, -1.0], "<i>")
    assert "&lt;b&gt;" in html and "&amp;" in html and "&lt;i&gt;" in html
    assert "<b>" not in html and "<i>" not in html


def test_the_strongest_token_is_shaded_fully_and_the_sign_chooses_the_colour():
    html = render_text(Doc(VOCAB, words=["good", "bad"]), [0.2, -0.1], "praise")
    assert "rgba(46, 125, 50, 1.00)" in html and "rgba(198, 40, 40, 0.50)" in html


def test_only_a_page_is_a_document():
    doc = Doc(VOCAB, words=["good"])
    assert "<html" in render_text(doc, [0.0], "praise", page=True)
    assert "<html" not in render_text(doc, [0.0], "praise")


def test_each_token_needs_a_value():
    with pytest.raises(ValueError, match="values"):
        render_text(Doc(VOCAB, words=["good"]), [], "praise")
