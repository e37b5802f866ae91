"""Threads share a pipeline, also while one of them computes with dropout."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from thinc.api import set_dropout_rate

THREADS = 8
# Words that the pipeline knows: a forward pass of training gives new ones a place.
TEXTS = ["I saw Anna in Paris", "Bob", "", "Bob went to New York " * 9]


def answer(doc):
    return [(e.start, e.end, e.label_) for e in doc.ents], doc._.summary, list(doc.cats.values())


def train_until(stop, nlp, docs):
    """Forward passes of training, of all components. RETURNS: how many."""
    rounds = 0
    while not stop.is_set():
        for _, pipe in nlp.pipeline:
            pipe.model.begin_update(docs)
        rounds += 1
    return rounds


def read(nlp, docs):
    for doc in docs:
        for _, pipe in nlp.pipeline:
            pipe(doc)
    return docs


@pytest.fixture
def with_dropout(tiny):
    for _, pipe in tiny.pipeline:
        set_dropout_rate(pipe.model, 0.5)
    yield tiny
    for _, pipe in tiny.pipeline:
        set_dropout_rate(pipe.model, 0.0)


@pytest.mark.parametrize("number", [20, pytest.param(1000, marks=pytest.mark.slow)])
def test_eight_threads_say_what_one_says(with_dropout, number):
    nlp, stop = with_dropout, Event()
    expected = [answer(nlp(text)) for text in TEXTS]
    work = [[nlp.make_doc(TEXTS[i % len(TEXTS)]) for i in range(number)] for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS + 1) as pool:
        training = pool.submit(train_until, stop, nlp, [nlp.make_doc(text) for text in TEXTS])
        try:
            read_docs = list(pool.map(lambda docs: read(nlp, docs), work))
        finally:
            stop.set()
        assert training.result() > 0, "nothing was computed with dropout meanwhile"
    for docs in read_docs:
        for i, doc in enumerate(docs):
            entities, summary, scores = expected[i % len(TEXTS)]
            assert answer(doc)[:2] == (entities, summary)
            np.testing.assert_allclose(answer(doc)[2], scores, rtol=0, atol=1e-5)
