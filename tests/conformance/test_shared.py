"""Three heads on one encoder: one pipeline, in every state of its life."""

import copy
import pickle

import pytest
import spacy
from spacy.tokens import DocBin
from spacy.training import Example

LISTENERS = {
    "ner": ["model.tok2vec"],
    "textcat": ["model.rnn_model.tok2vec"],
    "summarizer": ["model.tok2vec"],
}


@pytest.fixture(scope="module")
def nlp(shared):
    return spacy.load(shared)


@pytest.fixture(scope="module")
def texts(trained, nlp):
    path = trained / "corpus" / "sample" / "shared" / "test" / "summarize.spacy"
    return [doc.text for doc in DocBin().from_disk(path).get_docs(nlp.vocab)][:12]


def said(doc):
    """What all three heads say, and their scores."""
    ents = [(ent.start, ent.end, ent.label_) for ent in doc.ents]
    return ents, doc._.summary, pytest.approx(doc.cats, abs=1e-5)


def assert_same(docs, others):
    for doc, other in zip(docs, others):
        ents, summary, cats = said(doc)
        assert [(ent.start, ent.end, ent.label_) for ent in other.ents] == ents
        assert other._.summary == summary and other.cats == cats


def test_it_has_all_three_heads(nlp):
    assert nlp.pipe_names == ["tok2vec", "ner", "textcat", "summarizer"]


@pytest.mark.parametrize("size", [2, 5, 12])
def test_a_text_is_read_the_same_in_any_batch(nlp, texts, size):
    assert_same([nlp(text) for text in texts], nlp.pipe(texts, batch_size=size))


def test_two_processes_say_the_same_as_one(nlp, texts):
    assert_same(nlp.pipe(texts), nlp.pipe(texts, n_process=2, batch_size=4))


@pytest.mark.parametrize(
    "remake",
    [
        lambda nlp: pickle.loads(pickle.dumps(nlp)),
        copy.deepcopy,
        lambda nlp: spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes()),
    ],
    ids=["pickle", "deepcopy", "bytes"],
)
def test_it_survives(nlp, texts, remake):
    assert_same(nlp.pipe(texts), remake(nlp).pipe(texts))


def test_heads_work_with_an_encoder_of_their_own(shared, nlp, texts):
    alone = spacy.load(shared)
    for name, listeners in LISTENERS.items():
        alone.replace_listeners("tok2vec", name, listeners)
    alone.remove_pipe("tok2vec")
    assert_same(nlp.pipe(texts), alone.pipe(texts))


@pytest.mark.parametrize("name", LISTENERS)
def test_a_head_without_its_encoder_is_an_error_not_silence(nlp, texts, name):
    other = spacy.blank("en")
    other.add_pipe(name, source=nlp)
    with pytest.raises(ValueError, match="listens to the vectors of 'tok2vec'"):
        other(texts[0])


@pytest.mark.parametrize("text", ["", " ", "\n\n", "a", "\u200d" * 9, "🤖 " * 50, "x" * 5000])
def test_odd_texts_pass_through(nlp, text):
    doc = nlp(text)
    assert isinstance(doc._.summary, str) and set(doc.cats) == set(nlp.get_pipe("textcat").labels)


@pytest.mark.parametrize("text", ["", " ", "\n\n \t"])
def test_nothing_is_written_about_a_text_without_words(nlp, text):
    doc = nlp(text)
    assert doc._.summary == "" and not doc.ents


def test_it_learns_on_after_loading(shared, texts):
    nlp = spacy.load(shared)
    example = Example.from_dict(nlp.make_doc("Amber Holt left."), {"entities": [(0, 10, "PERSON")]})
    optimizer = nlp.resume_training()
    first = nlp.update([example], sgd=optimizer)["ner"]
    for _ in range(5):
        last = nlp.update([example], sgd=optimizer)["ner"]
    assert last < first
