"""The numbers that the settings of the loss lead to."""

import pytest
import spacy
from spacy.training import Example

FACTORIES = ["rnn_textcat", "rnn_textcat_multilabel"]


def made(factory, texts, **settings):
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    pipe = nlp.add_pipe(factory, config=settings)
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": {"A": a, "B": 1.0 - a}}) for text, a in texts
    ]
    optimizer = nlp.initialize(lambda: examples)
    return nlp, pipe, examples, optimizer


RARE = [("a text", 0.0)] * 9 + [("a text", 1.0)]


@pytest.mark.parametrize("factory", FACTORIES)
def test_balanced_classes_count_the_same_through_the_ensemble(factory):
    found = {}
    for weights in (None, "balanced", {"A": 9.0} | {"B": 1.0 if "multi" not in factory else 1 / 9}):
        nlp, _, examples, optimizer = made(factory, RARE, class_weights=weights)
        optimizer.learn_rate = 0.01
        for _ in range(40):
            nlp.update(examples, sgd=optimizer)
        found[str(weights)] = nlp("a text").cats["A"]
    plain, *weighted = found.values()
    assert plain == pytest.approx(0.1, abs=0.05)
    assert weighted == pytest.approx([0.5, 0.5], abs=0.08)


@pytest.mark.parametrize("factory", FACTORIES)
def test_the_focal_loss_cares_less_for_what_is_right(factory):
    _, pipe, examples, _ = made(factory, [("yes", 1.0)] * 3, focal_gamma=2.0)
    scores = pipe.model.ops.asarray2f([[0.9, 0.1]] * 3)
    focal, _ = pipe.get_loss(examples, scores)
    pipe.cfg["focal_gamma"] = 0.0
    assert focal == pytest.approx(0.01 * pipe.get_loss(examples, scores)[0], rel=1e-4)
