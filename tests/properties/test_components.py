"""What a component says about a text depends on nothing but the text."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import spacy
from hypothesis import given

from tests.conftest import MODELS
from tests.properties.texts import BATCHES, SIZES, TEXTS

THREADS = 4


def answer(doc):
    """What must be the same, and what may differ in the last digits."""
    return ([(e.start, e.end, e.label_) for e in doc.ents], doc._.summary), list(doc.cats.values())


@pytest.fixture(scope="module", params=MODELS)
def nlp(request, tiny):
    """A pipeline with one of the components."""
    nlp = spacy.blank("en")
    nlp.add_pipe(request.param, source=tiny)
    return nlp


@pytest.fixture(scope="module")
def right(nlp):
    return [answer(nlp(text)) for text in TEXTS]


def check(docs, expected):
    docs = list(docs)
    assert len(docs) == len(expected)
    for doc, (exact, close) in zip(docs, expected):
        said, values = answer(doc)
        assert said == exact
        np.testing.assert_allclose(values, close, rtol=0, atol=1e-5)


@given(chosen=BATCHES, size=SIZES)
def test_batches_in_any_composition_order_and_size(nlp, right, chosen, size):
    check(nlp.pipe([TEXTS[i] for i in chosen], batch_size=size), [right[i] for i in chosen])


@given(chosen=BATCHES)
def test_many_threads_say_what_one_says(nlp, right, chosen):
    with ThreadPoolExecutor(THREADS) as pool:
        docs = pool.map(nlp, [TEXTS[i] for i in chosen])
        check(docs, [right[i] for i in chosen])


def on_disk(nlp, folder):
    nlp.to_disk(folder)
    return spacy.load(folder)


TRIPS = {
    "disk": on_disk,
    "bytes": lambda nlp, _: spacy.util.load_model_from_config(nlp.config).from_bytes(
        nlp.to_bytes()
    ),
    "pickle": lambda nlp, _: pickle.loads(pickle.dumps(nlp)),
    "deepcopy": lambda nlp, _: copy.deepcopy(nlp),
}


@pytest.mark.parametrize("trip", TRIPS)
def test_round_trips_change_no_answer(nlp, right, trip, tmp_path):
    check(TRIPS[trip](nlp, tmp_path).pipe(TEXTS), right)
