"""One bad document among many costs only itself."""

import pytest

from tests.conftest import MODELS

BAD = "the bad one"
TEXTS = [f"Anna saw Bob {i} times in Paris" for i in range(50)]
MOMENTS = ("predict", "set_annotations")


def break_on_bad(pipe, moment, monkeypatch):
    """Make a method of a component fail on any batch that has the bad doc."""
    work = getattr(pipe, moment)

    def picky(docs, *made):
        if any(doc.text == BAD for doc in docs):
            raise ValueError("cannot read this")
        return work(docs, *made)

    monkeypatch.setattr(pipe, moment, picky)


def answer(doc):
    return [(e.start, e.label) for e in doc.ents], doc._.summary, list(doc.cats)


@pytest.fixture
def lost(tiny):
    """The docs that an error handler is given."""
    before = {name: pipe.get_error_handler() for name, pipe in tiny.pipeline}
    lost = []
    tiny.set_error_handler(lambda name, pipe, docs, error: lost.append((name, docs)))
    yield lost
    for name, pipe in tiny.pipeline:
        pipe.set_error_handler(before[name])


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", MODELS)
def test_only_the_bad_doc_is_lost(tiny, lost, name, moment, monkeypatch):
    right = [answer(doc) for doc in tiny.pipe(TEXTS)]
    break_on_bad(tiny.get_pipe(name), moment, monkeypatch)
    docs = list(tiny.pipe(TEXTS[:7] + [BAD] + TEXTS[7:], batch_size=60))
    assert [(who, [doc.text for doc in docs]) for who, docs in lost] == [(name, [BAD])]
    assert [doc.text for doc in docs] == TEXTS
    assert [answer(doc) for doc in docs] == right


@pytest.mark.parametrize("name", MODELS)
def test_a_batch_of_bad_docs_leaves_the_next_batch_whole(tiny, lost, name, monkeypatch):
    break_on_bad(tiny.get_pipe(name), "predict", monkeypatch)
    docs = list(tiny.pipe([BAD] * 4 + TEXTS[:4], batch_size=4))
    assert len(lost) == 4 and [doc.text for doc in docs] == TEXTS[:4]


@pytest.mark.parametrize("name", MODELS)
def test_without_a_handler_the_error_is_raised(tiny, name, monkeypatch):
    break_on_bad(tiny.get_pipe(name), "predict", monkeypatch)
    with pytest.raises(ValueError, match="cannot read this"):
        list(tiny.pipe([TEXTS[0], BAD]))
