"""Text classifiers with very little to learn from."""

import pytest
import spacy
from spacy.training import Example

from tests.pipeline.textcat.test_component import FACTORIES, SPACYS, ensemble, rnn

A, B = {"A": 1.0, "B": 0.0}, {"A": 0.0, "B": 1.0}


def learned(factory, model, rows, steps=25):
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe(factory, name="cats", config={"model": model})
    gold = [Example.from_dict(nlp.make_doc(text), {"cats": cats}) for text, cats in rows]
    optimizer = nlp.initialize(lambda: gold)
    optimizer.learn_rate = 0.01
    for _ in range(steps):
        nlp.update(gold, sgd=optimizer, drop=0.1)
    return nlp


@pytest.mark.parametrize("build", [rnn, ensemble])
@pytest.mark.parametrize("factory,exclusive", FACTORIES + SPACYS)
def test_a_class_with_one_example_is_learned(factory, exclusive, build):
    nlp = learned(factory, build(exclusive), [("usual", A)] * 9 + [("rare", B)], steps=60)
    assert nlp("rare").cats["B"] > 0.5 > nlp("usual").cats["B"]


@pytest.mark.parametrize("build", [rnn, ensemble])
@pytest.mark.parametrize("factory,exclusive", FACTORIES + SPACYS)
def test_empty_texts_do_not_keep_others_from_being_learned(factory, exclusive, build):
    rows = [("", A)] * 12 + [(" \n", A), ("good", A), ("bad", B)]
    nlp = learned(factory, build(exclusive), rows)
    assert nlp("bad").cats["B"] > 0.5 > nlp("good").cats["B"]


@pytest.mark.parametrize("factory,exclusive", FACTORIES)
def test_empty_texts_teach_nothing(factory, exclusive):
    doubtful = [("word", A), ("word", B)]
    plain = learned(factory, ensemble(exclusive), doubtful)
    with_empty = learned(factory, ensemble(exclusive), doubtful + [("", A)] * 5)
    assert with_empty("word").cats == pytest.approx(plain("word").cats, abs=0.02)


@pytest.mark.parametrize("build", [rnn, ensemble])
@pytest.mark.parametrize("factory,exclusive", FACTORIES)
def test_empty_texts_alone_are_survived(factory, exclusive, build):
    nlp = learned(factory, build(exclusive), [("", A), ("", B)], steps=2)
    assert nlp("").cats == {"A": 0.0, "B": 0.0}
    assert nlp("a word").cats["A"] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("build", [rnn, ensemble])
@pytest.mark.parametrize("factory", ["rnn_textcat_multilabel", "textcat_multilabel"])
def test_one_class_that_a_text_has_or_has_not(factory, build):
    nlp = learned(factory, build(False), [("good", {"A": 1.0}), ("bad", {"A": 0.0})])
    assert nlp("good").cats["A"] > 0.5 > nlp("bad").cats["A"]


@pytest.mark.parametrize("rows", [[("good", {"A": 1.0})], [("good", {}), ("bad", {})]])
def test_exclusive_classes_must_be_two_at_least(rows):
    with pytest.raises(ValueError, match="at least two labels"):
        learned("rnn_textcat", rnn(), rows)
