"""Explanations of text classifications, on the sample corpus."""

import json
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.training import Example

from spacy_rnn.pipeline.textcat.explanation import without
from tests.pipeline.textcat.test_component import ensemble

SAMPLE = Path(__file__).parents[3] / "assets" / "sample" / "textcat"
KINDS = ("complaint", "praise", "question", "request", "update")


def rows(part, count):
    lines = (SAMPLE / f"{part}.jsonl").read_text(encoding="utf8").splitlines()[:count]
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def nlp():
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_textcat", name="cats", config={"model": ensemble()})
    gold = [
        Example.from_dict(
            nlp.make_doc(row["text"]), {"cats": {k: float(k == row["label"]) for k in KINDS}}
        )
        for row in rows("train", 800)
    ]
    optimizer = nlp.initialize(lambda: gold)
    optimizer.learn_rate = 0.003
    for _ in range(3):
        for batch in spacy.util.minibatch(gold, 32):
            nlp.update(batch, sgd=optimizer, drop=0.1)
    return nlp


def test_deleting_the_top_tokens_changes_more_than_deleting_random_ones(nlp):
    pipe, rng = nlp.get_pipe("cats"), np.random.default_rng(0)
    top, random = [], []
    for row in rows("test", 40):
        doc = nlp.make_doc(row["text"])
        scores = pipe.predict([doc]).scores[0]
        best = scores.argmax()
        chosen = list(np.argsort(-pipe.explain(doc))[:2])
        drawn = list(rng.choice(len(doc), 2, replace=False))
        for removed, drops in ((chosen, top), (drawn, random)):
            drops.append(scores[best] - pipe.predict([without(doc, removed)]).scores[0, best])
    assert np.mean(top) > 2 * np.mean(random) and np.mean(top) > 0.05


def test_an_explanation_is_what_the_score_loses(nlp):
    doc = nlp("they have made the staff obstructive")
    reasons = nlp.get_pipe("cats").explain(doc, "praise")
    shorter = nlp("they have made the obstructive")
    assert len(reasons) == len(doc)
    assert reasons[4] == pytest.approx(doc.cats["praise"] - shorter.cats["praise"], abs=1e-5)


def test_a_text_without_tokens_has_no_reasons(nlp):
    assert len(nlp.get_pipe("cats").explain(nlp(""))) == 0


def test_an_unknown_label_is_named(nlp):
    with pytest.raises(ValueError, match="'thanks'.*complaint"):
        nlp.get_pipe("cats").explain(nlp("good"), "thanks")
