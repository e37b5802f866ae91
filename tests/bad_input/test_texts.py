"""Every component reads every text, alone and among others, with the same answer."""

import copy
import time

import numpy as np
import pytest
import spacy

from tests.bad_input.texts import NO_TEXTS, TEXTS
from tests.conftest import MODELS, SETTINGS, gold
from tests.memory import counts_memory, growth_of_the_peak


def answer(name, doc):
    if name == "rnn_ner":
        return [(entity.start, entity.end, entity.label_) for entity in doc.ents]
    return doc.cats if name == "rnn_textcat" else doc._.summary


def check(nlp, name, text):
    """A text alone, and between two others."""
    pipe = nlp.get_pipe(name)
    alone, among = nlp.make_doc(text), nlp.make_doc(text)
    pipe(alone)
    list(pipe.pipe([nlp.make_doc("Anna saw Bob"), among, nlp.make_doc("")]))
    if name == "rnn_textcat":
        values = list(alone.cats.values())
        assert np.isfinite(values).all()
        assert sum(values) == pytest.approx(1.0 if len(alone) else 0.0, abs=1e-5)
        assert values == pytest.approx(list(among.cats.values()), abs=1e-5)
    else:
        assert answer(name, alone) == answer(name, among)
    for entity in alone.ents:
        assert not entity[0].is_space and not entity[-1].is_space
    if name == "rnn_summarizer" and not text.strip():
        assert alone._.summary == ""


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", MODELS)
def test_it_is_read_as_it_is_among_others(tiny, name, text):
    check(tiny, name, TEXTS[text])


@pytest.mark.parametrize("name", MODELS)
def test_a_token_of_half_a_million_characters_is_read(tiny, name):
    check(tiny, name, "a" * 500_000)


@pytest.fixture(scope="module")
def wide():
    """A pipeline of the width of the shipped ones. What it says does not matter here."""
    nlp = spacy.blank("en")
    for name, model in copy.deepcopy(MODELS).items():
        model["tok2vec"]["encode"]["width"] = 256
        nlp.add_pipe(name, config={"model": model, **SETTINGS[name]})
    examples = gold(nlp)
    nlp.initialize(lambda: examples)
    return nlp


@pytest.mark.slow
@counts_memory
@pytest.mark.parametrize("name", MODELS)
def test_a_million_tokens_are_read(wide, name, record_property):
    doc = wide.make_doc("Anna saw Bob in Paris " * 1000)
    doc = doc.from_docs([doc] * 200)
    assert len(doc) == 1_000_000
    begin = time.process_time()
    megabytes = growth_of_the_peak(lambda: wide.get_pipe(name)(doc))
    seconds = time.process_time() - begin
    record_property("seconds", seconds)
    record_property("megabytes", megabytes)
    assert seconds < 60 and megabytes < 1024
    if name == "rnn_textcat":
        assert sum(doc.cats.values()) == pytest.approx(1.0, abs=1e-4)
    else:
        assert answer(name, doc) is not None


@pytest.mark.parametrize("text", NO_TEXTS)
@pytest.mark.parametrize("name", MODELS)
def test_half_a_character_is_refused_and_costs_only_its_text(tiny, name, text):
    with tiny.select_pipes(enable=[name]):
        with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
            tiny(NO_TEXTS[text])
        assert tiny("Anna saw Bob").text == "Anna saw Bob"
