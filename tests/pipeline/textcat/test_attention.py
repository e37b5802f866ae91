"""What each token weighs, kept on the Doc by the text classifiers."""

import numpy as np
import pytest
import spacy
from spacy.tokens import DocBin

from spacy_rnn.viz.texts import render_text
from tests.pipeline.textcat.test_component import FACTORIES, ORDERED, ensemble, examples, rnn


def with_attention(model, factory="rnn_textcat", attr="attention"):
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe(factory, name="cats", config={"model": model, "attention_attr": attr})
    nlp.initialize(lambda: examples(nlp))
    return nlp


@pytest.mark.parametrize("build", [rnn, ensemble])
@pytest.mark.parametrize("factory,exclusive", FACTORIES)
def test_each_head_shares_itself_out_over_the_tokens(factory, exclusive, build):
    model = build(exclusive)
    model.get("rnn_model", model)["attention_heads"] = 3
    nlp = with_attention(model, factory)
    texts = [text for text, _ in ORDERED] + ["", "red"]
    for doc in nlp.pipe(texts):
        assert doc._.attention.shape == (len(doc), 3)
        if len(doc):
            assert np.allclose(doc._.attention.sum(axis=0), 1.0, atol=1e-5)
        assert np.allclose(nlp(doc.text)._.attention, doc._.attention, atol=1e-5)


def test_attention_survives_disk_and_docs_travel_with_it(tmp_path):
    nlp = with_attention(rnn())
    nlp.to_disk(tmp_path)
    doc = nlp("red beats blue")
    assert np.allclose(spacy.load(tmp_path)("red beats blue")._.attention, doc._.attention)
    packed = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (other,) = DocBin().from_bytes(packed).get_docs(nlp.vocab)
    assert np.array_equal(other._.attention, doc._.attention)


def test_attention_is_drawn_as_reasons_are():
    nlp = with_attention(rnn())
    doc = nlp("red beats blue")
    html = render_text(doc, doc._.attention[:, 0], "attention")
    assert html.count("<mark") == 3 and "198, 40, 40" not in html


def test_without_a_name_nothing_is_kept():
    nlp = with_attention(rnn(), attr="")
    assert not nlp("red beats blue").user_data


@pytest.mark.parametrize(
    "change,attr,named",
    [({"pooling": ["mean"]}, "attention", "with attention"), ({}, "no name", "attention_attr")],
)
def test_what_cannot_be_kept_is_named(change, attr, named):
    with pytest.raises(ValueError, match=named):
        with_attention({**rnn(), **change}, attr=attr)


def test_spacys_own_models_have_no_attention_to_keep():
    bow = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": True, "ngram_size": 1}
    with pytest.raises(ValueError, match="attention_attr needs a model with attention"):
        with_attention({**bow, "length": 64, "no_output_layer": False})
