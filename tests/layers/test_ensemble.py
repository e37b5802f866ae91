"""The ensemble reads what its linear part cannot: texts without tokens."""

import pytest
import spacy
from spacy.training import Example


@pytest.mark.parametrize("factory", ["rnn_textcat", "rnn_textcat_multilabel"])
def test_a_text_without_tokens_among_the_training_texts(factory):
    nlp = spacy.blank("en")
    nlp.add_pipe(factory)
    rows = [("good food", 1.0), ("", 1.0), ("bad food", 0.0)]
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": {"A": a, "B": 1.0 - a}}) for text, a in rows
    ]
    nlp.initialize(lambda: examples)
    for batch in (examples, [examples[1]], examples):
        assert nlp.update(batch)[factory] >= 0.0
    assert nlp("good food").cats == pytest.approx(
        [doc.cats for doc in nlp.pipe(["", "good food"])][1], abs=1e-5
    )


def test_a_text_without_tokens_is_scored_the_same_in_any_batch():
    nlp = spacy.blank("en")
    model = nlp.add_pipe("rnn_textcat").model
    docs = [nlp.make_doc(text) for text in ("good food", "", "bad food")]
    model.initialize(X=docs, Y=model.ops.alloc2f(3, 2))
    together = model.predict(docs)
    alone = [model.predict([doc])[0] for doc in docs]
    assert together == pytest.approx(model.ops.xp.stack(alone), abs=1e-5)
