"""`spacy rnn add` and the call behind it."""

import numpy as np
import pytest
import spacy
from spacy.training import Example

from spacy_rnn.training.transfer import add_component

TEXT = "Anna went to see Otto"


@pytest.mark.parametrize("listening", [True, False])
def test_an_added_component_predicts_as_before(command, pipeline, tmp_path, listening):
    source = pipeline("textcat", listening=listening, name="source")
    target = pipeline("ner", listening=True, name="target")
    code, output = command("add", target, source, "-o", tmp_path / "both", "--name", "topic")
    assert code == 0 and "topic" in output
    both = spacy.load(tmp_path / "both")
    assert both.pipe_names == ["tok2vec", "ner", "topic"]
    assert both(TEXT).cats == spacy.load(source)(TEXT).cats
    assert [e.text for e in both(TEXT).ents] == [e.text for e in spacy.load(target)(TEXT).ents]


def test_the_choice_among_several_is_the_users(command, pipeline, tmp_path):
    source = pipeline("textcat", "ner", name="source")
    target = pipeline(name="target")
    code, output = command("add", target, source, "-o", tmp_path / "both")
    assert code == 1 and "Choose with --component: ner, textcat" in output.replace(
        "textcat, ner", "ner, textcat"
    )
    assert command("add", target, source, "-o", tmp_path / "both", "--component", "ner")[0] == 0
    assert spacy.load(tmp_path / "both").pipe_names == ["ner"]


def test_names_that_do_not_fit_are_told(command, pipeline, tmp_path):
    source = pipeline("textcat", name="source")
    code, output = command("add", source, source, "-o", tmp_path / "both")
    assert code == 1 and "already has a component 'textcat'" in output
    code, output = command("add", source, source, "-o", tmp_path / "both", "--component", "nope")
    assert code == 1 and "There is no component 'nope'" in output
    assert not (tmp_path / "both").exists()


def static(nlp, name="textcat"):
    """A classifier that reads word vectors."""
    tok2vec = {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": True,
        "width": 16,
        "depth": 1,
        "embed_size": 50,
        "window_size": 1,
        "maxout_pieces": 2,
        "subword_features": False,
    }
    model = {"@architectures": "spacy.TextCatCNN.v2", "exclusive_classes": True, "tok2vec": tok2vec}
    pipe = nlp.add_pipe("textcat", name=name, config={"model": model})
    for label in "AB":
        pipe.add_label(label)
    nlp.initialize()
    return nlp


def ours(nlp, name="textcat"):
    """The same with our embedding."""
    embed = {
        "@architectures": "spacy-rnn.WordEmbed.v1",
        "attrs": ["SHAPE"],
        "widths": [8],
        "include_static_vectors": True,
    }
    encode = {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "width": 16}
    tok2vec = {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}
    model = {
        "@architectures": "spacy-rnn.TextCatRNN.v1",
        "exclusive_classes": True,
        "pooling": ["mean"],
        "tok2vec": tok2vec,
    }
    pipe = nlp.add_pipe("rnn_textcat", name=name, config={"model": model})
    for label in "AB":
        pipe.add_label(label)
    docs = [nlp.make_doc(TEXT)]
    docs[0].cats = {"A": 1.0, "B": 0.0}
    nlp.initialize(lambda: [Example(nlp.make_doc(TEXT), docs[0])])
    return nlp


def with_vectors(value):
    nlp = spacy.blank("en")
    for word in TEXT.split():
        nlp.vocab.set_vector(word, np.full(8, value, "float32"))
    return nlp


@pytest.mark.parametrize("static", [static, ours])
def test_vectors_come_along_or_must_be_the_same(static):
    source = static(with_vectors(1.0))
    bare = spacy.blank("en")
    add_component(bare, source, "textcat")
    assert bare(TEXT).cats == source(TEXT).cats
    alike = with_vectors(1.0)
    add_component(alike, source, "textcat")
    assert alike(TEXT).cats == source(TEXT).cats
    with pytest.raises(ValueError, match="different ones"):
        add_component(with_vectors(2.0), source, "textcat")


def test_another_language_is_warned_of():
    with pytest.warns(UserWarning, match="trained on 'en'"):
        add_component(spacy.blank("de"), static(with_vectors(1.0)), "textcat")
