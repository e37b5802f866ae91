"""Whole pipelines learn, predict and are saved on a GPU that is pretended, as they are on a CPU."""

import copy
import re

import numpy as np
import pytest
import spacy
from spacy.util import fix_random_seed
from spacy.vectors import Vectors

from spacy_rnn.annotations import declare_target
from spacy_rnn.layers.torch_modules import modules_in
from spacy_rnn.training.optimization.optimizers import Adam
from tests.conftest import MODELS, TEXTS, TOK2VEC, gold
from tests.pretended_cupy import Array, pretended_gpu

RICH = {
    **TOK2VEC,
    "embed": {
        **TOK2VEC["embed"],
        "chars": {"@architectures": "spacy-rnn.CharCNN.v1", "width": 8},
        "include_static_vectors": True,
        "tune_static_vectors": True,
    },
}
ENSEMBLE = {
    "@architectures": "spacy-rnn.TextCatEnsemble.v1",
    "rnn_model": {
        "@architectures": "spacy-rnn.TextCatRNN.v1",
        "exclusive_classes": False,
        "pooling": ["attention", "max", "last"],
        "tok2vec": TOK2VEC,
    },
    "linear_model": {
        "@architectures": "spacy-rnn.BagOfNgrams.v1",
        "exclusive_classes": False,
        "length": 64,
        "no_output_layer": True,
    },
}
GRU = {"@architectures": "spacy-rnn.BiGRUEncoder.v1", "width": 32, "depth": 2}
CASES = {
    "entities": ("rnn_ner", {"model": {**MODELS["rnn_ner"], "tok2vec": RICH}, "spans_key": "sc"}),
    "one category": (
        "rnn_textcat",
        {"model": {**MODELS["rnn_textcat"], "tok2vec": {**TOK2VEC, "encode": GRU}}},
    ),
    "several categories": (
        "rnn_textcat_multilabel",
        {"model": ENSEMBLE, "attention_attr": "attention", "class_weights": "balanced"},
    ),
    "summary": ("rnn_summarizer", {"model": MODELS["rnn_summarizer"], "min_count": 1}),
    "summary by risk": (
        "rnn_summarizer",
        {"model": MODELS["rnn_summarizer"], "min_count": 1, "risk_loss": 5.0, "consensus": 5.0},
    ),
}


def blank(case):
    declare_target("summary")
    factory, config = CASES[case]
    nlp = spacy.blank("en")
    data = np.random.RandomState(0).normal(size=(3, 6)).astype("float32")
    nlp.vocab.vectors = Vectors(data=data, keys=["Anna", "Bob", "york"])
    nlp.add_pipe(factory, config=copy.deepcopy(config), name="it")
    return nlp


def learned(case):
    fix_random_seed(0)
    nlp = blank(case)
    examples = gold(nlp)
    nlp.initialize(lambda: examples)
    optimizer = Adam(0.01, weight_decay=0.01)
    for _ in range(4):
        nlp.update(examples, sgd=optimizer, drop=0.1)
        optimizer.step_schedules()
    return nlp, optimizer


def said(nlp, texts):
    docs = list(nlp.pipe(texts))
    chances = [span._.confidence for doc in docs for span in doc.spans.get("sc", [])]
    numbers = [*chances, *(value for doc in docs for value in doc.cats.values())]
    return [([(e.start, e.label_) for e in d.ents], d._.summary) for d in docs], numbers


def agree(one, other, atol=1e-4):
    assert one[0] == other[0]
    np.testing.assert_allclose(one[1], other[1], atol=atol)


READ, NOTHING = [*TEXTS, "", "Bob in Paris"], ["", ""]


@pytest.mark.parametrize("case", CASES)
def test_it_learns_and_predicts_there_as_here(case, monkeypatch):
    nlp, optimizer = learned(case)
    expected, nothing = said(nlp, READ), said(nlp, NOTHING)
    with nlp.use_params(optimizer.averages):
        averaged = said(nlp, READ)
    with pretended_gpu(monkeypatch):
        other, optimizer = learned(case)
        modules = modules_in(other.get_pipe("it").model)
        assert all(weight.is_cuda for module in modules for weight in module.parameters())
        agree(said(other, READ), expected)
        agree(said(other, NOTHING), nothing)
        with other.use_params(optimizer.averages):
            agree(said(other, READ), averaged)
        saved = other.to_bytes()
        agree(said(blank(case).from_bytes(saved), READ), expected)
    agree(said(blank(case).from_bytes(saved), READ), expected)


@pytest.mark.parametrize("case", ["entities", "one category", "several categories"])
def test_it_is_calibrated_there_as_here(case, monkeypatch):
    nlp, _ = learned(case)
    nlp.get_pipe("it").calibrate(gold(nlp))
    expected = said(nlp, READ)
    with pretended_gpu(monkeypatch):
        other, _ = learned(case)
        other.get_pipe("it").calibrate(gold(other))
        # A few texts make a flat optimum, which the last bits of what was learned shift.
        agree(said(other, READ), expected, atol=2e-3)


@pytest.mark.parametrize("case", CASES)
def test_more_texts_of_a_batch_do_not_make_the_host_wait_more_often(case, monkeypatch):
    with pretended_gpu(monkeypatch) as counts:
        nlp, _ = learned(case)
        said(nlp, READ)
        waits = []
        for texts in (READ, READ * 4):
            counts.clear()
            Array.asked = 0
            said(nlp, texts)
            waits.append(counts["waits"] + Array.asked)
    assert waits[0] == waits[1]


def test_the_pretence_refuses_what_cupy_refuses():
    array = Array(np.ones(3))
    for mistake in (lambda: array + np.ones(3), lambda: np.where(array < 1, np.ones(3), 0.0)):
        with pytest.raises(TypeError, match=re.escape("Unsupported type")):
            mistake()
    with pytest.raises(TypeError, match="Implicit conversion"):
        np.asarray(array)
    assert isinstance((array * 2)[np.array([0, 2])], Array)
